//! What a function is handed: a value, or the text of one.

use lambda_kit::error::FunctionError;
use lambda_kit::payload::Payload;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

/// A payload in the form in which its sender has it.
pub enum Handed {
    /// A value.
    Value(Value),
    /// The text of a batch of stream records.
    Text(Box<RawValue>),
}

/// The form in which a handler takes its payload.
pub(crate) trait Form: Payload {
    fn of(payload: Handed) -> Result<Self, FunctionError>;
}

impl Handed {
    /// What faults may look into: nothing of a text.
    pub(crate) fn looked_into(&self) -> &Value {
        match self {
            Self::Value(value) => value,
            Self::Text(_) => &Value::Null,
        }
    }
}

impl Form for Value {
    fn of(payload: Handed) -> Result<Self, FunctionError> {
        match payload {
            Handed::Value(value) => Ok(value),
            Handed::Text(text) => Self::read(text),
        }
    }
}

impl Form for Box<RawValue> {
    fn of(payload: Handed) -> Result<Self, FunctionError> {
        match payload {
            // A value is always valid JSON.
            Handed::Value(value) => Ok(to_raw_value(&value).unwrap_or_default()),
            Handed::Text(text) => Ok(text),
        }
    }
}

impl From<Value> for Handed {
    fn from(value: Value) -> Self {
        Self::Value(value)
    }
}

impl From<Box<RawValue>> for Handed {
    fn from(text: Box<RawValue>) -> Self {
        Self::Text(text)
    }
}
