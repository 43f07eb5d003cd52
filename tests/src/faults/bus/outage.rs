//! The bus is down for an hour of the bed's clock, while trips go on being booked.

use std::collections::HashMap;
use std::iter::successors;
use std::time::Duration;

use bed::{Bed, Fault, answers};
use domain::Clock;
use futures::future::join_all;
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use serde_json::{Value, json};

use super::support::{
    EVENTS, LONG, assert_all_dispatched, dispatch_within, ids_of, number_of, of_trip, pending,
    published, seeded, within,
};
use super::wire;

const AN_HOUR: Duration = Duration::from_secs(60 * 60);

/// The mapping waits twice as long from delivery to delivery.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// The time that one delivery and one sweep spend on a bus that is down.
const BRIEF: Duration = Duration::from_millis(30);
const SWEEP: Duration = Duration::from_millis(400);

/// A stream that is delivered to a dispatcher, and swept behind its back.
struct Outage {
    bed: Bed,
    deps: dispatcher::Deps,
    random: StdRng,
    /// The whole stream; the mapping stands before the record at `position`.
    records: Vec<Value>,
    position: usize,
}

impl Outage {
    async fn begin(random: StdRng) -> Self {
        let bed = Bed::new().await;
        let deps = bed.dispatcher().await;
        let mut outage = Self { bed, deps, random, records: Vec::new(), position: 0 };
        outage.book().await;
        outage
    }

    async fn book(&mut self) {
        let booked = self.records.len() / EVENTS;
        self.bed.book(&format!("trip-{booked}")).await;
        self.records = bed::eventually("the new trip's events", async || {
            let events = self.bed.capture(1).await.events();
            (events.len() == (booked + 1) * EVENTS).then_some(events)
        })
        .await;
    }

    /// One delivery of what is not done yet.
    async fn deliver(&mut self, time: Duration) {
        let batch = &self.records[self.position..];
        let left = dispatch_within(&self.bed, &self.deps, time, batch).await;
        let place = |number: &String| {
            self.records.iter().position(|record| number_of(record) == *number).unwrap()
        };
        self.position = left.first().map_or(self.records.len(), place);
    }

    async fn sweep(&self, time: Duration) -> Value {
        let event = within(&self.bed, time, json!({}));
        dispatcher::sweeper::handle(&self.deps, event).await.unwrap()
    }

    /// Each call fails in any of these ways.
    fn break_the_bus(&mut self, mut menu: Vec<Fault>) {
        menu.push(answers::error(500, "InternalException", "The bus is down."));
        menu.push(answers::error(503, "ServiceUnavailable", "The bus is down."));
        menu.push(answers::error(400, "ThrottlingException", "Rate exceeded"));
        let mut random = StdRng::clone(&self.random);
        self.bed.events.inject(move |_| menu.choose(&mut random).cloned());
    }

    /// Delivers with the mapping's waits, sweeps and books, for an hour.
    async fn last_an_hour(&mut self) {
        let end = self.bed.clock.now().as_millis() + i64::try_from(AN_HOUR.as_millis()).unwrap();
        let longer = |wait: &Duration| Some((*wait * 2).min(LONGEST_WAIT));
        for wait in successors(Some(FIRST_WAIT), longer) {
            if self.bed.clock.now().as_millis() >= end {
                break;
            }
            self.deliver(BRIEF).await;
            assert_eq!(self.position, 0, "the mapping waits");
            self.bed.clock.advance(wait);
            if self.random.random_bool(0.05) {
                self.book().await;
            }
            if self.random.random_bool(0.05) {
                self.sweep(SWEEP).await;
            }
        }
        assert_eq!(pending(&self.bed, &self.records).await.len(), self.records.len());
    }

    /// The bus is up again; the mapping and the sweeper go on, either of them first.
    async fn recover(&mut self, sweeper_first: bool) {
        self.bed.events.heal();
        if sweeper_first {
            self.sweep(LONG).await;
        }
        self.deliver(LONG).await;
        assert_eq!(self.position, self.records.len());
        assert_eq!(self.sweep(LONG).await["published"], json!(0), "nothing is left");
    }

    /// Every event was published, each trip's in order; no more often than calls came to nothing.
    async fn assert_nothing_lost(&self) {
        let (ids, published) = (ids_of(&self.records), published(&self.bed).await);
        let (heard, unheard) = self.sendings();
        for id in &ids {
            assert_eq!(
                heard.get(id),
                Some(&1),
                "published once, for all that the dispatcher knows"
            );
            let times = published.iter().filter(|known| *known == id).count();
            assert!((1..=1 + unheard.get(id).unwrap_or(&0)).contains(&times), "{times} times");
        }
        assert!(published.iter().all(|id| ids.contains(id)));
        self.assert_order(&published);
        assert_all_dispatched(&self.bed).await;
    }

    fn assert_order(&self, published: &[String]) {
        for trip in 0..self.records.len() / EVENTS {
            let trip = domain::TripId::parse(&format!("trip-{trip}")).unwrap();
            let ids = ids_of(&of_trip(&self.records, &trip));
            let first = |id| published.iter().position(|known| known == id).unwrap();
            assert!(ids.iter().map(first).is_sorted(), "{trip} in order");
        }
    }

    /// How often each event was sent in calls that were answered, and in calls that a fault struck.
    fn sendings(&self) -> (HashMap<String, usize>, HashMap<String, usize>) {
        let (mut heard, mut unheard) = (HashMap::new(), HashMap::new());
        for call in wire::calls(&self.bed) {
            let counts = if call.fault.is_none() { &mut heard } else { &mut unheard };
            for id in wire::ids(&call) {
                *counts.entry(id).or_default() += 1;
            }
        }
        (heard, unheard)
    }
}

async fn lasts_an_hour(random: StdRng, menu: Vec<Fault>) -> Outage {
    let mut outage = Outage::begin(random).await;
    outage.break_the_bus(menu);
    outage.last_an_hour().await;
    outage
}

/// The bus is down for an hour. The stream's consumer waits, nothing is lost, and afterwards the
/// stream and the sweeper together publish every event exactly once, each trip's in order.
#[tokio::test]
async fn fault_37_after_an_hour_without_the_bus_every_event_is_published_once_and_in_order() {
    let run = |(number, random)| async move {
        let mut outage = lasts_an_hour(random, vec![Fault::Disconnect]).await;
        assert_eq!(published(&outage.bed).await, [""; 0]);
        outage.recover(number % 2 == 0).await;
        outage.assert_nothing_lost().await;
        assert_eq!(published(&outage.bed).await.len(), outage.records.len());
    };
    join_all(seeded(37, 3).enumerate().map(run)).await;
}

/// The bus takes calls for an hour and nobody hears of it. Afterwards every event is published once
/// more, under its id; none comes more often than it was sent in vain.
#[tokio::test]
async fn fault_37_after_an_hour_of_lost_answers_duplicates_carry_the_same_id_and_are_bounded() {
    let run = |(number, random)| async move {
        let mut outage = lasts_an_hour(random, vec![Fault::LoseAnswer; 3]).await;
        outage.recover(number % 2 == 0).await;
        outage.assert_nothing_lost().await;
    };
    join_all(seeded(37, 2).enumerate().map(run)).await;
}
