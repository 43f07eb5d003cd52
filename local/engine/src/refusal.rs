//! What the engine logs of requests that it refuses, as every DynamoDB does: a table that exists, a
//! condition that does not hold. The client is answered, and knows whether it expected that.

use std::fmt::{self, Write};

use tracing::Event;
use tracing::field::{Field, Visit};

/// Under which name `dynoxide` logs what it answers.
const SERVER: &str = "dynoxide::server";

/// Whether a log line says no more than that a request was refused with a status of 400 to 499.
/// `dynoxide` makes each a warning, as it does where it has failed itself.
#[must_use]
pub fn is_refusal(event: &Event<'_>) -> bool {
    let mut status = Status(None);
    if event.metadata().target() == SERVER {
        event.record(&mut status);
    }
    status.0.is_some_and(|status| status.starts_with('4'))
}

struct Status(Option<String>);

impl Visit for Status {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "status" {
            let mut text = String::new();
            // Writing to a text cannot fail.
            let _ = write!(text, "{value:?}");
            self.0 = Some(text);
        }
    }
}
