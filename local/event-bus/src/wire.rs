//! EventBridge's wire protocol: AWS JSON 1.1, one operation a request.

mod buses;
pub mod constraints;
mod put_events;
mod response;
mod rules;
mod test_event_pattern;

use axum::body::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::bus::EventBus;
use crate::error::AwsError;

pub use response::WireResponse;

/// The part of the header `X-Amz-Target` before the operation's name.
pub const TARGET_PREFIX: &str = "AWSEvents.";

/// Answers one request. `operation` is the part after [`TARGET_PREFIX`] in `X-Amz-Target`; `body`
/// is the request's body. Credentials and signatures are not checked.
///
/// It supports `PutEvents`, `PutRule`, `DeleteRule`, `EnableRule`, `DisableRule`, `DescribeRule`,
/// `ListRules`, `ListEventBuses`, `DescribeEventBus` and `TestEventPattern`; any other operation is
/// an `UnknownOperationException`.
pub async fn handle(bus: &EventBus, operation: &str, body: Bytes) -> WireResponse {
    match intercepted(bus, operation, &body).await {
        Ok(answer) => WireResponse::success(answer),
        Err(error) => WireResponse::failure(&error),
    }
}

async fn intercepted(bus: &EventBus, operation: &str, body: &[u8]) -> Result<Vec<u8>, AwsError> {
    let interceptor = &bus.config().interceptor;
    if let Some(fault) = interceptor.before(operation) {
        return Err(fault.strike().await);
    }
    let answer = answer(bus, operation, body).await;
    match interceptor.after(operation) {
        Some(fault) => Err(fault.strike().await),
        None => answer,
    }
}

async fn answer(bus: &EventBus, operation: &str, body: &[u8]) -> Result<Vec<u8>, AwsError> {
    match operation {
        "PutEvents" => json(&put_events::put_events(bus, read(body)?).await?),
        "PutRule" => json(&rules::put_rule(bus, read(body)?).await?),
        "DeleteRule" => json(&rules::delete_rule(bus, read(body)?).await?),
        "EnableRule" => json(&rules::enable_rule(bus, &read(body)?).await?),
        "DisableRule" => json(&rules::disable_rule(bus, &read(body)?).await?),
        "DescribeRule" => json(&rules::describe_rule(bus, &read(body)?)?),
        "ListRules" => json(&rules::list_rules(bus, &read(body)?)?),
        "ListEventBuses" => json(&buses::list_event_buses(bus, &read(body)?)?),
        "DescribeEventBus" => json(&buses::describe_event_bus(bus, &read(body)?)?),
        "TestEventPattern" => json(&test_event_pattern::test_event_pattern(&read(body)?)?),
        _ => Err(AwsError::unknown_operation(operation)),
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, AwsError> {
    serde_json::from_slice(body).map_err(|error| AwsError::serialization(&error))
}

fn json(answer: &impl Serialize) -> Result<Vec<u8>, AwsError> {
    serde_json::to_vec(answer).map_err(|error| AwsError::internal(&error))
}
