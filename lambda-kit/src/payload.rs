//! The payload of an invocation, in the form that its handler reads.

use domain::ErrorCode;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::error::FunctionError;

/// The form in which a handler takes its payload.
pub trait Payload: Send + Sized {
    /// The payload, from what Lambda sent.
    ///
    /// # Errors
    /// `InvalidRequest` for a payload that cannot be read.
    fn read(json: Box<RawValue>) -> Result<Self, FunctionError>;

    /// What a span may look into.
    fn value(&self) -> &Value;
}

impl Payload for Value {
    fn read(json: Box<RawValue>) -> Result<Self, FunctionError> {
        parse(&json)
    }

    fn value(&self) -> &Value {
        self
    }
}

/// For a handler that reads the text itself: the spans of streams use nothing of it.
impl Payload for Box<RawValue> {
    fn read(json: Box<RawValue>) -> Result<Self, FunctionError> {
        Ok(json)
    }

    fn value(&self) -> &Value {
        &Value::Null
    }
}

/// The value of a payload.
pub(crate) fn parse(json: &RawValue) -> Result<Value, FunctionError> {
    serde_json::from_str(json.get()).map_err(|error| {
        FunctionError::new(ErrorCode::InvalidRequest, format!("the payload is unreadable: {error}"))
    })
}
