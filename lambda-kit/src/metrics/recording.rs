//! Keeps figures in memory, to test the code that reports them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tracing::instrument::WithSubscriber;
use tracing::subscriber::NoSubscriber;
use tracing::{Dispatch, Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};

use super::{Figure, TARGET};

type Figures = BTreeMap<String, u64>;

/// Does the work, and returns the figures that it reported, by name; both counts and gauges are
/// summed up. Drops other events.
pub async fn recorded<T>(work: impl Future<Output = T>) -> (T, Figures) {
    let recorder = Recorder::default();
    // While there is only one subscriber, `tracing` asks the one of the thread that first reaches a
    // line, and caches its answer for all threads; in a test that records nothing, that is "never".
    let _second = Dispatch::new(NoSubscriber::new());
    let done = work.with_subscriber(tracing_subscriber::registry().with(recorder.clone())).await;
    let figures = recorder.0.lock().unwrap_or_else(PoisonError::into_inner);
    (done, figures.clone())
}

#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Figures>>);

impl<S: Subscriber> Layer<S> for Recorder {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == TARGET {
            let mut figure = Figure::default();
            event.record(&mut figure);
            let mut figures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            *figures.entry(figure.name).or_default() += figure.value;
        }
    }
}
