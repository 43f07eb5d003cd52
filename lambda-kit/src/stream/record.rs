//! What every record of a stream has.

use std::borrow::Cow;

use aws_lambda_events::event::dynamodb::EventRecord;
use serde::Serialize;

/// A record's place in its shard. Never empty: an empty identifier makes Lambda fail the whole
/// batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct SequenceNumber<'a>(Cow<'a, str>);

impl<'a> SequenceNumber<'a> {
    /// The sequence number, unless it is empty.
    #[must_use]
    pub fn new(text: impl Into<Cow<'a, str>>) -> Option<Self> {
        let text = text.into();
        (!text.is_empty()).then_some(Self(text))
    }

    /// The text as DynamoDB wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What happened to an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It is new.
    Insert,
    /// It was changed.
    Modify,
    /// It was removed, by TTL or by hand.
    Remove,
    /// A kind that this product does not know.
    Unknown,
}

impl Kind {
    /// The record's kind.
    #[must_use]
    pub fn of(event: &EventRecord) -> Self {
        Self::named(&event.event_name)
    }

    pub(super) fn named(name: &str) -> Self {
        match name {
            "INSERT" => Self::Insert,
            "MODIFY" => Self::Modify,
            "REMOVE" => Self::Remove,
            _ => Self::Unknown,
        }
    }
}
