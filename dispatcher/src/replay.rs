//! A replay: stream records that an operator hands over again, to publish their events once more.
//!
//! A payload of its own form asks for it, which no batch of the stream has.

use std::sync::Arc;
use std::time::Duration;

use domain::{ErrorCode, Timestamp};
use lambda_kit::error::FunctionError;
use lambda_kit::stream::Text;
use serde::Deserialize;
use serde_json::value::RawValue;
use store::outbox::PendingEvent;

use crate::{Deps, Settings};

/// What the resources of a replayed event begin with; the time of the replay follows.
pub const MARK: &str = "trip-saga:replay:";

/// The payload of a replay: `{"replay": <when it began>, "batch": {"Records": […]}}`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Replay<'a> {
    replay: Timestamp,
    #[serde(borrow)]
    batch: &'a RawValue,
}

/// How the payload of a replay begins.
const BEGINNING: &str = r#"{"replay""#;

/// What a payload asks for: a batch, and what to publish it with if it is a replay.
pub(crate) struct Asked<'a> {
    pub(crate) text: Text<'a>,
    pub(crate) replaying: Option<Deps>,
}

impl<'a> Asked<'a> {
    /// Tells a replay from a batch of the stream, which is not looked into.
    ///
    /// # Errors
    /// `InvalidRequest` for a replay of another form.
    pub(crate) fn read(payload: &'a RawValue, deps: &Deps) -> Result<Self, FunctionError> {
        if !payload.get().starts_with(BEGINNING) {
            return Ok(Self { text: text(payload), replaying: None });
        }
        let Replay { replay, batch } = serde_json::from_str(payload.get())
            .map_err(|error| FunctionError::new(ErrorCode::InvalidRequest, error.to_string()))?;
        Ok(Self { text: text(batch), replaying: Some(deps.replaying(replay)?) })
    }
}

/// A batch in which the envelopes, half of its bytes, are not looked through.
fn text(batch: &RawValue) -> Text<'_> {
    Text::with_numbers_for(PendingEvent::DETAIL, batch)
}

impl Deps {
    /// The same ports for a replay: what was published before is published again, with a mark.
    fn replaying(&self, began: Timestamp) -> Result<Self, FunctionError> {
        let marked = self.publisher.marking(&format!("{MARK}{began}"));
        let publisher = marked.ok_or_else(|| {
            let message = "events cannot be marked as a replay on this bus";
            FunctionError::new(ErrorCode::InvalidRequest, message)
        })?;
        // However old an event is, nobody asks whether it is still pending.
        let settings = Settings { grace: Duration::MAX, ..self.settings };
        let unmarked = Arc::default();
        Ok(Self { publisher, settings, unmarked, on_the_bus: None, ..self.clone() })
    }
}
