//! Smithy's protocol RPC v2 CBOR: what a call and its answer look like.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::refusal::Refusal;

/// The path of an operation, around its name.
pub(crate) const OPERATIONS: &str = "/service/AWSEventsV2/operation/{operation}";
/// Beyond what the bus takes, so that it refuses by itself.
pub(crate) const MOST_BYTES: usize = 8 * 1024 * 1024;

const PROTOCOL: &str = "smithy-protocol";
const NAME: &str = "rpc-v2-cbor";
const CONTENT: &str = "application/cbor";

/// Whether a call says that it is in this protocol.
pub(crate) fn is_spoken(headers: &HeaderMap) -> bool {
    let is = |name: &str, value: &str| headers.get(name).is_some_and(|it| it == value);
    is(PROTOCOL, NAME) && is(header::CONTENT_TYPE.as_str(), CONTENT)
}

/// What a call says. One without members may have no body.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    const NO_MEMBERS: &[u8] = &[0xa0];
    let body = if body.is_empty() { NO_MEMBERS } else { body };
    ciborium::from_reader(body).map_err(|error| Refusal::invalid(format!("{error}")))
}

/// The answer to a call.
pub(crate) fn answer(result: Result<impl Serialize, Refusal>) -> Response {
    match result {
        Ok(output) => cbor(200, &output),
        Err(refusal) => cbor(refusal.status, &refusal),
    }
}

/// The answer to what is no call.
pub(crate) fn unspoken() -> Response {
    StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response()
}

fn cbor(status: u16, answer: &impl Serialize) -> Response {
    let mut body = Vec::new();
    if ciborium::into_writer(answer, &mut body).is_err() {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(CONTENT));
    headers.insert(PROTOCOL, HeaderValue::from_static(NAME));
    response
}
