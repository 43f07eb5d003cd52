//! One call of a subscriber's target, with one event or a batch.

use std::error::Error;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use domain::Timestamp;
use event_delivery::{
    Address, DeadLetter, EventFacts, Exhausted, Failure, Input, Next, Request, Sender, Target,
    Undelivered,
};
use futures::FutureExt;
use rusqlite::Transaction;
use serde_json::value::RawValue;

use crate::account::Shared;
use crate::event::{Stored, payload};
use crate::queue::{Open, Settled};
use crate::store::subscribers::KeptSubscriber;
use crate::store::{StorageError, events};
use crate::wire::settings::TransformerType;

/// How EventBridge names itself to API destinations.
const USER_AGENT: &str = "Amazon/EventBridge/ApiDestinations";
/// How long to wait for a target at which nobody listens.
const AWAY: Duration = Duration::from_secs(1);

/// A batch on its way.
pub(crate) struct Attempt {
    pub(crate) shared: Arc<Shared>,
    pub(crate) subscriber: Arc<KeptSubscriber>,
    pub(crate) open: Vec<Open>,
}

/// A batch whose attempt is over.
pub(crate) struct Ended {
    attempt: Attempt,
    events: Vec<Stored>,
    result: Result<(), Failure>,
}

/// What follows for an event.
pub(crate) enum Decision {
    Settled(Settled),
    Dead(Box<DeadLetter>),
}

impl Decision {
    pub(crate) fn letter(&self) -> Option<&DeadLetter> {
        match self {
            Self::Dead(letter) => Some(letter),
            Self::Settled(_) => None,
        }
    }
}

impl Attempt {
    /// Sends the batch once. An event that is gone by now, since the bus has kept it for its time,
    /// is left out.
    pub(crate) async fn make(self, sender: &Sender) -> Ended {
        // The queue must hear of this attempt whatever happens.
        let tried = AssertUnwindSafe(self.tried(sender)).catch_unwind().await;
        let (events, result) =
            tried.unwrap_or_else(|_| (Vec::new(), Err(failed("the delivery panicked"))));
        Ended { attempt: self, events, result }
    }

    async fn tried(&self, sender: &Sender) -> (Vec<Stored>, Result<(), Failure>) {
        match self.events().await {
            Ok(events) if events.is_empty() => (events, Ok(())),
            Ok(events) => {
                let result = self.send(sender, &events).await;
                (events, result)
            }
            Err(error) => (Vec::new(), Err(failed(error))),
        }
    }

    async fn events(&self) -> Result<Vec<Stored>, StorageError> {
        let positions: Vec<_> = self.open.iter().map(|open| open.position).collect();
        let read = move |file: &Transaction<'_>| {
            let events = positions.iter().map(|position| events::at(file, *position));
            Ok(events.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
        };
        self.shared.store.run(read).await
    }

    async fn send(&self, sender: &Sender, events: &[Stored]) -> Result<(), Failure> {
        let request = self.request(events).map_err(failed)?;
        sender.send(&request, &self.headers(events)).await.map(drop)
    }

    /// What is sent of these events. A function gets an array, unless its batches are of one.
    fn request(&self, events: &[Stored]) -> Result<Request, Box<dyn Error + Send + Sync>> {
        let settings = &self.subscriber.settings;
        let kind = settings.transformer.map(|transformer| transformer.kind);
        let with_metadata = kind == Some(TransformerType::WithMetadata);
        let made = events.iter().map(|event| {
            payload(event, with_metadata, event.position <= self.subscriber.live_after)
        });
        let made: Vec<_> = made.collect::<Result<_, _>>()?;
        let body = match &made[..] {
            [one] if settings.batches().max_batch_size == Some(1) => one.clone(),
            all => serde_json::value::to_raw_value(all)?,
        };
        let address = settings.address().map_err(|_| "the target has no address")?;
        self.addressed(address, &body)
    }

    fn addressed(
        &self,
        address: Address,
        body: &RawValue,
    ) -> Result<Request, Box<dyn Error + Send + Sync>> {
        let settings = &self.subscriber.settings;
        let facts = EventFacts {
            rule_arn: &self.subscriber.arn,
            rule_name: &settings.name,
            received_at: self.shared.config.clock.now(),
        };
        let http = settings.invoke_configuration.http_parameters.clone();
        let target = Target { address, input: Input::default(), http };
        let invoke = self.shared.config.invoke_address.as_ref();
        Ok(target.request(body, &facts, invoke)?)
    }

