//! `TestEventPattern`: whether one pattern matches one event.

use event_pattern::{Event, EventJson, Pattern};
use serde::{Deserialize, Serialize};

use super::constraints::{length, required};
use super::patterns::PATTERN_CHARS;
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
    request: &TestEventPatternRequest,
) -> Result<TestEventPatternAnswer, AwsError> {
    let pattern = required("eventPattern", request.event_pattern.as_deref())?;
    let event = required("event", request.event.as_deref())?;
    let event = EventJson::parse(event).map_err(|_| invalid_event())?;
    let event = Event::of(&event).map_err(|_| invalid_event())?;
    if !MANDATORY.iter().all(|field| event.has_text(field)) {
        return Err(invalid_event());
    }
    length("eventPattern", pattern, 0..=PATTERN_CHARS)?;
    let result = Pattern::parse(pattern)?.matches_leaves(&event)?;
    Ok(TestEventPatternAnswer { result })
}

fn invalid_event() -> AwsError {
    AwsError::validation("Parameter Event is not valid.")
}
