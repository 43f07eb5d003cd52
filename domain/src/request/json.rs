//! A JSON value as it stands in a body's text.
//!
//! `serde_json`'s own `Value` loses repeated members and the digits of numbers; both are part of
//! what a request says. So values are read from the text itself, and only as deep as the request's
//! fields go.

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

/// A value of a text that is known to be JSON.
#[derive(Clone, Copy)]
pub(super) struct Json<'a>(&'a str);

/// The members of an object in their order in the text, including repeated ones.
pub(super) type Members<'a> = Vec<(String, Json<'a>)>;

impl<'a> Json<'a> {
    /// The value of a whole text.
    ///
    /// # Errors
    /// If the text is not JSON.
    pub(super) fn of(text: &'a str) -> Result<Self, serde_json::Error> {
        // A raw value is not checked for escapes of lone surrogates, nor for how deep it nests.
        serde_json::from_str::<Value>(text).map(|_| Self(text.trim_ascii()))
    }

    pub(super) fn is_null(self) -> bool {
        self.0 == "null"
    }

    /// The text that a string says.
    pub(super) fn text(self) -> Option<String> {
        serde_json::from_str(self.0).ok()
    }

    /// A number as it is spelled.
    pub(super) fn number(self) -> Option<&'a str> {
        self.0.starts_with(|first: char| first == '-' || first.is_ascii_digit()).then_some(self.0)
    }

    pub(super) fn members(self) -> Option<Members<'a>> {
        serde_json::Deserializer::from_str(self.0).deserialize_map(Reader).ok()
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some((name, value)) = map.next_entry::<String, &RawValue>()? {
            members.push((name, Json(value.get())));
        }
        Ok(members)
    }
}
