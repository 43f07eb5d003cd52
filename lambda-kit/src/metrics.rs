//! Counts that alarms and dashboards stand on, as CloudWatch's embedded metric format (EMF).
//!
//! A count is a `tracing` event under its own target. On Lambda, [`crate::telemetry`] writes it as
//! one EMF line; anywhere else it is an event like any other.

use std::fmt;
use std::io::Write;

use domain::Clock;
use serde_json::{Value, json};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use crate::clock::SystemClock;

/// The target that tells counts from other events.
pub const TARGET: &str = "metric";
/// CloudWatch's namespace of every count.
const NAMESPACE: &str = "TripSaga";

/// Counts `value` under `name`. Nothing is written for zero.
pub fn count(name: &'static str, value: usize) {
    if value > 0 {
        tracing::info!(target: TARGET, name, value);
    }
}

/// Writes counts as EMF lines, which CloudWatch Logs turns into metrics.
#[derive(Debug)]
pub(crate) struct Emf<F> {
    function: String,
    output: F,
}

impl<F> Emf<F> {
    /// The counts of a function, written to what `output` opens.
    pub(crate) fn new(function: &str, output: F) -> Self {
        Self { function: function.to_owned(), output }
    }
}

impl<S, F, W> Layer<S> for Emf<F>
where
    S: Subscriber,
    F: Fn() -> W + 'static,
    W: Write,
{
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut seen = Count::default();
        event.record(&mut seen);
        let line = line(&self.function, &seen.name, seen.value, SystemClock.now().as_millis());
        // A count that cannot be written must not fail the work it counts. One write keeps its line whole.
        let _ = (self.output)().write_all(format!("{line}\n").as_bytes());
    }
}

#[derive(Default)]
struct Count {
    name: String,
    value: u64,
}

impl Visit for Count {
    fn record_u64(&mut self, _: &Field, value: u64) {
        self.value = value;
    }

    fn record_str(&mut self, _: &Field, value: &str) {
        value.clone_into(&mut self.name);
    }

    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}
}

fn line(function: &str, name: &str, value: u64, millis: i64) -> Value {
    json!({
        "_aws": {
            "Timestamp": millis,
            "CloudWatchMetrics": [{
                "Namespace": NAMESPACE,
                "Dimensions": [["Function"]],
                "Metrics": [{ "Name": name, "Unit": "Count" }],
            }],
        },
        "Function": function,
        name: value,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};
    use tracing_subscriber::layer::SubscriberExt;

    struct Seen(Arc<Mutex<Vec<(String, u64)>>>);

    impl<S: Subscriber> Layer<S> for Seen {
        fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
            let mut count = Count::default();
            event.record(&mut count);
            self.0.lock().unwrap().push((count.name, count.value));
        }
    }

    #[test]
    fn a_count_is_an_event_with_a_name_and_a_value_and_zero_is_none() {
        let seen = Arc::default();
        let subscriber = tracing_subscriber::registry().with(Seen(Arc::clone(&seen)));
        tracing::subscriber::with_default(subscriber, || {
            count("EventsPublished", 3);
            count("EventsParked", 0);
        });
        assert_eq!(*seen.lock().unwrap(), [("EventsPublished".to_owned(), 3)]);
    }

    #[test]
    fn a_line_names_its_metric_and_holds_its_value() {
        let line = line("dispatcher", "EventsPublished", 3, 1_772_326_800_000);
        let declared = &line["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(declared["Metrics"][0]["Name"], "EventsPublished");
        assert_eq!(declared["Dimensions"][0][0], "Function");
        assert_eq!(
            (&line["EventsPublished"], &line["Function"]),
            (&json!(3), &json!("dispatcher"))
        );
    }
}
