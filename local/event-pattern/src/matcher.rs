//! One pattern's alternatives, compiled.
//!
//! Event and pattern are wrapped: `quamina` walks the fields of an event in the order of their
//! paths, and sees that a field is absent only while another field is still to come. The wrapper
//! adds a field after the event, so no absence goes unnoticed.

use serde_json::json;

use crate::alternatives::Alternative;
use crate::event::EventJson;
use crate::invalid::{InvalidPattern, Undecided, unsupported};
use crate::library::{Compiled, Library, guarded};

/// The sample on which a new pattern is tried, since a matcher that can be built may still fail to
/// match.
const SAMPLE: &str = r#"{"version":"0","id":"1","detail-type":"a","source":"b","account":"1",
    "time":"2026-03-01T01:00:00Z","region":"c","resources":[],"detail":{"d":[1,"e",true,null,{"f":1.5}]}}"#;

pub(crate) struct Matcher(Box<dyn Compiled>);

impl Matcher {
    pub(crate) fn of(
        library: &dyn Library,
        alternatives: Vec<Alternative>,
    ) -> Result<Self, InvalidPattern> {
        let wrapped = alternatives.into_iter().map(|alternative| {
            Ok(json!({ "event": alternative.render()?, "then": [true] }).to_string())
        });
        let wrapped: Vec<_> = wrapped.collect::<Result<_, _>>()?;
        let matcher = guarded(|| library.compile(&wrapped)).map(Self).map_err(unsupported)?;
        matcher.decide(SAMPLE).map_err(unsupported)?;
        Ok(matcher)
    }

    pub(crate) fn matches(&self, event: &EventJson) -> Result<bool, Undecided> {
        self.decide(event.as_str()).map_err(Undecided)
    }

    fn decide(&self, event: &str) -> Result<bool, String> {
        let wrapped = format!(r#"{{"event":{event},"then":true}}"#);
        guarded(|| self.0.matches(&wrapped))
    }
}
