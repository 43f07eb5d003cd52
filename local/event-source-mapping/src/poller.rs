//! The loop over one shard: read, gather, hand over, save the position, again.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::backoff::{Backoff, Waits};
use crate::batch::{Buffer, Entry};
use crate::delivery::{Failure, invoke};
use crate::mapping::Context;
use crate::positions::PositionError;
use crate::reader::{Origin, Page, ReadRecord, ShardReader};
use crate::report::Report;

/// How the loop over a shard ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The shard has ended, and all its records are taken care of.
    Finished,
    /// The mapping was told to stop.
    Stopped,
}

/// The mapping was told to stop.
struct Stopped;

pub(crate) struct Poller {
    context: Arc<Context>,
    shutdown: CancellationToken,
    report: Report,
    reader: ShardReader,
    buffer: Buffer,
    position: Option<String>,
}

impl Poller {
    pub(crate) fn new(
        context: Arc<Context>,
        shutdown: CancellationToken,
        shard: &str,
        from: Origin,
    ) -> Self {
        let config = &context.config;
        Self {
            reader: ShardReader::new(context.client.clone(), &config.stream_arn, shard, from),
            buffer: Buffer::new(config.batch_size, config.batching_window),
            report: Report::new(context.clone(), shard),
            position: None,
            shutdown,
            context,
        }
    }

    pub(crate) async fn run(mut self) -> End {
        match self.follow().await {
            Ok(()) => End::Finished,
            Err(Stopped) => End::Stopped,
        }
    }

    async fn follow(&mut self) -> Result<(), Stopped> {
        let mut pauses = self.pauses();
        loop {
            let Page { records, closed } = self.read().await?;
            let found = !records.is_empty();
            records.into_iter().for_each(|record| self.gather(record));
            self.hand_over_due(closed).await?;
            self.report.read(found || closed || !self.buffer.is_empty());
            if closed {
                return Ok(());
            }
            if found {
                pauses = self.pauses();
            }
            let pause = pauses.next_wait();
            self.pause(self.buffer.due_in().map_or(pause, |due| due.min(pause))).await?;
        }
    }

    fn pauses(&self) -> Waits {
        let polling = self.context.config.polling;
        Backoff { first: polling.busy, cap: polling.idle }.waits()
    }

    /// Reads until a read succeeds.
    async fn read(&mut self) -> Result<Page, Stopped> {
        let mut waits = self.context.config.retry.waits();
        loop {
            let page =
                self.shutdown.run_until_cancelled(self.reader.read()).await.ok_or(Stopped)?;
            self.report.gaps(self.reader.gaps());
            match page {
                Ok(page) => return Ok(page),
                Err(error) => self.report.failure("a shard cannot be read", &error),
            }
            self.pause(waits.next_wait()).await?;
        }
    }

    fn gather(&mut self, record: ReadRecord) {
        let ReadRecord { sequence_number, created_at, json } = record;
        let text = json.to_string();
        if self.is_wanted(text.as_bytes()) {
            self.buffer.push(Entry {
                sequence_number,
                created_at,
                record: json,
                bytes: text.len(),
            });
        } else {
            self.buffer.pass_over(sequence_number);
            self.report.filtered();
        }
    }

    /// A record that the filters cannot judge is handed over: losing it would be worse.
    fn is_wanted(&self, record: &[u8]) -> bool {
        self.context.filters.matches(record).unwrap_or_else(|error| {
            self.report.failure("a record cannot be filtered", &error);
            true
        })
    }

    async fn hand_over_due(&mut self, shard_ended: bool) -> Result<(), Stopped> {
        while let Some(batch) = self.buffer.take_due(shard_ended) {
            self.hand_over(&batch).await?;
            let last = batch.last().map(|entry| entry.sequence_number.as_str());
            self.save(self.buffer.settled(last)).await?;
        }
        self.save(self.buffer.settled(None)).await
    }

    /// Hands a batch over until the function has processed all of it. What is done is never done again,
    /// and each step forward starts the waits anew.
    async fn hand_over(&mut self, batch: &[Entry]) -> Result<(), Stopped> {
        let mut rest = batch;
        let mut waits = self.context.config.retry.waits();
        while let Err(failure) = self.invoke(rest).await? {
            let (done, again) = rest.split_at(failure.from);
            if let Some(last) = done.last() {
                self.report.processed(done);
                self.save(Some(last.sequence_number.clone())).await?;
                waits = self.context.config.retry.waits();
            }
            rest = again;
            self.report.retry(rest, &failure);
            self.pause(waits.next_wait()).await?;
        }
        self.report.processed(rest);
        self.report.batch_done();
        Ok(())
    }

    /// An invocation under way is not cut short by a stop.
    async fn invoke(&self, batch: &[Entry]) -> Result<Result<(), Failure>, Stopped> {
        if self.shutdown.is_cancelled() {
            return Err(Stopped);
        }
        self.report.handed_over(batch);
        let context = &self.context;
        Ok(invoke(context.handler.as_ref(), context.config.function_timeout, batch).await)
    }

    /// Saves a position until it is kept. One that is saved already is left alone.
    async fn save(&mut self, position: Option<String>) -> Result<(), Stopped> {
        let Some(number) = position.filter(|number| self.position.as_ref() != Some(number)) else {
            return Ok(());
        };
        let mut waits = self.context.config.retry.waits();
        while let Err(error) = self.keep(&number).await {
            self.report.failure("a position cannot be saved", &error);
            self.pause(waits.next_wait()).await?;
        }
        self.report.position(&number);
        self.position = Some(number);
        Ok(())
    }

    async fn keep(&self, number: &str) -> Result<(), PositionError> {
        let Context { positions, config, .. } = self.context.as_ref();
        positions.save(&config.name, self.report.shard(), number).await
    }

    async fn pause(&self, time: Duration) -> Result<(), Stopped> {
        self.shutdown.run_until_cancelled(tokio::time::sleep(time)).await.ok_or(Stopped)
    }
}
