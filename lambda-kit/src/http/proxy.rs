//! API Gateway's proxy events: from event JSON to an HTTP request, and from the response back to
//! JSON.

use std::convert::Infallible;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::ErrorCode;
use http::header::{HOST, HeaderName};
use lambda_http::aws_lambda_events::apigw::ApiGatewayProxyRequest;
use lambda_http::request::LambdaRequest;
use lambda_http::{Adapter, IntoResponse, Request, Response, Service};
use lambda_runtime::LambdaEvent;
use serde_json::Value;
use tower::Layer;
use tracing::Instrument;

use super::cors::Sites;
use super::headers;
use crate::error::FunctionError;

/// A request as `lambda_http` passes it to a service.
pub type ProxyRequest = Request;

/// The most bytes of a request line: API Gateway accepts at most this for the line and all headers
/// together. Source: "Quotas for configuring and running a REST API" in the API Gateway developer
/// guide.
const MAX_REQUEST_LINE: usize = 10_240;

const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Answers one proxy event with `service`: a tower service that is always ready, such as an axum
/// router. All its log lines carry the request's id, and its answers name the caller's site if it
/// is one of `sites`.
///
/// # Errors
/// `InvalidRequest` for an event that is not a REST API proxy event.
pub async fn serve<'a, S, B>(
    service: S,
    sites: &Sites,
    event: LambdaEvent<Value>,
) -> Result<Value, FunctionError>
where
    S: Service<ProxyRequest, Response = Response<B>, Error = Infallible>,
    S::Future: Send + 'a,
    B: Default + 'a,
    Response<B>: IntoResponse,
{
    let LambdaEvent { payload, context } = event;
    let request = LambdaEvent::new(decode(payload)?, context);
    let span = tracing::error_span!("request", request_id = headers::event_id(&request.payload));
    // The adapter is not `Send`, so it must not live across the await.
    let answer = match sites.layer() {
        Some(layer) => Adapter::from(layer.layer(service)).call(request),
        None => Adapter::from(service).call(request),
    };
    let Ok(response) = answer.instrument(span).await;
    serde_json::to_value(&response).map_err(|error| FunctionError::internal(&error))
}

fn decode(mut payload: Value) -> Result<LambdaRequest, FunctionError> {
    drop_empty_parameters(&mut payload);
    drop_stage(&mut payload);
    let decoded: Result<LambdaRequest, _> = serde_json::from_value(payload);
    match decoded {
        Ok(LambdaRequest::ApiGatewayV1(event))
            if has_path(&event) && has_line(&event) && has_body(&event) =>
        {
            Ok(LambdaRequest::ApiGatewayV1(without_origin(event)))
        }
        _ => Err(FunctionError::new(
            ErrorCode::InvalidRequest,
            "the event must be a proxy event of an API Gateway REST API",
        )),
    }
}

/// `lambda_http` panics on a query parameter with an empty list of values.
fn drop_empty_parameters(event: &mut Value) {
    for parameters in ["multiValueQueryStringParameters", "queryStringParameters"] {
        if let Some(Value::Object(lists)) = event.get_mut(parameters) {
            lists.retain(|_, values| values.as_array().is_none_or(|values| !values.is_empty()));
        }
    }
}

/// Routes do not include the stage. API Gateway leaves it out of the path, but `lambda_http` puts
/// it back in front. If a custom domain has a base path with the same name as the stage, that base
/// path stays in the path. This removes both.
fn drop_stage(event: &mut Value) {
    let Some(Value::Object(context)) = event.get_mut("requestContext") else { return };
    let Some(Value::String(stage)) = context.remove("stage") else { return };
    let path = event["path"].as_str().and_then(|path| path.strip_prefix('/')?.strip_prefix(&stage));
    if let Some(path) = path.filter(|path| path.starts_with('/')).map(str::to_owned) {
        event["path"] = Value::from(path);
    }
}

/// `lambda_http` panics if the path would merge with the host's name.
fn has_path(event: &ApiGatewayProxyRequest) -> bool {
    event.path.as_deref().is_some_and(|path| path.starts_with('/'))
}

/// `lambda_http` panics on a URI of 64 KB or more, and encoding makes three bytes of one byte.
fn has_line(event: &ApiGatewayProxyRequest) -> bool {
    let lists = &event.multi_value_query_string_parameters;
    let parameters = if lists.is_empty() { &event.query_string_parameters } else { lists };
    let queries: usize = parameters.iter().map(|(name, value)| name.len() + value.len() + 2).sum();
    event.path.as_deref().map_or(0, str::len) + queries <= MAX_REQUEST_LINE
}

/// `lambda_http` panics on a body that is not encoded as the event says.
fn has_body(event: &ApiGatewayProxyRequest) -> bool {
    !event.is_base64_encoded
        || event.body.as_deref().is_none_or(|body| STANDARD.decode(body).is_ok())
}

/// Removes the values from which `lambda_http` builds the request's origin: it panics on values
/// that do not make a URL, and no handler of ours reads an origin.
fn without_origin(mut event: ApiGatewayProxyRequest) -> ApiGatewayProxyRequest {
    for header in [HOST, FORWARDED_PROTO] {
        event.headers.remove(&header);
        event.multi_value_headers.remove(&header);
    }
    event.request_context.domain_name = None;
    event
}

#[cfg(test)]
mod tests {
    use lambda_http::{RequestExt, service_fn};
    use lambda_runtime::Context;
    use serde_json::json;

    use super::*;
    use crate::config::Config;

