//! A bus in memory: it takes events, unless it was told to answer otherwise.

use std::collections::HashMap;
use std::sync::Mutex;

use async_trait::async_trait;
use dispatcher::{BusAnswer, PublishFailed, Publisher};
use domain::{EventId, TripId};
use serde_json::Value;
use store::outbox::{OutboxKey, OutboxRecord};

/// What was published, and what is to be answered.
#[derive(Default)]
pub(super) struct Bus {
    taken: Mutex<Vec<OutboxRecord>>,
    /// The next answers for an event; then it is accepted.
    answers: Mutex<HashMap<EventId, Vec<BusAnswer>>>,
}

impl Bus {
    /// Answers so for an event, as often as it is sent from now on.
    pub(super) fn answer(&self, event: &OutboxKey, answer: &BusAnswer, times: usize) {
        self.answers.lock().unwrap().insert(event.event_id, vec![answer.clone(); times]);
    }

    /// Every event that was taken, in order, as often as it was taken.
    pub(super) fn published(&self) -> Vec<OutboxKey> {
        self.taken.lock().unwrap().iter().map(OutboxRecord::key).collect()
    }

    /// The envelopes of a trip's events that were taken, in order.
    pub(super) fn envelopes(&self, trip: &TripId) -> Vec<Value> {
        let taken = self.taken.lock().unwrap();
        let of_trip = taken.iter().filter(|event| event.trip_id == *trip);
        of_trip.map(|event| serde_json::from_str(&event.detail).unwrap()).collect()
    }

    fn take(&self, event: &OutboxRecord) -> BusAnswer {
        let mut answers = self.answers.lock().unwrap();
        let answer = answers.get_mut(&event.event_id).and_then(Vec::pop);
        let answer = answer.unwrap_or(BusAnswer::Accepted);
        if answer == BusAnswer::Accepted {
            self.taken.lock().unwrap().push(event.clone());
        }
        answer
    }
}

#[async_trait]
impl Publisher for Bus {
    async fn publish(&self, events: &[&OutboxRecord]) -> Result<Vec<BusAnswer>, PublishFailed> {
        Ok(events.iter().map(|event| self.take(event)).collect())
    }
}

/// The answer for an event that the bus never takes.
pub(super) fn refused() -> BusAnswer {
    BusAnswer::Refused("MalformedDetail: no JSON".to_owned())
}
