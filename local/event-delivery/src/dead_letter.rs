//! An event that could not be delivered.

use domain::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::outcome::Exhausted;
use crate::target::{Destination, Request};

/// A dead letter: a line of its file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeadLetter {
    /// Its name among the dead letters.
    pub id: Uuid,
    /// When it was given up.
    pub at: Timestamp,
    /// The event's position in its bus's archive or log.
    pub position: i64,
    /// The ARN of the rule or the subscriber that sent it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Where it was to go.
    pub target: Destination,
    /// How often it was sent.
    pub attempts: u32,
    /// What happened last.
    pub error: String,
    /// Which limit ended the attempts; none where another attempt would not have helped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<Exhausted>,
    /// The event.
    pub event: Box<RawValue>,
    /// What was sent, where that is not the event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<Box<RawValue>>,
}

/// Why and after how many attempts an event was given up.
#[derive(Clone, Debug)]
pub struct Undelivered {
    /// When.
    pub at: Timestamp,
    /// How often it was sent.
    pub attempts: u32,
    /// What happened last.
    pub error: String,
    /// Which limit ended the attempts.
    pub condition: Option<Exhausted>,
}

impl DeadLetter {
    /// The dead letter of a request for the event at this position.
    ///
    /// # Errors
    /// When the request's body is not JSON.
    pub fn of(
        request: Request,
        event: &RawValue,
        position: i64,
        rule: Option<String>,
        undelivered: Undelivered,
    ) -> Result<Self, serde_json::Error> {
        let Undelivered { at, attempts, error, condition } = undelivered;
        let is_event = request.body == event.get();
        let input = (!is_event).then(|| RawValue::from_string(request.body)).transpose()?;
        let (id, event, target) = (Uuid::now_v7(), event.to_owned(), request.to);
        Ok(Self { id, at, position, rule, target, attempts, error, condition, event, input })
    }

    /// The request, to be sent again.
    #[must_use]
    pub fn request(&self) -> Request {
        let body = self.input.as_ref().unwrap_or(&self.event).get().to_owned();
        Request { to: self.target.clone(), body }
    }
}
