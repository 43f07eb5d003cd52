//! Delivers queued events to the targets of rules, in the background.
//!
//! Each target has its own deliveries in flight, so that a slow one holds up no other. One that
//! fails is due again later, and the next event does not wait for it. Everything that waits is in
//! the queue on disk; in memory are only the events in flight.

mod attempt;
mod away;

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use domain::Timestamp;
use event_delivery::{Address, DeadLetter, Sender};
use tokio::task::JoinSet;
use tokio::time::sleep;

use self::attempt::{Attempt, Decision, Ended};
use self::away::Away;
use crate::bus::EventBus;
use crate::database::StorageError;
use crate::queue::{self, Settled, Waiting};
use crate::targets::{RuleTarget, TargetKey};

/// How many deliveries to one target are in flight at most: enough for a target that takes a while,
/// and so few that one that answers one request at a time is in time with each.
const IN_FLIGHT: usize = 4;

/// How long to wait at most before the queue is looked at again. A clock may have been set, or the
/// machine may have slept.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Delivers until it is stopped.
pub(crate) struct Deliveries {
    bus: EventBus,
    sender: Sender,
    running: JoinSet<Ended>,
    in_flight: BTreeMap<TargetKey, BTreeSet<i64>>,
    away: Away,
}

/// What a target may get now.
struct Free {
    key: TargetKey,
    target: Arc<RuleTarget>,
    room: usize,
    busy: BTreeSet<i64>,
}

impl Deliveries {
    pub(crate) fn new(bus: EventBus, sender: Sender) -> Self {
        let (running, in_flight) = (JoinSet::new(), BTreeMap::new());
        let away = Away::new(Arc::clone(bus.shared_targets()));
        Self { bus, sender, running, in_flight, away }
    }

    /// Ends at once when `stop` does. A delivery in flight is then made again the next time.
    pub(crate) async fn run(mut self, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        loop {
            let wait = self.start_due().await.unwrap_or_else(|error| {
                tracing::error!(error = &error as &dyn Error, "the queue of deliveries failed");
                LOOK_EVERY
            });
            tokio::select! {
                () = &mut stop => return,
                Some(ended) = self.running.join_next() => self.settle(ended.ok()).await,
                Some(back) = self.away.next_back() => self.write(Vec::new(), vec![back]).await,
                () = self.bus.news().notified() => {}
                () = sleep(wait) => {}
            }
        }
    }

    /// Starts what is due and has room; returns how long to wait for more.
    async fn start_due(&mut self) -> Result<Duration, StorageError> {
        let now = self.bus.config().clock.now();
        let free = self.free();
        if free.is_empty() {
            return Ok(LOOK_EVERY);
        }
        let find = move |connection: &mut rusqlite::Connection| {
            let mut wait = LOOK_EVERY;
            let mut found = Vec::new();
            for Free { key, target, room, busy } in free {
                let (due, next) = queue::due(connection, &key, now, room + busy.len())?;
                let due = due.into_iter().filter(|waiting| !busy.contains(&waiting.id));
                found.push((key, target, due.take(room).collect::<Vec<_>>()));
                wait = next.map_or(wait, |next| wait.min(next.since(now)));
            }
            Ok((found, wait))
        };
        let (found, wait) = self.bus.database().read(find).await?;
        for (key, target, due) in found {
            for waiting in due {
                self.start(key.clone(), Arc::clone(&target), waiting);
            }
        }
        Ok(wait)
    }

    /// The targets with room for another delivery. Those of a rule that is switched off, and
    /// functions that nobody serves, have to wait.
    fn free(&self) -> Vec<Free> {
        let config = self.bus.config();
        let is_served = |target: &RuleTarget| {
            config.invoke_address.is_some() || matches!(target.target.address, Address::Http(_))
        };
        let targets = self.bus.targets().all().into_iter();
        let ready = targets.filter(|(key, target)| {
            is_served(target) && self.bus.rules().is_at_work(&key.bus, &key.rule)
        });
        let free = ready.map(|(key, target)| {
            let busy = self.in_flight.get(&key).cloned().unwrap_or_default();
            Free { room: IN_FLIGHT.saturating_sub(busy.len()), key, target, busy }
        });
        free.filter(|free| free.room > 0).collect()
    }

    fn start(&mut self, key: TargetKey, target: Arc<RuleTarget>, waiting: Waiting) {
        self.in_flight.entry(key.clone()).or_default().insert(waiting.id);
        let (config, sender) = (Arc::clone(self.bus.shared_config()), self.sender.clone());
        let attempt = Attempt { key, target, waiting, config };
        self.running.spawn(async move { attempt.make(&sender).await });
    }

    /// Writes what became of the deliveries that have ended.
    async fn settle(&mut self, first: Option<Ended>) {
        let mut ended: Vec<_> = first.into_iter().collect();
        while let Some(next) = self.running.try_join_next() {
            ended.extend(next.ok());
        }
        let now = self.bus.config().clock.now();
        let (mut settled, mut letters, mut back) = (Vec::new(), Vec::new(), Vec::new());
        for Ended { attempt, result } in ended {
            let key = attempt.key.clone();
            if let Some(busy) = self.in_flight.get_mut(&key) {
                busy.remove(&attempt.waiting.id);
            }
            match result.as_ref().err().and_then(|failed| failed.nobody_at()) {
                Some(url) => self.away.note(key, url),
                None => back.extend(self.away.answered(&key)),
            }
            let id = attempt.waiting.id;
            match attempt.decide(result, now) {
                Decision::Settled(outcome) => settled.push((id, outcome)),
                Decision::Dead(letter) => letters.push((id, *letter)),
            }
        }
        settled.extend(self.bury(letters, now).await);
        self.write(settled, back).await;
    }

    /// What waits for the targets in `back` is due now.
    async fn write(&self, settled: Vec<(i64, Settled)>, back: Vec<TargetKey>) {
        let now = self.bus.config().clock.now();
        let write = move |connection: &mut rusqlite::Connection| {
            queue::settle(connection, &settled, &back, now)
        };
        if let Err(error) = self.bus.database().write(write).await {
            // They are made again.
            tracing::error!(error = &error as &dyn Error, "deliveries could not be written down");
        }
    }

    /// Writes the dead letters to their file. Where that fails, the events stay in the queue.
    async fn bury(&self, letters: Vec<(i64, DeadLetter)>, now: Timestamp) -> Vec<(i64, Settled)> {
        if letters.is_empty() {
            return Vec::new();
        }
        let file = self.bus.dead_letters().clone();
        let (ids, letters): (Vec<_>, Vec<_>) = letters.into_iter().unzip();
        let attempts = letters.first().map_or(0, |letter| letter.attempts);
        let path = file.path().display().to_string();
        let written = tokio::task::spawn_blocking(move || file.append(&letters)).await;
        let outcome = match written.map_err(std::io::Error::other).flatten() {
            Ok(0) => {
                let letters = ids.len();
                tracing::warn!(path, letters, "dead letters wait in this file for an operator");
                Settled::Done
            }
            Ok(gone) => {
                tracing::warn!(path, gone, "the file of dead letters is full; the oldest are gone");
                Settled::Done
            }
            Err(error) => {
                tracing::error!(path, %error, "dead letters cannot be written; they wait");
                Settled::Again { due_at: now.after(LOOK_EVERY), attempts }
            }
        };
        ids.into_iter().map(|id| (id, outcome)).collect()
    }
}
