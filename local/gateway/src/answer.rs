//! A function's answer as a response, by the rules of a REST API's proxy integration.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderName, HeaderValue, StatusCode};
use serde::Deserialize;
use serde_json::Value;

/// A function's answer.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    status_code: u16,
    #[serde(default)]
    headers: Option<BTreeMap<String, String>>,
    #[serde(default)]
    multi_value_headers: Option<BTreeMap<String, Vec<String>>>,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
}

/// Why an answer is not a response.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MalformedAnswer {
    #[error("the function's answer has another form than a proxy integration's")]
    Form(#[from] serde_json::Error),
    #[error("the function's answer has a status or a header that HTTP does not know")]
    Http(#[from] http::Error),
    #[error("the body of the function's answer is not the base64 that it is said to be")]
    Base64(#[from] base64::DecodeError),
}

/// The response that the answer describes.
///
/// # Errors
/// [`MalformedAnswer`], which a gateway answers with 502.
pub(crate) fn to_response(answer: Value) -> Result<Response, MalformedAnswer> {
    let answer: Answer = serde_json::from_value(answer)?;
    let status = StatusCode::from_u16(answer.status_code).map_err(http::Error::from)?;
    let headers = answer.header_values()?;
    let mut response = Response::new(Body::from(answer.into_bytes()?));
    *response.status_mut() = status;
    response.headers_mut().extend(headers);
    Ok(response)
}

impl Answer {
    /// Merges the two lists; a value that is in both counts once.
    fn header_values(&self) -> Result<http::HeaderMap, http::Error> {
        let mut values = http::HeaderMap::new();
        for (name, several) in self.multi_value_headers.iter().flatten() {
            let name = HeaderName::try_from(name)?;
            for value in several {
                values.append(&name, HeaderValue::try_from(value)?);
            }
        }
        for (name, value) in self.headers.iter().flatten() {
            let (name, value) = (HeaderName::try_from(name)?, HeaderValue::try_from(value)?);
            if !values.get_all(&name).iter().any(|other| other == value) {
                values.append(name, value);
            }
        }
        Ok(values)
    }

    fn into_bytes(self) -> Result<Vec<u8>, base64::DecodeError> {
        let text = self.body.unwrap_or_default();
        if self.is_base64_encoded { STANDARD.decode(text) } else { Ok(text.into_bytes()) }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn status_headers_and_body_are_taken_over() {
        let response = to_response(json!({
            "statusCode": 202,
            "headers": {"content-type": "text/plain", "location": "/trips/1", "x-many": "c"},
            "multiValueHeaders": {"Content-Type": ["text/plain"], "x-many": ["a", "b"]},
            "body": "{}",
            "isBase64Encoded": false,
        }));
        let response = response.unwrap();
        assert_eq!(response.status(), 202);
        let all = |name| response.headers().get_all(name).iter().collect::<Vec<_>>();
        assert_eq!(all("content-type"), ["text/plain"]);
        assert_eq!(all("location"), ["/trips/1"]);
        assert_eq!(all("x-many"), ["a", "b", "c"]);
    }

    #[test]
    fn an_answer_may_be_no_more_than_a_status() {
        let answer = json!({"statusCode": 204, "headers": null, "multiValueHeaders": null});
        assert_eq!(to_response(answer).unwrap().status(), 204);
    }

    #[test]
    fn a_base64_body_is_decoded() {
        let answer = |body| json!({"statusCode": 200, "body": body, "isBase64Encoded": true});
        assert!(to_response(answer("e30=")).is_ok());
        assert!(matches!(to_response(answer("{}")), Err(MalformedAnswer::Base64(_))));
    }

    #[test]
    fn an_answer_in_another_form_is_not_a_response() {
        for answer in [
            json!(null),
            json!("ok"),
            json!({"body": "ok"}),
            json!({"statusCode": 99}),
            json!({"statusCode": 200, "body": {"a": 1}}),
            json!({"statusCode": 200, "headers": {"a b": "c"}}),
            json!({"statusCode": 200, "headers": {"a": "b\r\nc: d"}}),
        ] {
            assert!(to_response(answer.clone()).is_err(), "{answer}");
        }
    }
}
