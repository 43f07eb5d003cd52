//! The reader's side of a shard: reads page by page, skips the records that no filter matches, and
//! hands the rest to the lanes.

use std::sync::Arc;

use stream_replay::{Page, ReadRecord, ShardReader};
use tokio::sync::mpsc;

use crate::backoff::{Backoff, Waits};
use crate::batch::Entry;
use crate::lane::lane_of;
use crate::shard_run::ShardRun;
use crate::stop::Stopped;

/// Reads one shard for its lanes.
pub(crate) struct Gatherer {
    run: Arc<ShardRun>,
    reader: ShardReader,
    lanes: Vec<mpsc::Sender<Vec<Entry>>>,
}

/// A record in the function's form, and whether a filter matches it.
struct Judged {
    record: ReadRecord,
    bytes: usize,
    wanted: bool,
}

impl Gatherer {
    pub(crate) fn new(
        run: Arc<ShardRun>,
        reader: ShardReader,
        lanes: Vec<mpsc::Sender<Vec<Entry>>>,
    ) -> Self {
        Self { run, reader, lanes }
    }

    /// Reads to the shard's end. When this completes the lanes see that no more records come.
    pub(crate) async fn run(mut self) -> Result<(), Stopped> {
        let mut pauses = self.pauses();
        loop {
            let Page { records, closed } = self.read().await?;
            let (found, is_full) = (!records.is_empty(), self.is_full(&records));
            self.hand_on(records).await?;
            let waiting = self.run.is_open().await;
            self.run.report.read(waiting, found || closed);
            if closed {
                return Ok(());
            }
            if found {
                pauses = self.pauses();
            }
            if !is_full {
                self.run.shutdown.pause(pauses.next_wait()).await?;
            }
        }
    }

    /// Whether there may be more already.
    fn is_full(&self, page: &[ReadRecord]) -> bool {
        page.len() >= usize::from(self.run.config().polling.page.get())
    }

    fn pauses(&self) -> Waits {
        let polling = self.run.config().polling;
        Backoff { first: polling.busy, cap: polling.idle }.waits()
    }

    /// Retries until a read succeeds.
    async fn read(&mut self) -> Result<Page, Stopped> {
        let mut waits = self.run.config().retry.waits();
        loop {
            let page = self.run.shutdown.cuts(self.reader.read()).await?;
            self.run.report.gaps(self.reader.gaps());
            match page {
                Ok(page) => return Ok(page),
                Err(error) => self.run.report.failure("a shard cannot be read", &error),
            }
            self.run.shutdown.pause(waits.next_wait()).await?;
        }
    }

    /// Waits while a lane lags behind, so that memory stays bounded.
    async fn hand_on(&self, records: Vec<ReadRecord>) -> Result<(), Stopped> {
        let mut parts = vec![Vec::new(); self.lanes.len()];
        for entry in self.take_note(records).await? {
            parts[lane_of(&entry.record.json, self.lanes.len())].push(entry);
        }
        for (lane, part) in self.lanes.iter().zip(parts) {
            if !part.is_empty() {
                self.run.shutdown.cuts(lane.send(part)).await?.map_err(|_| Stopped)?;
            }
        }
        Ok(())
    }

    /// Enters records into the settlement; returns those that match.
    async fn take_note(&self, records: Vec<ReadRecord>) -> Result<Vec<Entry>, Stopped> {
        let judged: Vec<_> = records.into_iter().map(|record| self.judge(record)).collect();
        let filtered = judged.iter().filter(|judged| !judged.wanted).count();
        let wanted = self.run.change(|settlement| {
            let mut wanted = Vec::with_capacity(judged.len());
            for Judged { record, bytes, wanted: is_wanted } in judged {
                let place = settlement.read(record.sequence_number.clone());
                if is_wanted {
                    wanted.push(Entry { place, record, bytes });
                } else {
                    settlement.settle(place);
                }
            }
            wanted
        });
        let wanted = wanted.await?;
        self.run.report.filtered(filtered);
        Ok(wanted)
    }

    /// A record that the filters cannot judge is handed over: losing it would be worse.
    fn judge(&self, record: ReadRecord) -> Judged {
        let judged = self.run.context.filters.judge(record.json.as_ref());
        let (bytes, wanted) = judged.unwrap_or_else(|error| {
            self.run.report.failure("a record cannot be filtered", error.as_ref());
            (record.json.get().len(), true)
        });
        Judged { record, bytes, wanted }
    }
}
