//! The headers of every answer: those that keep it private, and the id of its request.

use domain::TripId;
use http::header::CONTENT_SECURITY_POLICY;
use http::{HeaderMap, HeaderName, HeaderValue, Request};
use lambda_http::RequestExt;
use lambda_http::request::{LambdaRequest, RequestContext};

/// The id of a request, in requests and answers.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Prevents an answer from being stored, framed, sniffed or run. No header here allows other
/// origins, so browsers let no foreign page read an answer, except pages that [`super::cors`]
/// allows.
const SECURITY: [(HeaderName, HeaderValue); 5] = [
    entry("cache-control", "no-store"),
    entry("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
    entry("referrer-policy", "no-referrer"),
    entry("x-content-type-options", "nosniff"),
    entry("x-frame-options", "DENY"),
];

const fn entry(name: &'static str, value: &'static str) -> (HeaderName, HeaderValue) {
    (HeaderName::from_static(name), HeaderValue::from_static(value))
}

/// Sets the security headers of an answer. A page may set its own policy for what it runs.
pub fn secure(headers: &mut HeaderMap) {
    let policy = headers.get(CONTENT_SECURITY_POLICY).cloned();
    let own = policy.map(|policy| (CONTENT_SECURITY_POLICY, policy));
    for (name, value) in SECURITY.into_iter().chain(own) {
        headers.insert(name, value);
    }
}

/// The request id that a client sent. An id that does not have the form of a trip id is ignored:
/// the id is repeated in answers and logs, and replaces the trip id if a booking names none.
#[must_use]
pub fn request_id(headers: &HeaderMap) -> Option<TripId> {
    TripId::parse(headers.get(REQUEST_ID)?.to_str().ok()?).ok()
}

/// The id of a proxied request for its answer: the client's own if it sent a valid one, otherwise
/// the gateway's.
#[must_use]
pub fn answer_id<B>(request: &Request<B>) -> Option<HeaderValue> {
    let sent = request_id(request.headers()).map(String::from);
    HeaderValue::try_from(sent.or_else(|| gateways_id(request))?).ok()
}

/// The same id, from an event that is not a request yet.
pub(super) fn event_id(event: &LambdaRequest) -> Option<String> {
    let LambdaRequest::ApiGatewayV1(event) = event else { return None };
    let sent = [&event.headers, &event.multi_value_headers].into_iter().find_map(request_id);
    sent.map(String::from).or_else(|| event.request_context.request_id.clone())
}

fn gateways_id<B>(request: &Request<B>) -> Option<String> {
    let RequestContext::ApiGatewayV1(context) = request.request_context_ref()? else {
        return None;
    };
    context.request_id.clone()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn every_security_header_is_set_once() {
        let mut headers = HeaderMap::new();
        headers.insert("cache-control", HeaderValue::from_static("max-age=60"));
        secure(&mut headers);
        assert_eq!(headers.len(), SECURITY.len());
        assert_eq!(headers["cache-control"], "no-store");
        assert_eq!(headers["x-content-type-options"], "nosniff");
    }

    #[rstest]
    #[case("request-1", Some("request-1"))]
    #[case("", None)]
    #[case("a b", None)]
    #[case("a;b", None)]
    #[case("\u{e9}", None)]
    fn a_request_id_has_the_form_of_a_trip_id(#[case] sent: &str, #[case] id: Option<&str>) {
        let value = HeaderValue::from_bytes(sent.as_bytes()).unwrap();
        let headers = HeaderMap::from_iter([(REQUEST_ID, value)]);
        assert_eq!(request_id(&headers).as_ref().map(TripId::as_str), id);
    }

    #[rstest]
    #[case::sent(json!({"X-Request-Id": "my-own"}), "my-own")]
    #[case::unusable(json!({"X-Request-Id": "a b"}), "the-gateways")]
    #[case::not_sent(json!({}), "the-gateways")]
    fn an_event_has_the_id_that_its_answer_will_have(#[case] headers: Value, #[case] id: &str) {
        let event = json!({
            "httpMethod": "GET",
            "path": "/trips",
            "headers": headers,
            "requestContext": {"httpMethod": "GET", "stage": "prod", "requestId": "the-gateways"},
        });
        let event: LambdaRequest = serde_json::from_value(event).unwrap();
        assert_eq!(event_id(&event).as_deref(), Some(id));
        assert_eq!(answer_id(&Request::from(event)).unwrap(), id);
    }
}
