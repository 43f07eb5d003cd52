//! The functions' wire formats: the events they are sent, and what their answers say.

use lambda_runtime::{Context, LambdaEvent};
use serde_json::{Value, json};

/// A batch of stream records, as Lambda hands it to a function.
#[must_use]
pub fn batch(records: &[Value]) -> Value {
    json!({ "Records": records })
}

/// The sequence numbers that a stream consumer reported as failed.
#[must_use]
pub fn reported(answer: &Value) -> Vec<String> {
    let failures = answer["batchItemFailures"].as_array().unwrap().iter();
    failures.map(|failure| failure["itemIdentifier"].as_str().unwrap().to_owned()).collect()
}

/// An invocation without a deadline of its own.
#[must_use]
pub fn invocation(payload: Value) -> LambdaEvent<Value> {
    LambdaEvent::new(payload, Context::default())
}
