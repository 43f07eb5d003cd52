//! The JSON text that patterns match.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// An event as JSON text, serialised by this crate: each key of an object occurs once, and nothing
/// follows the value. Patterns match only such text, because their matcher relies on it.
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

    /// The text of an event that [`EventJson::of`] serialised earlier. For other text the match may
    /// be wrong.
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
