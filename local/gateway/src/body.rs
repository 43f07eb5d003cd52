//! Bodies, read within limits of size and time.

use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody, to_bytes};
use domain::text::one_line;
use domain::{ErrorCode, Failure, FieldError};
use http::HeaderMap;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE};
use http_body_util::LengthLimitError;
use tokio::time::timeout;

use crate::refusal::Refusal;

/// Most bytes of a body: several times the size of the longest valid booking.
pub(crate) const MAX_BODY: usize = 32 * 1024;

/// Reads a whole body. If its declared length is too large, it is not read at all.
///
/// # Errors
/// `BodyTooLarge` past the limit, `RequestTimeout` if it takes longer than `wait`, `InvalidRequest`
/// if the client broke off.
pub(crate) async fn read(body: Body, wait: Duration) -> Result<Bytes, Refusal> {
    if body.size_hint().lower() > MAX_BODY as u64 {
        return Err(too_large().into());
    }
    let read = timeout(wait, to_bytes(body, MAX_BODY)).await.map_err(|_| too_slow(wait))?;
    read.map_err(|error| match std::error::Error::source(&error) {
        Some(cause) if cause.is::<LengthLimitError>() => too_large().into(),
        _ => broken("could not be read to its end").into(),
    })
}

/// Reads, as text, a body that must be JSON and be declared as JSON. Skips a byte order mark.
///
/// # Errors
/// `UnsupportedMediaType` for another type or a compressed body; as [`read`]; `InvalidRequest` for
/// a body that is not UTF-8.
pub(crate) async fn read_json(
    headers: &HeaderMap,
    body: Body,
    wait: Duration,
) -> Result<String, Refusal> {
    if !is_json(headers) {
        let detail = "send the body as JSON, with Content-Type: application/json";
        return Err(Failure::new(ErrorCode::UnsupportedMediaType, detail).into());
    }
    if let Some(coding) = coding(headers) {
        return Err(compressed(&coding));
    }
    let body = read(body, wait).await?;
    if body.starts_with(GZIP) {
        return Err(compressed("gzip"));
    }
    let text = str::from_utf8(body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&body));
    text.map(str::to_owned).map_err(|_| broken("is not UTF-8, in which JSON is sent").into())
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// The first bytes of every gzip file, with which no JSON text starts.
const GZIP: &[u8] = b"\x1f\x8b";

/// The coding to remove from the body, if any.
fn coding(headers: &HeaderMap) -> Option<String> {
    let codings = headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b',').map(<[u8]>::trim_ascii));
    let mut undone =
        codings.filter(|name| !name.is_empty() && !name.eq_ignore_ascii_case(b"identity"));
    undone.next().map(|name| one_line(&String::from_utf8_lossy(name), 32))
}

fn compressed(coding: &str) -> Refusal {
    let detail = format!(
        "the body is compressed ({coding}), which is not taken: send it as it is, without Content-Encoding"
    );
    let failure = Failure::new(ErrorCode::UnsupportedMediaType, detail);
    Refusal::from(failure).with(ACCEPT_ENCODING, "identity".to_owned())
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
    use http::HeaderValue;

    use super::*;

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
