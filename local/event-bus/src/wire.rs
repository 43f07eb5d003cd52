//! EventBridge's wire protocol: AWS JSON 1.1, one operation a request.

mod archives;
mod buses;
pub mod constraints;
mod listing;
mod names;
mod patterns;
mod put_events;
mod replays;
mod response;
mod rules;
mod targets;
mod test_event_pattern;
mod times;

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
/// It supports `PutEvents` and `TestEventPattern`; `PutRule`, `DeleteRule`, `EnableRule`,
/// `DisableRule`, `DescribeRule` and `ListRules`; `PutTargets`, `RemoveTargets`,
/// `ListTargetsByRule` and `ListRuleNamesByTarget`; `CreateArchive`, `DescribeArchive`,
/// `ListArchives` and `DeleteArchive`; `StartReplay`, `DescribeReplay`, `ListReplays` and
/// `CancelReplay`; `ListEventBuses` and `DescribeEventBus`. Any other operation is an
/// `UnknownOperationException`.
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
        "PutTargets" => json(&targets::put_targets(bus, read(body)?).await?),
        "RemoveTargets" => json(&targets::remove_targets(bus, read(body)?).await?),
        "ListTargetsByRule" => json(&targets::list_targets_by_rule(bus, &read(body)?)?),
        "ListRuleNamesByTarget" => json(&targets::list_rule_names_by_target(bus, &read(body)?)?),
        "CreateArchive" => json(&archives::create_archive(bus, read(body)?).await?),
        "DescribeArchive" => json(&archives::describe_archive(bus, &read(body)?).await?),
        "ListArchives" => json(&archives::list_archives(bus, &read(body)?).await?),
        "DeleteArchive" => json(&archives::delete_archive(bus, &read(body)?).await?),
        "StartReplay" => json(&replays::start_replay(bus, read(body)?).await?),
        "DescribeReplay" => json(&replays::describe_replay(bus, &read(body)?).await?),
        "ListReplays" => json(&replays::list_replays(bus, &read(body)?).await?),
        "CancelReplay" => json(&replays::cancel_replay(bus, &read(body)?).await?),
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
