//! Delivers to one subscriber: reads the bus from its position on, sends what its queue lets go,
//! and writes down what became of it.

use std::sync::Arc;
use std::time::Duration;

use domain::Timestamp;
use event_delivery::{DeadLetter, Sender};
use rusqlite::Transaction;
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::account::Shared;
use crate::attempt::{Attempt, Decision, Ended};
use crate::filter::Filters;
use crate::queue::{Queue, Rules, Settled, Step};
use crate::store::subscribers::{self, KeptSubscriber};
use crate::store::{StorageError, events, progress};
use crate::wire::settings::{SubscriberState, SubscriberType};

/// How many batches are in flight at most.
const IN_FLIGHT: usize = 4;
/// How many events are read at once.
const PAGE: usize = 500;
/// How long to wait at most before looking again: a clock may have been set, or the machine may
/// have slept. A target at which nobody listens is looked at as often.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// One subscriber at work.
pub(crate) struct Worker {
    shared: Arc<Shared>,
    subscriber: Arc<KeptSubscriber>,
    sender: Sender,
    running: JoinSet<Ended>,
    /// Whether nobody listened at the target a moment ago.
    is_away: bool,
    /// Whether that was told since somebody did.
    is_told: bool,
    /// Whether the bus has been read up to the end that the subscriber asked for.
    is_read: bool,
}

impl Worker {
    pub(crate) fn new(shared: Arc<Shared>, subscriber: KeptSubscriber, sender: &Sender) -> Self {
        let (subscriber, sender) = (Arc::new(subscriber), sender.clone());
        let running = JoinSet::new();
        let (is_away, is_told, is_read) = (false, false, false);
        Self { shared, subscriber, sender, running, is_away, is_told, is_read }
    }

    /// Ends when it is retired and nothing is in flight any more, or when the subscriber has come
    /// to its end. It is not wanted any more when the file says so.
    ///
    /// # Errors
    /// When the file fails. What was in flight is sent again the next time.
    pub(crate) async fn run(mut self, retire: CancellationToken) -> Result<(), StorageError> {
        let Some((mut queue, filters)) = self.begin().await? else { return Ok(()) };
        let mut news = self.shared.news.subscribe();
        loop {
            news.mark_unchanged();
            let is_retired = retire.is_cancelled();
            let mut wait = LOOK_EVERY;
            if !is_retired {
                self.read(&mut queue, &filters).await?;
                wait = self.send(&mut queue);
            }
            if !self.write(&mut queue).await? || (is_retired && self.running.is_empty()) {
                return Ok(());
            }
            if self.is_read && queue.is_empty() {
                return self.finish().await;
            }
            tokio::select! {
                Some(ended) = self.running.join_next() => self.settle(&mut queue, ended.ok()).await,
                () = retire.cancelled(), if !is_retired => {}
                _ = news.changed(), if !self.is_away && queue.wants_more() => {}
                () = sleep(wait) => self.is_away = false,
            }
        }
    }

    async fn begin(&self) -> Result<Option<(Queue, Filters)>, StorageError> {
        let settings = &self.subscriber.settings;
        let batches = settings.batches();
        let rules = Rules {
            in_order: settings.kind == SubscriberType::Fifo,
            batch: batches.max_batch_size.unwrap_or(1) as usize,
            window: Duration::from_secs(batches.max_batch_window_in_seconds.unwrap_or(0).into()),
        };
        let arn = self.subscriber.arn.clone();
        let filters = Filters::of(settings.filter_configuration.as_ref());
        let filters = filters.map_err(|_| StorageError::Filter(arn.clone()))?;
        let loaded = self.shared.store.run(move |file| progress::load(file, &arn)).await?;
        Ok(loaded.map(|(position, open)| (Queue::new(rules, position, open), filters)))
    }

    /// Reads on for as long as more is wanted and there is more.
    async fn read(&mut self, queue: &mut Queue, filters: &Filters) -> Result<(), StorageError> {
        let end = self.subscriber.settings.point_in_time_configuration;
        let end = end.and_then(|it| it.end_point).map(|end| end.0);
        while !self.is_read && queue.wants_more() {
            let (bus, after) = (self.subscriber.settings.event_bus_arn.clone(), queue.read_to());
            let now = self.now();
            let read = move |file: &Transaction<'_>| events::after(file, &bus, after, PAGE);
            let page = self.shared.store.run(read).await?;
            let is_last = page.len() < PAGE;
            for event in page {
                if end.is_some_and(|end| event.received_at >= end) {
                    self.is_read = true;
                    break;
                }
                match filters.admit(&event) {
                    true => queue.take_in(event.position, event.group, now),
                    false => queue.pass_over(event.position),
                }
            }
            if is_last {
                // Nothing more can come that is before the end.
                self.is_read |= end.is_some_and(|end| now >= end);
                break;
            }
        }
        Ok(())
    }

