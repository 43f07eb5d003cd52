//! What a function is handed: a value, or the text of one.

use lambda_kit::error::FunctionError;
use lambda_kit::payload::Payload;
use lambda_kit::stream::raw;
use lambda_runtime::LambdaEvent;
use serde_json::Value;
use serde_json::value::RawValue;

/// A payload in the form in which its sender has it.
pub enum Handed {
    /// A value.
    Value(Value),
    /// The text of a batch of stream records.
    Text(Box<RawValue>),
}

/// The form in which a handler takes its payload.
pub(crate) trait Form: Payload {
    fn of(event: LambdaEvent<Handed>) -> Result<LambdaEvent<Self>, FunctionError>;
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
    fn of(event: LambdaEvent<Handed>) -> Result<LambdaEvent<Self>, FunctionError> {
        let value = match event.payload {
            Handed::Value(value) => value,
            Handed::Text(text) => Self::read(text)?,
        };
        Ok(LambdaEvent::new(value, event.context))
    }
}

impl Form for Box<RawValue> {
    fn of(event: LambdaEvent<Handed>) -> Result<LambdaEvent<Self>, FunctionError> {
        Ok(match event.payload {
            Handed::Value(value) => raw(LambdaEvent::new(value, event.context)),
            Handed::Text(text) => LambdaEvent::new(text, event.context),
        })
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
