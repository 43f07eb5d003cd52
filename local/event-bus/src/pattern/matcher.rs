//! `quamina` with one pattern's alternatives under one id.
//!
//! Event and pattern are wrapped: `quamina` walks the fields of an event in the order of their paths
//! and can only see that one is absent while another is still to come. The field behind the event
//! always is, so no absence goes unnoticed.

use quamina::Quamina;
use serde_json::json;

use super::alternatives::Alternative;
use super::{InvalidPattern, NotAnEvent, unsupported};
use crate::event::EventJson;

pub(super) struct Matcher(Quamina<()>);

impl Matcher {
    pub(super) fn of(alternatives: Vec<Alternative>) -> Result<Self, InvalidPattern> {
        let mut quamina = Quamina::new();
        for alternative in alternatives {
            let wrapped = json!({ "event": alternative.render()?, "then": [true] }).to_string();
            quamina.add_pattern((), &wrapped).map_err(|error| unsupported(error.to_string()))?;
        }
        Ok(Self(quamina))
    }

    pub(super) fn matches(&self, event: &EventJson) -> Result<bool, NotAnEvent> {
        let wrapped = format!(r#"{{"event":{},"then":true}}"#, event.as_str());
        self.0.has_matches(wrapped.as_bytes()).map_err(|error| NotAnEvent(error.to_string()))
    }
}
