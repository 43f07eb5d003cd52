//! One attempt to deliver one event to one target.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use domain::Timestamp;
use event_delivery::{DeadLetter, EventFacts, Failure, Next, Request, Sender, Undelivered, Url};
use futures::FutureExt;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::config::Config;
use crate::envelope;
use crate::queue::{Settled, Waiting};
use crate::targets::{RuleTarget, TargetKey};

/// How EventBridge names itself to API destinations.
const USER_AGENT: &str = "Amazon/EventBridge/ApiDestinations";

pub(super) struct Attempt {
    pub(super) key: TargetKey,
    pub(super) target: Arc<RuleTarget>,
    pub(super) waiting: Waiting,
    pub(super) config: Arc<Config>,
}

/// An attempt that is over.
pub(super) struct Ended {
    pub(super) attempt: Attempt,
    pub(super) result: Result<u16, Box<Failed>>,
}

/// An attempt that failed, with the request if it could be made.
pub(super) struct Failed {
    sent: Option<Sent>,
    failure: Failure,
}

/// A request and the event that it was made of.
pub(super) struct Sent {
    event: Box<RawValue>,
    request: Request,
}

/// What follows an attempt.
pub(super) enum Decision {
    Settled(Settled),
    Dead(Box<DeadLetter>),
}

#[derive(Deserialize)]
struct Id {
    id: String,
}

impl Attempt {
    pub(super) async fn make(self, sender: &Sender) -> Ended {
        // The queue must hear of this attempt whatever happens.
        let result = AssertUnwindSafe(self.send(sender)).catch_unwind().await;
        let result = result.unwrap_or_else(|_| Err(Failed::unsent("the delivery panicked")));
        Ended { attempt: self, result }
    }

    async fn send(&self, sender: &Sender) -> Result<u16, Box<Failed>> {
        let sent = self.request().map_err(|error| Failed::unsent(&error))?;
        match sender.send(&sent.request, &self.headers(&sent.event)).await {
            Ok(status) => Ok(status),
            Err(failure) => Err(Box::new(Failed { sent: Some(sent), failure })),
        }
    }

    fn request(&self) -> Result<Sent, String> {
        let event = envelope::for_replay(&self.waiting.event, self.waiting.replay.as_deref());
        let event = event.map_err(|error| error.to_string())?;
        let rule_arn = self.rule_arn();
        let facts = EventFacts {
            rule_arn: &rule_arn,
            rule_name: &self.key.rule,
            received_at: self.waiting.received_at,
        };
        let invoke = self.config.invoke_address.as_ref();
        let request = self.target.target.request(&event, &facts, invoke);
        Ok(Sent { request: request.map_err(|error| error.to_string())?, event })
    }

    /// What EventBridge does not say, and helps whoever debugs a target.
    fn headers(&self, event: &RawValue) -> [(&'static str, String); 5] {
        let id = serde_json::from_str::<Id>(event.get()).map(|event| event.id);
        [
            ("user-agent", USER_AGENT.to_owned()),
            ("x-event-id", id.unwrap_or_default()),
            ("x-event-rule", format!("{}/{}", self.key.bus, self.key.rule)),
            ("x-event-target", self.key.id.clone()),
            ("x-event-attempt", self.attempts().to_string()),
        ]
    }

    pub(super) fn decide(self, result: Result<u16, Box<Failed>>, now: Timestamp) -> Decision {
        let Err(failed) = result else { return Decision::Settled(Settled::Done) };
        let Failed { sent, failure } = *failed;
        let (attempts, age) = (self.attempts(), now.since(self.waiting.queued_at));
        let policy = self.target.retry_policy(self.config.retries);
        let condition = match policy.next(&failure, attempts, age) {
            Next::Again(wait) => return again(now, wait, attempts),
            Next::Dead(condition) => condition,
        };
        let undelivered = Undelivered { at: now, attempts, error: failure.error, condition };
        match sent.map(|sent| self.letter(sent, undelivered)) {
            Some(Ok(letter)) => Decision::Dead(Box::new(letter)),
            // Without a request there is nothing that could be sent again from the file.
            _ => again(now, policy.longest, attempts),
        }
    }

    fn letter(
        &self,
        Sent { event, request }: Sent,
        undelivered: Undelivered,
    ) -> Result<DeadLetter, serde_json::Error> {
        let (rule, position) = (self.rule_arn(), self.waiting.position);
        let (target, error) = (&self.key.id, &undelivered.error);
        tracing::warn!(rule, target, position, error, "an event is a dead letter now");
        DeadLetter::of(request, &event, position, Some(rule), undelivered)
    }

    /// How often the event was sent, this time included.
    fn attempts(&self) -> u32 {
        self.waiting.attempts.saturating_add(1)
    }

    fn rule_arn(&self) -> String {
        self.config.rule_arn(&self.key.bus, &self.key.rule)
    }
}

fn again(now: Timestamp, wait: Duration, attempts: u32) -> Decision {
    Decision::Settled(Settled::Again { due_at: now.after(wait), attempts })
}

impl Failed {
    /// Where it was sent, if nobody listens there.
    pub(super) fn nobody_at(&self) -> Option<Url> {
        let sent = self.sent.as_ref().filter(|_| self.failure.away);
        sent.map(|sent| sent.request.to.url.clone())
    }

    fn unsent(error: &str) -> Box<Self> {
        let again = Some(Duration::ZERO);
        let failure = Failure { error: error.to_owned(), again, away: false };
        Box::new(Self { sent: None, failure })
    }
}
