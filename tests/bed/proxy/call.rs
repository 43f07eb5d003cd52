//! A call as the proxy saw it.

use hyper::HeaderMap;
use serde_json::Value;

/// The member of an answer that says what the call consumed.
const CONSUMED: &str = "ConsumedCapacity";

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
    /// What the service says that the call consumed, table by table; empty unless it was asked. See
    /// [`super::faults::counted`].
    pub consumed: Vec<Value>,
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
            consumed: Vec::new(),
        }
    }

    /// Whether it loads a trip. The suppliers' books are read by the same operation.
    #[must_use]
    pub fn is_load(&self) -> bool {
        let key = self.body["Key"]["PK"]["S"].as_str();
        self.operation == "GetItem" && key.is_some_and(|key| key.starts_with("TRIP#"))
    }

    /// Takes note of the service's answer.
    pub(super) fn answered(&mut self, status: u16, body: &[u8]) {
        self.status = Some(status);
        let body = String::from_utf8_lossy(body);
        if body.contains(CONSUMED) {
            let mut body: Value = serde_json::from_str(&body).unwrap_or_default();
            self.consumed = match body[CONSUMED].take() {
                Value::Array(tables) => tables,
                table => vec![table],
            };
        }
    }
}

/// The number in a header such as `attempt=2; max=3`.
fn attempt(header: &str) -> u32 {
    let number = header.split(';').find_map(|part| part.trim().strip_prefix("attempt="));
    number.and_then(|number| number.parse().ok()).unwrap_or(1)
}