    async fn echo(request: ProxyRequest) -> Result<Response<String>, Infallible> {
        let trip = request.path_parameters_ref().and_then(|path| path.first("trip_id"));
        Ok(Response::new(format!("{} {}", request.method(), trip.unwrap_or("-"))))
    }

    async fn answer(event: Value) -> Result<Value, FunctionError> {
        answer_to(&Sites::default(), event).await
    }

    async fn answer_to(sites: &Sites, event: Value) -> Result<Value, FunctionError> {
        serve(service_fn(echo), sites, LambdaEvent::new(event, Context::default())).await
    }

    fn event(headers: &Value) -> Value {
        json!({
            "httpMethod": "POST",
            "path": "/trips/trip-1/cancellation",
            "headers": headers,
            "pathParameters": {"trip_id": "trip-1"},
            "requestContext": {"httpMethod": "POST", "stage": "prod"},
        })
    }

    #[tokio::test]
    async fn an_event_becomes_a_request_and_the_response_an_answer() {
        let answer = answer(event(&json!({"Host": "api.example"}))).await.unwrap();
        assert_eq!(answer["statusCode"], 200);
        assert_eq!(answer["body"], "POST trip-1");
        assert_eq!(answer["isBase64Encoded"], false);
    }

    #[tokio::test]
    async fn routes_are_found_with_the_stage_in_the_path_and_without_it() {
        let path = async |path: &str, stage: Value| {
            let mut event = event(&json!({}));
            event["path"] = json!(path);
            event["requestContext"]["stage"] = stage;
            let show = async |request: ProxyRequest| {
                Ok::<_, Infallible>(Response::new(request.uri().path().to_owned()))
            };
            let event = LambdaEvent::new(event, Context::default());
            serve(service_fn(show), &Sites::default(), event).await.unwrap()["body"].clone()
        };
        for stage in [json!("prod"), json!(null), json!("")] {
            assert_eq!(path("/trips/t-1", stage).await, "/trips/t-1");
        }
        assert_eq!(path("/prod/trips/t-1", json!("prod")).await, "/trips/t-1");
        assert_eq!(path("/trips/trips", json!("trips")).await, "/trips");
        for other in ["/production/trips", "/prod", "/trips/prod"] {
            assert_eq!(path(other, json!("prod")).await, other);
        }
    }

    #[tokio::test]
    async fn a_named_sites_page_may_read_the_answer_and_no_others() {
        let named = Config::from_map([("SITES", "https://a.example,https://b.example")]);
        let sites = Sites::from_config(&named, "SITES").unwrap();
        let told = async |sites: &Sites, origin: &str| {
            let answer = answer_to(sites, event(&json!({"origin": origin}))).await.unwrap();
            assert_eq!(answer["statusCode"], 200);
            let headers = answer["multiValueHeaders"].as_object().unwrap().clone();
            headers.into_iter().map(|(name, values)| (name, values[0].clone())).collect()
        };
        let named: serde_json::Map<_, _> = told(&sites, "https://b.example").await;
        assert_eq!(named["access-control-allow-origin"], "https://b.example");
        let exposed = "x-request-id,location,retry-after,traceparent";
        assert_eq!(named["access-control-expose-headers"], exposed);
        assert_eq!(named["vary"], "origin");
        let other = told(&sites, "https://c.example").await;
        assert!(!other.contains_key("access-control-allow-origin"));
        let unset = told(&Sites::default(), "https://b.example").await;
        assert!(unset.keys().all(|name| name != "vary" && !name.starts_with("access-control-")));
    }

    #[tokio::test]
    async fn a_malformed_origin_does_no_harm() {
        let mut event = event(&json!({"Host": "a b", "X-Forwarded-Proto": "!!"}));
        event["requestContext"]["domainName"] = json!("a b");
        assert_eq!(answer(event).await.unwrap()["statusCode"], 200);
    }

    #[tokio::test]
    async fn a_body_that_is_not_the_base64_it_claims_to_be_is_refused() {
        let mut event = event(&json!({}));
        event["isBase64Encoded"] = json!(true);
        event["body"] = json!("{}");
        assert_eq!(answer(event).await.unwrap_err().code, ErrorCode::InvalidRequest);
    }

    #[tokio::test]
    async fn a_line_that_api_gateway_would_not_take_is_refused() {
        let long = "é".repeat(40_000);
        let mut path = event(&json!({}));
        path["path"] = json!(format!("/{long}"));
        let mut query = event(&json!({}));
        query["queryStringParameters"] = json!({ "status": long });
        for event in [path, query] {
            assert_eq!(answer(event).await.unwrap_err().code, ErrorCode::InvalidRequest);
        }
    }

    #[tokio::test]
    async fn a_parameter_without_values_counts_as_not_sent() {
        let mut event = event(&json!({}));
        event["multiValueQueryStringParameters"] = json!({"status": []});
        assert_eq!(answer(event).await.unwrap()["statusCode"], 200);
    }

    #[tokio::test]
    async fn an_event_without_a_path_of_its_own_is_refused() {
        for path in [json!(null), json!(""), json!("\u{202e}"), json!("trips")] {
            let mut event = event(&json!({}));
            event["path"] = path;
            assert_eq!(answer(event).await.unwrap_err().code, ErrorCode::InvalidRequest);
        }
    }

    #[tokio::test]
    async fn anything_but_a_proxy_event_is_refused_by_a_stable_name() {
        let error = answer(json!({"Records": []})).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidRequest);
    }
}
