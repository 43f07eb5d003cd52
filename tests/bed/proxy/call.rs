//! A call as the proxy saw it.

use hyper::HeaderMap;
use serde_json::Value;

/// One attempt of an SDK client at an operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Such as `TransactWriteItems`: what follows the service's name in `X-Amz-Target`.
    pub operation: String,
    /// Which of the client's attempts this is, from 1.
    pub attempt: u32,
    /// The session token of temporary credentials.
    pub session: Option<String>,
    /// The request.
    pub body: Value,
    /// The service's own status, if the call was passed on and answered.
    pub status: Option<u16>,
    /// The fault that struck it, in a word.
    pub fault: Option<&'static str>,
}

impl Call {
    pub(super) fn read(headers: &HeaderMap, body: &[u8]) -> Self {
        let header = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("");
        let target = header("x-amz-target");
        Self {
            operation: target.rsplit('.').next().unwrap_or_default().to_owned(),
            attempt: attempt(header("amz-sdk-request")),
            session: Some(header("x-amz-security-token").to_owned()).filter(|t| !t.is_empty()),
            body: serde_json::from_slice(body).unwrap_or_default(),
            status: None,
            fault: None,
        }
    }
}

/// The number in a header such as `attempt=2; max=3`.
fn attempt(header: &str) -> u32 {
    let number = header.split(';').find_map(|part| part.trim().strip_prefix("attempt="));
    number.and_then(|number| number.parse().ok()).unwrap_or(1)
}
