//! A bed whose projector counts its writes, trips that are booked on it, and their stream.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use bed::{Bed, Booking, batch, eventually, invocation, reported};
use domain::Clock;
use projector::{Deps, View};
use serde_json::Value;
use store::StoreError;
use store::view::{Put, SearchRow, SearchView, UnreadChange};
use testing::{book, claim};

/// How many trips are booked.
pub(super) const TRIPS: usize = 4;
/// How many commits a booking has: flight, hotel, payment.
pub(super) const COMMITS: usize = 3;

pub(super) struct World {
    pub(super) bed: Bed,
    view: Arc<Counting>,
    deps: Deps,
}

/// The real view, whose writes are counted.
struct Counting {
    view: SearchView,
    written: AtomicUsize,
}

#[async_trait]
impl View for Counting {
    async fn put_newer(&self, row: &SearchRow) -> Result<Put, StoreError> {
        let put = self.view.put_newer(row).await?;
        self.written.fetch_add(usize::from(put == Put::Written), Ordering::SeqCst);
        Ok(put)
    }

    async fn set_aside(&self, change: &UnreadChange) -> Result<(), StoreError> {
        self.view.set_aside(change).await
    }
}

impl World {
    pub(super) async fn new() -> Self {
        let bed = Bed::new().await;
        let view = Arc::new(Counting { view: bed.view(), written: AtomicUsize::new(0) });
        Self { deps: Deps::new(view.clone(), bed.clock.clone()), view, bed }
    }

    /// A projector that is configured like this world's but for one setting.
    pub(super) async fn with(&self, name: &str, value: &str) -> Deps {
        Deps::from_config(&self.bed.config_with(&[(name, value)])).await.unwrap()
    }

    /// Books the trips, their commits interleaved, and waits for the stream to show them.
    pub(super) async fn booked(&self) -> Vec<Value> {
        let bookings = (1..=TRIPS).map(|number| {
            let trip = format!("trip-{number}");
            let details = Booking::new(&trip).details();
            book(claim(&trip, "alice", "saga-1"), details, [self.bed.clock.now(); COMMITS])
        });
        let bookings: Vec<_> = bookings.collect();
        for [flight, ..] in &bookings {
            self.bed.commit(flight).await;
        }
        for [_, hotel, payment] in &bookings {
            self.bed.commit(hotel).await;
            self.bed.commit(payment).await;
        }
        self.stream().await
    }

    /// Every record of the stream, once it shows all commits.
    pub(super) async fn stream(&self) -> Vec<Value> {
        eventually("a stream with all commits", async || {
            let records = self.bed.capture(1).await.records;
            let commits = records.iter().filter_map(version).count();
            (commits == TRIPS * COMMITS).then_some(records)
        })
        .await
    }

    /// Hands a batch to the projector. The sequence number that it reports, if it does.
    pub(super) async fn project(&self, records: &[Value]) -> Option<String> {
        project(&self.deps, records).await
    }

    /// How many writes took effect.
    pub(super) fn written(&self) -> usize {
        self.view.written.load(Ordering::SeqCst)
    }

    /// Asserts that the view is the fold of the trips.
    pub(super) async fn assert_view_is_the_fold(&self) {
        assert_eq!(self.bed.rows().await, self.bed.fold().await);
    }
}

/// Hands a batch to a projector. The sequence number that it reports, if it does.
pub(super) async fn project(deps: &Deps, records: &[Value]) -> Option<String> {
    let answer = projector::handle(deps, invocation(batch(records))).await.unwrap();
    reported(&answer).into_iter().next()
}

/// The trip's version that a record is about; none where it is about another item.
pub(super) fn version(record: &Value) -> Option<u64> {
    let change = &record["dynamodb"];
    let is_root = change["Keys"]["SK"]["S"] == store::keys::METADATA;
    is_root.then(|| change["NewImage"]["version"]["N"].as_str().unwrap().parse().unwrap())
}

/// The sequence number of the first record about a trip's version.
pub(super) fn number_of(records: &[Value], wanted: u64) -> String {
    let record = records.iter().find(|record| version(record) == Some(wanted)).unwrap();
    record["dynamodb"]["SequenceNumber"].as_str().unwrap().to_owned()
}
