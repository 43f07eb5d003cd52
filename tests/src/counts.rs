//! What the functions count, as an operator's alarms see it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use lambda_kit::metrics::TARGET;
use tracing::field::{Field, Visit};
use tracing::instrument::WithSubscriber;
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};

/// Counts and gauges by name.
pub(crate) type Counts = BTreeMap<String, u64>;

/// Does the work, and tells what was counted meanwhile.
pub(crate) async fn counting<T>(work: impl Future<Output = T>) -> (T, Counts) {
    let counts = Arc::<Mutex<Counts>>::default();
    let subscriber = tracing_subscriber::registry().with(Seen(Arc::clone(&counts)));
    let done = work.with_subscriber(subscriber).await;
    let counts = counts.lock().unwrap().clone();
    (done, counts)
}

struct Seen(Arc<Mutex<Counts>>);

impl<S: Subscriber> Layer<S> for Seen {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == TARGET {
            let mut count = Count::default();
            event.record(&mut count);
            *self.0.lock().unwrap().entry(count.name).or_default() += count.value;
        }
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

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "name" {
            value.clone_into(&mut self.name);
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}
