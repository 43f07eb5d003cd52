//! `TestEventPattern`: whether one pattern matches one event.

use event_pattern::EventJson;
use event_pattern::Pattern;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::constraints::{length, required};
use super::rules::PATTERN_CHARS;
use crate::bus::EventBus;
use crate::error::AwsError;

/// The fields that an event must have, each a text.
const MANDATORY: [&str; 6] = ["id", "account", "source", "time", "region", "detail-type"];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct TestEventPatternRequest {
    event_pattern: Option<String>,
    event: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct TestEventPatternAnswer {
    result: bool,
}

pub(super) fn test_event_pattern(
    bus: &EventBus,
    request: &TestEventPatternRequest,
) -> Result<TestEventPatternAnswer, AwsError> {
    let pattern = required("eventPattern", request.event_pattern.as_deref())?;
    let event = event(required("event", request.event.as_deref())?)?;
    length("eventPattern", pattern, 0..=PATTERN_CHARS)?;
    let pattern = Pattern::compiled_by(&*bus.config().library, pattern)?;
    let result = pattern.matches(&event);
    Ok(TestEventPatternAnswer { result: result.map_err(|error| AwsError::internal(&error))? })
}

fn event(text: &str) -> Result<EventJson, AwsError> {
    let invalid = || AwsError::validation("Parameter Event is not valid.");
    let event: Map<String, Value> = serde_json::from_str(text).map_err(|_| invalid())?;
    if !MANDATORY.iter().all(|field| event.get(*field).is_some_and(Value::is_string)) {
        return Err(invalid());
    }
    EventJson::of(&event).map_err(|error| AwsError::internal(&error))
}