    /// What EventBridge does not say, and helps whoever debugs a target.
    fn headers(&self, events: &[Stored]) -> [(&'static str, String); 4] {
        let attempts = self.open.iter().map(|open| open.attempts).max().unwrap_or(0);
        [
            ("user-agent", USER_AGENT.to_owned()),
            ("x-event-id", events.first().map_or_else(String::new, |it| it.event_id.clone())),
            ("x-event-subscriber", self.subscriber.settings.name.clone()),
            ("x-event-attempt", attempts.saturating_add(1).to_string()),
        ]
    }
}

impl Ended {
    /// Whether nobody listens at the target.
    pub(crate) fn is_away(&self) -> bool {
        self.result.as_ref().is_err_and(|failure| failure.away)
    }

    /// What follows for each event of the batch.
    pub(crate) fn decide(self, now: Timestamp) -> Vec<(i64, Decision)> {
        let wait = self.wait(now);
        let decide = |open: &Open| (open.position, self.decided(open, wait, now));
        self.attempt.open.iter().map(decide).collect()
    }

    /// One wait for the whole batch, so that its events stay together.
    fn wait(&self, now: Timestamp) -> Duration {
        let oldest = self.attempt.open.first();
        match oldest.map(|open| self.next(open, now)) {
            Some(Next::Again(wait)) => wait,
            _ => AWAY,
        }
    }

    fn decided(&self, open: &Open, wait: Duration, now: Timestamp) -> Decision {
        let Err(failure) = &self.result else { return Decision::Settled(Settled::Done) };
        let condition = match self.next(open, now) {
            Next::Again(_) => return again(now.after(wait), attempts(open, failure)),
            Next::Dead(condition) => condition,
        };
        match self.letter(open, failure, condition, now) {
            Some(letter) => Decision::Dead(Box::new(letter)),
            // There is nothing that could be sent again from the file, as where nobody serves
            // functions yet.
            None => again(now.after(AWAY), open.attempts),
        }
    }

    /// By the subscriber's policy. AWS sends every failure again, whatever it is; where nobody
    /// listens, it costs no attempt here, but the event still ages.
    fn next(&self, open: &Open, now: Timestamp) -> Next {
        let Err(failure) = &self.result else { return Next::Again(Duration::ZERO) };
        let again = Some(failure.again.unwrap_or_default());
        let failure = Failure { again, ..failure.clone() };
        let policy = self.attempt.subscriber.settings.pace(self.attempt.shared.config.retries);
        let age = now.since(open.queued_at);
        match failure.away {
            true if age < policy.age => Next::Again(AWAY),
            true => Next::Dead(Some(Exhausted::MaximumEventAgeInSeconds)),
            false => policy.next(&failure, attempts(open, &failure), age),
        }
    }

    fn letter(
        &self,
        open: &Open,
        failure: &Failure,
        condition: Option<Exhausted>,
        now: Timestamp,
    ) -> Option<DeadLetter> {
        let event = self.events.iter().find(|event| event.position == open.position)?;
        let request = self.attempt.request(std::slice::from_ref(event)).ok()?;
        let (error, attempts) = (failure.error.clone(), attempts(open, failure));
        let undelivered = Undelivered { at: now, attempts, error, condition };
        let sender = Some(self.attempt.subscriber.arn.clone());
        let text = RawValue::from_string(event.event.as_str().to_owned()).ok()?;
        DeadLetter::of(request, &text, open.position, sender, undelivered).ok()
    }
}

/// The attempts that count, this one included.
fn attempts(open: &Open, failure: &Failure) -> u32 {
    open.attempts.saturating_add(u32::from(!failure.away))
}

fn again(due_at: Timestamp, attempts: u32) -> Decision {
    Decision::Settled(Settled::Again { due_at, attempts })
}

/// What kept a request from being made may pass.
fn failed(error: impl ToString) -> Failure {
    Failure { error: error.to_string(), again: Some(Duration::ZERO), away: false }
}
