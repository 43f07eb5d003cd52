//! A replay: stream records that an operator hands over again, to publish their events once more.
//!
//! A payload of its own form asks for it, so that a batch of the stream never reads as one.

use std::sync::Arc;
use std::time::Duration;

use domain::{ErrorCode, Timestamp};
use lambda_kit::error::FunctionError;
use lambda_kit::stream::Batch;
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

/// What a payload asks for: a batch, and what to publish it with if it is a replay.
pub(crate) struct Asked<'a> {
    pub(crate) batch: Batch<'a, PendingEvent<'a>>,
    pub(crate) replaying: Option<Deps>,
}

impl<'a> Asked<'a> {
    /// Reads a batch of the stream, or else a replay.
    ///
    /// # Errors
    /// `InvalidRequest` for any other payload.
    pub(crate) fn read(payload: &'a RawValue, deps: &Deps) -> Result<Self, FunctionError> {
        let no_batch = match Batch::read(payload, PendingEvent::of) {
            Ok(batch) => return Ok(Self { batch, replaying: None }),
            Err(error) => error,
        };
        let Ok(Replay { replay, batch }) = serde_json::from_str(payload.get()) else {
            return Err(no_batch);
        };
        let replaying = deps.replaying(replay)?;
        Ok(Self { batch: Batch::read(batch, PendingEvent::of)?, replaying: Some(replaying) })
    }
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
        Ok(Self { publisher, settings, unmarked: Arc::default(), ..self.clone() })
    }
}
