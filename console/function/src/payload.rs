//! Events of an HTTP API in the payload format 2.0: to a request, and from a response back.
//!
//! `lambda_http` reads them too. It is told which of Lambda's events a program takes when it is
//! built: what this function took, every function would read.

use aws_lambda_events::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use aws_lambda_events::encodings::Body as Text;
use axum::body::{Body, to_bytes};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::ErrorCode;
use http::header::{CONTENT_TYPE, COOKIE, RETRY_AFTER, SET_COOKIE};
use http::{HeaderValue, Request, Response, StatusCode};
use lambda_kit::error::FunctionError;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::Value;

/// The longest answer: Lambda takes 6 MB.
const MAX_ANSWER: usize = 5 * 1024 * 1024;
/// What API Gateway may have decoded in a path, and an address cannot have. A `%` stays: whoever
/// has sent one meant it so.
const DECODED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The request of an event.
///
/// # Errors
/// `InvalidRequest` for any other event.
pub(crate) fn request(event: Value) -> Result<Request<Body>, FunctionError> {
    // The method would be GET where the event has none.
    if !event["requestContext"]["http"]["method"].is_string() {
        return Err(invalid());
    }
    let event: ApiGatewayV2httpRequest = serde_json::from_value(event).map_err(|_| invalid())?;
    // Without a slash it would be a host.
    let path = event.raw_path.filter(|path| path.starts_with('/')).ok_or_else(invalid)?;
    let body = body(event.body, event.is_base64_encoded)?;
    let address = address(&path, event.raw_query_string.as_deref());
    let mut request = Request::builder()
        .method(event.request_context.http.method)
        .uri(address)
        .body(Body::from(body))
        .map_err(|_| invalid())?;
    *request.headers_mut() = event.headers;
    // The cookies stand apart from the other headers.
    let cookies = event.cookies.unwrap_or_default().join("; ");
    if let (false, Ok(cookies)) = (cookies.is_empty(), HeaderValue::try_from(cookies)) {
        request.headers_mut().insert(COOKIE, cookies);
    }
    Ok(request)
}

fn address(path: &str, query: Option<&str>) -> String {
    let path = utf8_percent_encode(path, DECODED);
    match query.filter(|query| !query.is_empty()) {
        Some(query) => format!("{path}?{query}"),
        None => path.to_string(),
    }
}

fn body(body: Option<String>, is_encoded: bool) -> Result<Vec<u8>, FunctionError> {
    let body = body.unwrap_or_default();
    if is_encoded { STANDARD.decode(body).map_err(|_| invalid()) } else { Ok(body.into_bytes()) }
}

fn invalid() -> FunctionError {
    let message = "the event must be one of an HTTP API, in the payload format 2.0";
    FunctionError::new(ErrorCode::InvalidRequest, message)
}

/// The response with all of its body; in its place an error, if the body breaks off.
pub(crate) async fn whole(response: Response<Body>) -> Response<String> {
    let (head, body) = response.into_parts();
    let body = to_bytes(body, MAX_ANSWER).await.map_err(anyhow::Error::from);
    let text = body.and_then(|body| Ok(String::from_utf8(body.to_vec())?));
    text.map(|text| Response::from_parts(head, text)).unwrap_or_else(|error| {
        tracing::error!(?error, "an answer broke off");
        plain(StatusCode::INTERNAL_SERVER_ERROR, "The answer broke off; the log says why.")
    })
}

/// The answer of a page that was not ready in time.
pub(crate) fn late() -> Response<String> {
    let text = "It takes too long at the moment. Open the page again in a few seconds.";
    let mut response = plain(StatusCode::SERVICE_UNAVAILABLE, text);
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("3"));
    response
}

