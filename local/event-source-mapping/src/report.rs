//! The reports of a shard's loop: its progress for watchers, and its problems for the log as well.

use std::error::Error;
use std::sync::Arc;

use crate::batch::Entry;
use crate::context::Context;
use crate::destination::Condition;
use crate::error::with_causes;
use crate::invocation::Failure;
use crate::progress::ShardProgress;

/// The reports of the loop over one shard.
pub(crate) struct Report {
    context: Arc<Context>,
    shard: String,
}

impl Report {
    pub(crate) fn new(context: Arc<Context>, shard: &str) -> Self {
        let shard = shard.to_owned();
        Self { context, shard }
    }

    /// A read. Records may be `waiting` for the function; `more` records will come if the read
    /// found some, or if the shard has ended and its children are next.
    pub(crate) fn read(&self, waiting: bool, more: bool) {
        self.publish(|shard| {
            shard.reads += 1;
            if !waiting {
                shard.last_error = None;
            }
            if !waiting && !more {
                shard.caught_up_at = Some(shard.reads);
            }
        });
    }

    pub(crate) fn gaps(&self, gaps: u64) {
        self.publish(|shard| shard.gaps = gaps);
    }

    pub(crate) fn filtered(&self, records: usize) {
        self.publish(|shard| shard.filtered += records as u64);
    }

    pub(crate) fn handed_over(&self, batch: &[Entry]) {
        let newest = batch.last().and_then(|entry| entry.record.created_at);
        self.publish(|shard| shard.newest_record_at = newest.max(shard.newest_record_at));
    }

    pub(crate) fn processed(&self, records: &[Entry]) {
        self.publish(|shard| shard.delivered += records.len() as u64);
    }

    pub(crate) fn batch_done(&self) {
        self.publish(|shard| {
            shard.batches += 1;
            shard.last_error = None;
        });
    }

    pub(crate) fn position(&self, number: &str) {
        self.publish(|shard| shard.position = Some(number.to_owned()));
    }

    pub(crate) fn retry(&self, rest: &[Entry], failure: &Failure) {
        let error = match &failure.error {
            Some(error) => error.to_string(),
            None => "the function reported failed records".to_owned(),
        };
        let first = rest.first().map(|entry| entry.record.sequence_number.as_str());
        let (mapping, shard) = (&self.context.config.name, &self.shard);
        tracing::warn!(
            mapping,
            shard,
            first,
            records = rest.len(),
            error,
            "a batch is handed over again"
        );
        self.publish(|shard| {
            shard.retries += 1;
            shard.last_error = Some(error);
        });
    }

    /// Records were given up. `kept` says whether a destination has them.
    pub(crate) fn discarded(&self, records: &[Entry], condition: Condition, kept: bool) {
        let number =
            |entry: Option<&Entry>| entry.map(|entry| entry.record.sequence_number.clone());
        let (mapping, shard) = (&self.context.config.name, &self.shard);
        tracing::error!(
            mapping,
            shard,
            first = number(records.first()),
            last = number(records.last()),
            records = records.len(),
            condition = condition.name(),
            kept,
            "a batch is discarded"
        );
        self.publish(|shard| shard.discarded += records.len() as u64);
    }

    pub(crate) fn failure(&self, what: &str, error: &dyn Error) {
        let error = with_causes(error);
        tracing::warn!(mapping = self.context.config.name, shard = self.shard, error, "{what}");
        self.publish(|shard| shard.last_error = Some(error));
    }

    fn publish(&self, change: impl FnOnce(&mut ShardProgress)) {
        self.context.progress.send_modify(|progress| {
            change(progress.shards.entry(self.shard.clone()).or_default());
        });
    }
}
