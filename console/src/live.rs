//! Live updates: a page's parts as server-sent events, each sent only when it has changed.
//!
//! Nothing is queued for a reader: the parts are rendered when the connection can take them, so a
//! slow reader skips states instead of having them kept. The number of readers is bounded.
//!
//! Where the console is run by invocations, an answer is one update, and tells the browser when to
//! come for the next.

use std::collections::HashMap;
use std::convert::Infallible;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::future::BoxFuture;
use futures::{StreamExt, stream};
use http::StatusCode;
use http::header::RETRY_AFTER;
use maud::Markup;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Interval, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::hosting::Hosting;

/// How many pages may be followed at a time.
const WATCHERS: usize = 32;
/// So that both sides notice when the other is gone.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// When a browser comes again for an update that is an answer of its own.
const AGAIN: Duration = Duration::from_secs(3);

/// The pages that are followed.
pub(crate) struct Watchers {
    places: Arc<Semaphore>,
    stop: CancellationToken,
    hosting: Hosting,
}

/// The parts of a page, each an element with an id that the page has too. `None` if nothing can be
/// shown at the moment.
pub(crate) type Parts = Option<Vec<Markup>>;

struct Watch<F> {
    render: F,
    every: Interval,
    /// By place among the parts, what was sent last.
    sent: HashMap<usize, u64>,
    _place: OwnedSemaphorePermit,
}

impl Watchers {
    pub(crate) fn new(stop: CancellationToken, hosting: Hosting) -> Self {
        Self { places: Arc::new(Semaphore::new(WATCHERS)), stop, hosting }
    }

    /// Renders the parts again and again, at most once per `every`, and sends those that changed.
    pub(crate) fn follow<F>(&self, every: Duration, render: F) -> Response
    where
        F: FnMut() -> BoxFuture<'static, Parts> + Send + 'static,
    {
        match self.hosting {
            Hosting::Process => self.watch(every, render),
            Hosting::Invocations => once(render),
        }
    }

    fn watch<F>(&self, every: Duration, render: F) -> Response
    where
        F: FnMut() -> BoxFuture<'static, Parts> + Send + 'static,
    {
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else {
            return (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "10")]).into_response();
        };
        let mut every = interval(every);
        every.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let watch = Watch { render, every, sent: HashMap::new(), _place: place };
        let updates = stream::unfold(watch, |mut watch| async move {
            let changed = watch.changed().await;
            Some((Ok::<_, Infallible>(Event::default().data(changed)), watch))
        });
        let updates = updates.take_until(self.stop.clone().cancelled_owned());
        Sse::new(updates).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response()
    }
}

impl<F: FnMut() -> BoxFuture<'static, Parts>> Watch<F> {
    /// Waits until a part has changed, and returns all that have.
    async fn changed(&mut self) -> String {
        loop {
            self.every.tick().await;
            let parts = (self.render)().await.unwrap_or_default();
            let changed: String = parts
                .into_iter()
                .enumerate()
                .filter(|(place, part)| {
                    let mark = mark(&part.0);
                    self.sent.insert(*place, mark) != Some(mark)
                })
                .map(|(_, part)| part.0)
                .collect();
            if !changed.is_empty() {
                return changed;
            }
        }
    }
}

/// Renders the parts once.
fn once<F>(mut render: F) -> Response
where
    F: FnMut() -> BoxFuture<'static, Parts> + Send + 'static,
{
    let update = async move {
        let parts = render().await.unwrap_or_default();
        let parts: String = parts.into_iter().map(|part| part.0).collect();
        let update = Event::default().retry(AGAIN);
        Ok::<_, Infallible>(if parts.is_empty() { update } else { update.data(parts) })
    };
    Sse::new(stream::once(update)).into_response()
}

fn mark(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
