//! Bodies, read within bounds of size and of time.

use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody, to_bytes};
use domain::{ErrorCode, Failure, FieldError};
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use http_body_util::LengthLimitError;
use serde_json::Value;
use tokio::time::timeout;

use super::refusal::Refusal;

/// Most bytes of a body: several times what the longest valid booking takes.
pub(super) const MAX_BODY: usize = 32 * 1024;

/// Reads a body whole. One that is said to be too long is not read at all.
///
/// # Errors
/// `BodyTooLarge` past the bound, `RequestTimeout` where it takes longer than `wait`,
/// `InvalidRequest` where the client broke off.
pub(super) async fn read(body: Body, wait: Duration) -> Result<Bytes, Refusal> {
    if body.size_hint().lower() > MAX_BODY as u64 {
        return Err(too_large().into());
    }
    let read = timeout(wait, to_bytes(body, MAX_BODY)).await.map_err(|_| too_slow(wait))?;
    read.map_err(|error| match std::error::Error::source(&error) {
        Some(cause) if cause.is::<LengthLimitError>() => too_large().into(),
        _ => broken("could not be read to its end").into(),
    })
}

/// Reads a body that must be JSON, and say so.
///
/// # Errors
/// `UnsupportedMediaType` before anything is read; as [`read`]; `InvalidRequest` for other text.
pub(super) async fn read_json(
    headers: &HeaderMap,
    body: Body,
    wait: Duration,
) -> Result<Value, Refusal> {
    if !is_json(headers) {
        let detail = "send the body as JSON, with Content-Type: application/json";
        return Err(Failure::new(ErrorCode::UnsupportedMediaType, detail).into());
    }
    let body = read(body, wait).await?;
    serde_json::from_slice(&body).map_err(|error| broken(&format!("is not JSON: {error}")).into())
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = value.and_then(|value| value.split(';').next());
    media_type.is_some_and(|name| name.trim().eq_ignore_ascii_case("application/json"))
}

fn too_large() -> Failure {
    let detail = format!("the body has more than {MAX_BODY} bytes");
    Failure::new(ErrorCode::BodyTooLarge, detail)
}

fn too_slow(wait: Duration) -> Failure {
    let detail = format!("the body took longer than {} seconds to arrive", wait.as_secs());
    Failure::new(ErrorCode::RequestTimeout, detail)
}

fn broken(detail: &str) -> Failure {
    let [field, code, detail] = ["body", "json", detail].map(str::to_owned);
    Failure::invalid_request(vec![FieldError { field, code, detail }])
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn json_is_known_by_its_media_type_whatever_its_parameters() {
        let is_json = |value: &'static str| {
            is_json(&HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(value))]))
        };
        for value in ["application/json", "Application/JSON; charset=utf-8", "application/json;"] {
            assert!(is_json(value), "{value}");
        }
        for value in ["", "text/plain", "application/jsonp", "application/problem+json", "json"] {
            assert!(!is_json(value), "{value}");
        }
    }
}
