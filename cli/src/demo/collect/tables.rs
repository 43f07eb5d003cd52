//! The three tables, through the store's reads for operators.

use anyhow::{Context, ensure};
use domain::Envelope;
use futures::{StreamExt, TryStreamExt, stream};
use lambda_kit::clients::sdk_config;
use lambda_kit::config::name;
use local::System;
use store::outbox::{Outbox, Timeline, TimelineEntry};
use store::sandbox::{Ledger, LedgerRow};
use store::view::{SearchRow, SearchView};
use store::{CodecError, OpenCounts, StoreError, TripStore, UnreadableItem};

/// Trips whose events are read at the same time.
const AT_ONCE: usize = 16;

/// The tables of a running system.
pub(in crate::demo) struct Tables {
    trips: TripStore,
    view: SearchView,
    ledger: Ledger,
    /// The events of the write table.
    pub(in crate::demo) outbox: Outbox,
}

impl Tables {
    /// The tables of the system's functions.
    pub(in crate::demo) async fn of(system: &System) -> anyhow::Result<Self> {
        let config = system.config();
        let client = store::client(&sdk_config(config, "DYNAMODB").await);
        let trips = config.require(name::TRIP_TABLE)?;
        Ok(Self {
            trips: TripStore::new(client.clone(), trips),
            view: SearchView::new(client.clone(), config.require(name::SEARCH_TABLE)?),
            ledger: Ledger::new(client.clone(), config.require(name::SANDBOX_TABLE)?),
            outbox: Outbox::new(client, trips),
        })
    }

    pub(super) async fn trips(&self) -> anyhow::Result<Vec<SearchRow>> {
        self.trips.all_trips().try_collect().await.context("cannot read the write table")
    }

    pub(super) async fn rows(&self) -> anyhow::Result<Vec<SearchRow>> {
        let rows = self.view.all_rows().map(wherever_it_stands);
        rows.try_collect().await.context("cannot read the search view")
    }

    pub(super) async fn ledger(&self) -> anyhow::Result<Vec<LedgerRow>> {
        self.ledger.all().await.context("cannot read the suppliers' books")
    }

    pub(super) async fn open_work(&self) -> anyhow::Result<OpenCounts> {
        self.outbox.open_counts().await.context("cannot read the index of open work")
    }

    /// The events of the given trips, trip by trip.
    pub(super) async fn events(&self, trips: &[SearchRow]) -> anyhow::Result<Vec<Envelope>> {
        let timelines = stream::iter(trips).map(|trip| self.outbox.timeline(&trip.trip_id));
        let timelines: Vec<_> = timelines.buffered(AT_ONCE).try_collect().await?;
        let events: Vec<_> = timelines.into_iter().map(whole).collect::<anyhow::Result<_>>()?;
        events.into_iter().flatten().map(envelope).collect()
    }
}

/// The searches check a row's place in the indexes.
fn wherever_it_stands(row: Result<SearchRow, StoreError>) -> Result<SearchRow, StoreError> {
    match row {
        Err(StoreError::Unreadable(UnreadableItem {
            source: CodecError::Misplaced { row, .. },
            ..
        })) => Ok(*row),
        other => other,
    }
}

fn whole(timeline: Timeline) -> anyhow::Result<Vec<TimelineEntry>> {
    let unreadable = &timeline.unreadable;
    ensure!(unreadable.is_empty(), "events of the write table cannot be read: {unreadable:?}");
    Ok(timeline.events)
}

fn envelope(entry: TimelineEntry) -> anyhow::Result<Envelope> {
    serde_json::from_value(entry.envelope).context("an event of the write table is damaged")
}
