//! The JSON text that patterns match.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::tokens::compact;

/// An event as JSON text. It keeps how numbers are written, the order of keys, and keys that occur
/// twice, since patterns can tell these apart. Patterns match its leaves, an
/// [`Event`](crate::Event).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventJson(Box<RawValue>);

impl EventJson {
    /// Serialises an event.
    ///
    /// # Errors
    /// When `event` has a map with keys that are not text.
    pub fn of(event: &impl Serialize) -> Result<Self, serde_json::Error> {
        serde_json::value::to_raw_value(event).map(Self)
    }

    /// The event in `text`, on one line.
    ///
    /// # Errors
    /// When `text` is not JSON.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        let event: &RawValue = serde_json::from_str(text)?;
        Self::stored(compact(event.get()).into_owned())
    }

    /// The text of an event that was made earlier.
    ///
    /// # Errors
    /// When `text` is not JSON.
    pub fn stored(text: String) -> Result<Self, serde_json::Error> {
        RawValue::from_string(text).map(Self)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.get()
    }
}
