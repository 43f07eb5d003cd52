//! What is sent of an event: all of it, a constant, a part, or a text made of parts.
//!
//! Source: "Amazon EventBridge input transformation" in the user guide.

mod error;
mod facts;
mod fields;
mod path;
mod template;

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use self::template::Template;

pub use error::InputError;
pub use facts::EventFacts;
pub(crate) use path::Path;

/// What is sent of an event.
#[derive(Clone, Debug, Default)]
pub struct Input(Form);

#[derive(Clone, Debug, Default)]
enum Form {
    #[default]
    Event,
    Constant(String),
    Part(Path),
    Transformed(Template),
}

impl Input {
    /// A JSON text, whatever the event.
    ///
    /// # Errors
    /// When it is not JSON.
    pub fn constant(text: &str) -> Result<Self, InputError> {
        let value: Result<&RawValue, _> = serde_json::from_str(text);
        match value {
            Ok(value) => Ok(Self(Form::Constant(value.get().to_owned()))),
            Err(error) => Err(InputError::Constant(error.to_string())),
        }
    }

    /// The part of the event at a path, such as `$.detail`. `null` where there is nothing.
    ///
    /// # Errors
    /// When it is not a path.
    pub fn path(path: &str) -> Result<Self, InputError> {
        Ok(Self(Form::Part(path.parse()?)))
    }

    /// A template with variables: `paths` says where in the event each one is.
    ///
    /// # Errors
    /// When a path or the template cannot be used.
    pub fn template(paths: &BTreeMap<String, String>, template: &str) -> Result<Self, InputError> {
        Ok(Self(Form::Transformed(Template::compile(paths, template)?)))
    }

    /// The JSON text to send. What is taken from the event is as it was written.
    #[must_use]
    pub fn of(&self, event: &RawValue, facts: &EventFacts<'_>) -> String {
        match &self.0 {
            Form::Event => event.get().to_owned(),
            Form::Constant(text) => text.clone(),
            Form::Part(path) => path.select(event).unwrap_or_else(|| "null".to_owned()),
            Form::Transformed(template) => template.fill(event, facts),
        }
    }

    /// Whether it is the event itself that is sent.
    #[must_use]
    pub fn is_event(&self) -> bool {
        matches!(self.0, Form::Event)
    }
}
