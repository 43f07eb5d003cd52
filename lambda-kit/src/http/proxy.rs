//! API Gateway's proxy events: from event JSON to an HTTP request, and from the response back to JSON.

use std::convert::Infallible;

use domain::ErrorCode;
use http::header::{HOST, HeaderName};
use lambda_http::request::LambdaRequest;
use lambda_http::{Adapter, IntoResponse, Request, Service};
use lambda_runtime::LambdaEvent;
use serde_json::Value;

use crate::error::FunctionError;

/// A request as `lambda_http` hands it to a service.
pub type ProxyRequest = Request;

const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Answers one proxy event with `service`: a tower service that is always ready, as an axum router is.
///
/// # Errors
/// `InvalidRequest` for an event that is no REST API proxy event.
pub async fn serve<'a, S, R>(service: S, event: LambdaEvent<Value>) -> Result<Value, FunctionError>
where
    S: Service<ProxyRequest, Response = R, Error = Infallible>,
    S::Future: Send + 'a,
    R: IntoResponse + 'a,
{
    let LambdaEvent { payload, context } = event;
    let request = LambdaEvent::new(decode(payload)?, context);
    // The adapter is not `Send`, so it must not live across the wait.
    let answer = Adapter::from(service).call(request);
    let Ok(response) = answer.await;
    serde_json::to_value(&response).map_err(|error| FunctionError::internal(&error))
}

fn decode(payload: Value) -> Result<LambdaRequest, FunctionError> {
    let decoded: Result<LambdaRequest, _> = serde_json::from_value(payload);
    let request = decoded.map_err(|_| {
        FunctionError::new(
            ErrorCode::InvalidRequest,
            "the event must be a proxy event of an API Gateway REST API",
        )
    })?;
    Ok(without_origin(request))
}

/// Takes out the headers that `lambda_http` builds the request's origin from: it panics on values
/// that make no URL, and no handler of ours reads an origin.
fn without_origin(mut request: LambdaRequest) -> LambdaRequest {
    if let LambdaRequest::ApiGatewayV1(event) = &mut request {
        for header in [HOST, FORWARDED_PROTO] {
            event.headers.remove(&header);
            event.multi_value_headers.remove(&header);
        }
    }
    request
}

#[cfg(test)]
mod tests {
    use super::*;
    use lambda_http::{RequestExt, Response, service_fn};
    use lambda_runtime::Context;
    use serde_json::json;

    async fn echo(request: ProxyRequest) -> Result<Response<String>, Infallible> {
        let trip = request.path_parameters_ref().and_then(|path| path.first("trip_id"));
        Ok(Response::new(format!("{} {}", request.method(), trip.unwrap_or("-"))))
    }

    async fn answer(event: Value) -> Result<Value, FunctionError> {
        serve(service_fn(echo), LambdaEvent::new(event, Context::default())).await
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
    async fn a_malformed_origin_does_no_harm() {
        let headers = json!({"Host": "a b", "X-Forwarded-Proto": "!!"});
        assert_eq!(answer(event(&headers)).await.unwrap()["statusCode"], 200);
    }

    #[tokio::test]
    async fn anything_but_a_proxy_event_is_refused_by_a_stable_name() {
        let error = answer(json!({"Records": []})).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidRequest);
    }
}