fn plain(status: StatusCode, text: &str) -> Response<String> {
    let mut response = Response::new(format!("{text}\n"));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

/// The answer to an event.
///
/// # Errors
/// If it cannot be written as JSON; none of ours causes this.
pub(crate) fn answer(response: Response<String>) -> Result<Value, FunctionError> {
    let (mut head, body) = response.into_parts();
    let cookies = head.headers.get_all(SET_COOKIE).iter();
    let cookies = cookies.filter_map(|cookie| cookie.to_str().ok().map(str::to_owned)).collect();
    head.headers.remove(SET_COOKIE);
    let mut answer = ApiGatewayV2httpResponse::default();
    answer.status_code = head.status.as_u16().into();
    answer.headers = head.headers;
    answer.cookies = cookies;
    answer.body = Some(Text::Text(body));
    serde_json::to_value(answer).map_err(|error| FunctionError::internal(&error))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(method: &str, path: &str) -> Value {
        json!({
            "version": "2.0",
            "routeKey": "ANY /{proxy+}",
            "rawPath": path,
            "rawQueryString": "",
            "headers": {"accept": "text/html", "host": "a1b2.execute-api.eu-west-1.amazonaws.com"},
            "requestContext": {
                "accountId": "000000000000", "apiId": "a1b2", "stage": "$default",
                "http": {
                    "method": method, "path": path, "protocol": "HTTP/1.1",
                    "sourceIp": "203.0.113.7", "userAgent": "test",
                },
                "requestId": "request-1", "time": "01/Mar/2026:00:00:00 +0000", "timeEpoch": 0,
            },
            "isBase64Encoded": false,
        })
    }

    async fn text(request: Request<Body>) -> String {
        let body = to_bytes(request.into_body(), MAX_ANSWER).await.unwrap();
        String::from_utf8(body.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn an_event_becomes_a_request_with_its_cookies_and_its_body() {
        let mut event = event("POST", "/console/book");
        event["rawQueryString"] = json!("a=1&a=2&b=%26");
        event["cookies"] = json!(["__Host-session=a.b.c", "other=1"]);
        event["body"] = json!(STANDARD.encode("token=1&name=a%20b"));
        event["isBase64Encoded"] = json!(true);
        let request = request(event).unwrap();
        assert_eq!((request.method().as_str(), request.uri().path()), ("POST", "/console/book"));
        assert_eq!(request.uri().query(), Some("a=1&a=2&b=%26"));
        assert_eq!(request.headers()[COOKIE], "__Host-session=a.b.c; other=1");
        assert_eq!(request.headers()["accept"], "text/html");
        assert_eq!(text(request).await, "token=1&name=a%20b");
    }

    #[test]
    fn a_path_that_was_decoded_is_an_address_again() {
        for (path, asked) in [
            ("/console/trips/<b> é", "/console/trips/%3Cb%3E%20%C3%A9"),
            ("/a?b#c", "/a%3Fb%23c"),
            ("/a%20b", "/a%20b"),
            ("/", "/"),
        ] {
            assert_eq!(request(event("GET", path)).unwrap().uri().path(), asked);
        }
    }

    #[test]
    fn any_other_event_is_refused() {
        let mut encoded = event("POST", "/");
        encoded["isBase64Encoded"] = json!(true);
        encoded["body"] = json!("%");
        let mut no_path = event("GET", "/");
        no_path["rawPath"] = json!("console");
        let rest =
            json!({"httpMethod": "GET", "path": "/", "requestContext": {"httpMethod": "GET"}});
        for event in [encoded, no_path, rest, json!(null), json!({"Records": []})] {
            let error = request(event.clone()).map(|request| request.uri().clone()).unwrap_err();
            assert_eq!(error.code, ErrorCode::InvalidRequest, "{event}");
        }
    }

    #[tokio::test]
    async fn a_response_becomes_an_answer_with_its_cookies_apart() {
        let response = Response::builder().status(303).header("location", "/");
        let response = response.header("set-cookie", "a=1; Secure").header("set-cookie", "b=2");
        let response = whole(response.body(Body::from("é")).unwrap()).await;
        let answer = answer(response).unwrap();
        assert_eq!((&answer["statusCode"], &answer["body"]), (&json!(303), &json!("é")));
        assert_eq!(answer["headers"], json!({"location": "/"}));
        assert_eq!(answer["cookies"], json!(["a=1; Secure", "b=2"]));
        assert_eq!(answer["isBase64Encoded"], false);
    }
}
