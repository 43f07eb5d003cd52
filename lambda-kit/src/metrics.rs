//! Counts and gauges for alarms and dashboards, in CloudWatch's embedded metric format (EMF).
//!
//! Each is a `tracing` event with its own target. On Lambda, [`crate::telemetry`] writes it as one
//! EMF line; elsewhere it is a normal event.

mod recording;

use std::fmt;
use std::io::Write;

use domain::Clock;
use serde_json::{Value, json};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use crate::clock::SystemClock;
use crate::invocation;

pub use recording::recorded;

/// The target that distinguishes counts from other events.
pub const TARGET: &str = "metric";
/// The CloudWatch namespace of all counts.
const NAMESPACE: &str = "TripSaga";

/// Counts `value` under `name`. Writes nothing for zero.
pub fn count(name: &'static str, value: usize) {
    if value > 0 {
        tracing::info!(target: TARGET, name, value);
    }
}

/// Reports the current value of `name`, including zero: an alarm must see that it is over.
pub fn gauge(name: &'static str, value: u64) {
    tracing::info!(target: TARGET, name, value);
}

/// Same as [`gauge`], for a time in seconds.
pub fn gauge_seconds(name: &'static str, seconds: u64) {
    tracing::info!(target: TARGET, name, value = seconds, unit = "Seconds");
}

/// Counts an attempt that DynamoDB throttled, by its reason and by the table or index.
pub(crate) fn throttled(reason: &str, resource: &str) {
    tracing::info!(target: TARGET, name = "CallsThrottled", value = 1_u64, reason, resource);
}

/// Writes counts as EMF lines, which CloudWatch Logs turns into metrics.
#[derive(Debug)]
pub(crate) struct Emf<F> {
    function: String,
    output: F,
}

impl<F> Emf<F> {
    /// The counts of a function, written to the writer that `output` opens.
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
        let mut seen = Figure::default();
        event.record(&mut seen);
        let request_id = invocation::request_id();
        let line = seen.line(&self.function, request_id, SystemClock.now().as_millis());
        // A figure that cannot be written must not fail the work that it describes. A single write
        // keeps the line whole.
        let _ = (self.output)().write_all(format!("{line}\n").as_bytes());
    }
}

#[derive(Default)]
struct Figure {
    name: String,
    /// CloudWatch's name of the unit; empty for a count.
    unit: String,
    value: u64,
    /// Further dimensions, in which it is counted apart.
    by: Vec<(&'static str, String)>,
}

impl Visit for Figure {
    fn record_u64(&mut self, _: &Field, value: u64) {
        self.value = value;
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "unit" => value.clone_into(&mut self.unit),
            "reason" => self.by.push(("Reason", value.to_owned())),
            "resource" => self.by.push(("Resource", value.to_owned())),
            _ => value.clone_into(&mut self.name),
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}
}

impl Figure {
    fn line(&self, function: &str, request_id: Option<String>, millis: i64) -> Value {
        let unit = if self.unit.is_empty() { "Count" } else { &self.unit };
        let mut dimensions = vec![vec!["Function"]];
        if !self.by.is_empty() {
            let names = self.by.iter().map(|(name, _)| *name);
            dimensions.push(["Function"].into_iter().chain(names).collect());
        }
        let mut line = json!({
            "_aws": {
                "Timestamp": millis,
                "CloudWatchMetrics": [{
                    "Namespace": NAMESPACE,
                    "Dimensions": dimensions,
                    "Metrics": [{ "Name": self.name, "Unit": unit }],
                }],
            },
            "Function": function,
            self.name.as_str(): self.value,
        });
        for (name, value) in &self.by {
            line[*name] = Value::from(value.as_str());
        }
        // A property beside the dimensions: it is searched for, and makes no metric of its own.
        if let Some(request_id) = request_id {
            line["requestId"] = Value::String(request_id);
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tracing_subscriber::layer::SubscriberExt;

    use super::*;

    struct Seen(Arc<Mutex<Vec<Figure>>>);

    impl<S: Subscriber> Layer<S> for Seen {
        fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
            let mut figure = Figure::default();
            event.record(&mut figure);
            self.0.lock().unwrap().push(figure);
        }
    }

    fn lines(tell: impl FnOnce()) -> Vec<Value> {
        let seen = Arc::default();
        let subscriber = tracing_subscriber::registry().with(Seen(Arc::clone(&seen)));
        tracing::subscriber::with_default(subscriber, tell);
        let figures = seen.lock().unwrap();
        figures.iter().map(|figure| figure.line("dispatcher", None, 1_772_326_800_000)).collect()
    }

    fn declared(line: &Value) -> &Value {
        &line["_aws"]["CloudWatchMetrics"][0]
    }

    #[test]
    fn a_count_is_an_event_with_a_name_and_a_value_and_zero_is_none() {
        let lines = lines(|| {
            count("EventsPublished", 3);
            count("EventsParked", 0);
        });
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0]["EventsPublished"], 3);
    }

    #[test]
    fn a_throttled_call_is_counted_for_its_function_and_by_its_reason() {
        let lines = lines(|| throttled("TableWriteAccountLimitExceeded", "arn:t"));
        let [line] = &lines[..] else { panic!("{lines:?}") };
        assert_eq!(line["CallsThrottled"], 1);
        assert_eq!(
            (&line["Reason"], &line["Resource"]),
            (&json!("TableWriteAccountLimitExceeded"), &json!("arn:t"))
        );
        let dimensions = json!([["Function"], ["Function", "Reason", "Resource"]]);
        assert_eq!(declared(line)["Dimensions"], dimensions);
    }

    #[test]
    fn a_gauge_is_told_at_zero_too_and_in_its_unit() {
        let lines = lines(|| {
            gauge("ParkedEventsNow", 0);
            gauge_seconds("OldestPendingEventSeconds", 61);
        });
        let [parked, oldest] = &lines[..] else { panic!("{lines:?}") };
        assert_eq!(
            (&parked["ParkedEventsNow"], &oldest["OldestPendingEventSeconds"]),
            (&json!(0), &json!(61))
        );
        assert_eq!(declared(parked)["Metrics"][0]["Unit"], "Count");
        assert_eq!(declared(oldest)["Metrics"][0]["Unit"], "Seconds");
    }

    #[test]
    fn a_line_names_its_metric_and_its_function() {
        let lines = lines(|| count("EventsPublished", 3));
        assert_eq!(declared(&lines[0])["Metrics"][0]["Name"], "EventsPublished");
        assert_eq!(declared(&lines[0])["Dimensions"][0][0], "Function");
        assert_eq!(lines[0]["Function"], "dispatcher");
    }
}
