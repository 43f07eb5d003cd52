//! Reads one JSON object field by field.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::definition::Problems;

/// The fields of an object that have not been taken yet.
pub(super) struct Fields<'p> {
    at: String,
    left: Map<String, Value>,
    pub(super) problems: &'p mut Problems,
}

impl<'p> Fields<'p> {
    pub(super) fn open(at: &str, value: Value, problems: &'p mut Problems) -> Option<Self> {
        match value {
            Value::Object(left) => Some(Self { at: at.to_owned(), left, problems }),
            _ => problems.refuse(at, "expected an object"),
        }
    }

    /// The path of one of this object's fields.
    pub(super) fn path(&self, name: &str) -> String {
        match self.at.as_str() {
            "" => name.to_owned(),
            at => format!("{at}.{name}"),
        }
    }

    /// Takes a field without checking it.
    pub(super) fn take(&mut self, name: &str) -> Option<Value> {
        self.left.remove(name)
    }

    /// Takes a field that may be absent; one of the wrong type is refused.
    pub(super) fn optional<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        match serde_json::from_value(self.take(name)?) {
            Ok(value) => Some(value),
            Err(error) => self.refuse(name, error.to_string()),
        }
    }

    /// Takes a required field.
    pub(super) fn required<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        match self.left.contains_key(name) {
            true => self.optional(name),
            false => self.refuse(name, "required"),
        }
    }

    /// Adds a problem with a field.
    pub(super) fn refuse<T>(&mut self, name: &str, message: impl Into<String>) -> Option<T> {
        let at = self.path(name);
        self.problems.refuse(&at, message)
    }

    /// Refuses every field that was not taken.
    pub(super) fn close(mut self) {
        for name in std::mem::take(&mut self.left).keys() {
            self.refuse::<()>(name, "not supported");
        }
    }
}