    /// Sends what may go; returns how long to wait for more.
    fn send(&mut self, queue: &mut Queue) -> Duration {
        let now = self.now();
        while !self.is_away && self.running.len() < IN_FLIGHT {
            let batch = match queue.next(now) {
                Step::Wait(until) => {
                    let wait = until.map_or(LOOK_EVERY, |until| until.since(now));
                    return wait.min(LOOK_EVERY);
                }
                Step::Send(batch) => batch,
            };
            let open = batch.iter().filter_map(|position| queue.sent(*position)).cloned().collect();
            let attempt = Attempt {
                shared: Arc::clone(&self.shared),
                subscriber: Arc::clone(&self.subscriber),
                open,
            };
            let sender = self.sender.clone();
            self.running.spawn(async move { attempt.make(&sender).await });
        }
        LOOK_EVERY
    }

    /// Notes what became of the batches that have ended.
    async fn settle(&mut self, queue: &mut Queue, first: Option<Ended>) {
        let mut ended: Vec<_> = first.into_iter().collect();
        while let Some(next) = self.running.try_join_next() {
            ended.extend(next.ok());
        }
        let now = self.now();
        for one in ended {
            self.note_absence(one.is_away());
            let decisions = one.decide(now);
            let letters = decisions.iter().filter_map(|(_, it)| it.letter()).cloned().collect();
            let is_buried = self.bury(letters).await;
            for (position, decision) in decisions {
                queue.settle(
                    position,
                    match decision {
                        Decision::Dead(letter) if !is_buried => {
                            let due_at = now.after(LOOK_EVERY);
                            Settled::Again { due_at, attempts: letter.attempts.saturating_sub(1) }
                        }
                        Decision::Dead(_) => Settled::Done,
                        Decision::Settled(settled) => settled,
                    },
                );
            }
        }
    }

    /// A target that is away is told once.
    fn note_absence(&mut self, is_away: bool) {
        self.is_away |= is_away;
        if is_away && !self.is_told {
            let settings = &self.subscriber.settings;
            let (name, target) = (&settings.name, &settings.invoke_configuration.target_arn);
            tracing::warn!(
                name,
                target,
                "nobody listens at a subscriber's target; its events wait"
            );
        }
        self.is_told = is_away;
    }

    /// Writes dead letters to their file; where that fails, the events stay open.
    async fn bury(&self, letters: Vec<DeadLetter>) -> bool {
        if letters.is_empty() {
            return true;
        }
        let (file, name) = (self.shared.dead_letters.clone(), &self.subscriber.settings.name);
        let (count, path) = (letters.len(), file.path().display().to_string());
        let written = spawn_blocking(move || file.append(&letters)).await;
        match written.map_err(std::io::Error::other).flatten() {
            Ok(gone) => {
                tracing::warn!(name, path, count, gone, "dead letters wait in this file");
                true
            }
            Err(error) => {
                tracing::error!(name, path, %error, "dead letters cannot be written");
                false
            }
        }
    }

    /// Writes down what has changed; false when the subscriber is gone or elsewhere.
    async fn write(&self, queue: &mut Queue) -> Result<bool, StorageError> {
        let Some(changes) = queue.changes() else { return Ok(true) };
        let (arn, epoch) = (self.subscriber.arn.clone(), self.subscriber.epoch);
        let write = move |file: &Transaction<'_>| progress::write(file, (&arn, epoch), &changes);
        self.shared.store.run(write).await
    }

    /// It has come to the end that it asked for: it stops, as if it had been told to.
    async fn finish(self) -> Result<(), StorageError> {
        let (arn, revision, now) =
            (self.subscriber.arn.clone(), self.subscriber.revision, self.now());
        let stop = move |file: &Transaction<'_>| {
            let known = subscribers::get(file, &arn)?.filter(|it| it.revision == revision);
            let Some(mut known) = known else { return Ok(()) };
            known.settings.state = SubscriberState::Stopped;
            known.revision += 1;
            known.modified_at = now;
            subscribers::change(file, &known)
        };
        self.shared.store.run(stop).await
    }

    fn now(&self) -> Timestamp {
        self.shared.config.clock.now()
    }
}
