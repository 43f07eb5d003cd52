//! What the engine logs when it refuses a request, as every DynamoDB does: a table that exists, a
//! condition that fails. The client gets the answer, and knows whether it expected it.

use std::fmt::{self, Write};

use tracing::Event;
use tracing::field::{Field, Visit};

/// The target under which `dynoxide` logs its answers.
const SERVER: &str = "dynoxide::server";

/// Whether a log line says only that a request was refused with a status of 400 to 499. `dynoxide`
/// logs these as warnings, like its own failures.
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
            // Writing to a string cannot fail.
            let _ = write!(text, "{value:?}");
            self.0 = Some(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tracing::span::{Attributes, Id, Record};
    use tracing::{Metadata, Subscriber};

    use super::*;

    /// For each event, whether it is a refusal.
    #[derive(Clone, Default)]
    struct Found(Arc<Mutex<Vec<bool>>>);

    impl Subscriber for Found {
        fn enabled(&self, _: &Metadata<'_>) -> bool {
            true
        }
        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }
        fn record(&self, _: &Id, _: &Record<'_>) {}
        fn record_follows_from(&self, _: &Id, _: &Id) {}
        fn event(&self, event: &Event<'_>) {
            self.0.lock().unwrap().push(is_refusal(event));
        }
        fn enter(&self, _: &Id) {}
        fn exit(&self, _: &Id) {}
    }

    #[test]
    fn a_refusal_is_told_from_a_failure_and_from_what_others_log() {
        let found = Found::default();
        tracing::subscriber::with_default(found.clone(), || {
            tracing::warn!(target: "dynoxide::server", status = %"400 Bad Request", "error response");
            tracing::warn!(target: "dynoxide::server", status = %"500 Internal Server Error", "error response");
            tracing::warn!(target: "dynoxide::server", "no status");
            tracing::warn!(target: "another", status = %"400 Bad Request", "error response");
        });
        assert_eq!(*found.0.lock().unwrap(), [true, false, false, false]);
    }
}
