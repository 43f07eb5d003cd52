//! Counts over the bus's events of the last minutes, in memory that does not grow with their
//! number.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use domain::Timestamp;
use domain::event::SOURCE;
use serde::Deserialize;

use crate::ports::LoggedEvent;

/// How far back the counts reach.
pub(crate) const WINDOW: Duration = Duration::from_secs(10 * 60);
/// The length of one slot of time.
pub(crate) const SLOT: Duration = Duration::from_secs(10);
/// The trips that are listed.
const LATEST: usize = 12;
/// Steps of a length's histogram per doubling: a step is a fifth of the length.
const STEPS: f64 = 4.0;
/// Steps up to about a day.
const BUCKETS: usize = 108;

/// What happened lately.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    /// By number: the milliseconds of its beginning over its length.
    pub(crate) slots: BTreeMap<i64, Slot>,
    /// The trips with the latest events, the newest first.
    pub(crate) latest: VecDeque<Latest>,
}

/// What happened in one slot of time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slot {
    /// Confirmed, failed and cancelled trips.
    pub(crate) ended: [u32; 3],
    /// How long events took from their commit to the bus.
    pub(crate) lags: Lags,
}

/// A trip and the latest of its events.
#[derive(Clone, Debug)]
pub(crate) struct Latest {
    pub(crate) trip_id: String,
    pub(crate) event_type: String,
    pub(crate) at: Timestamp,
    /// Why it failed, if the event says so.
    pub(crate) code: Option<String>,
}

/// The part of an event that is counted.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Counted {
    source: String,
    detail_type: String,
    #[serde(default)]
    resources: Vec<String>,
    detail: Detail,
}

#[derive(Deserialize)]
struct Detail {
    subject: String,
    time: Timestamp,
    #[serde(default)]
    data: Data,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Data {
    code: Option<String>,
}

impl Tally {
    /// Counts an event of ours; others on the bus do not count, and neither does one that an
    /// operator had published again: it has the mark of its replay as a resource.
    pub(crate) fn add(&mut self, logged: &LoggedEvent) {
        let Ok(event) = serde_json::from_str::<Counted>(logged.event.as_str()) else { return };
        if event.source != SOURCE || !event.resources.is_empty() {
            return;
        }
        let slot = self.slots.entry(slot_of(logged.received_at)).or_default();
        slot.lags.add(logged.received_at.since(event.detail.time));
        if let Some(outcome) = outcome(&event.detail_type) {
            slot.ended[outcome] += 1;
        }
        self.list(event, logged.received_at);
    }

    fn list(&mut self, event: Counted, at: Timestamp) {
        let Counted { detail_type, detail, .. } = event;
        // An event of one commit may overtake the one that ends its trip.
        let known = self.latest.iter().position(|trip| trip.trip_id == detail.subject);
        let earlier = known.and_then(|place| self.latest.remove(place));
        let ended = earlier.filter(|trip| outcome(&trip.event_type).is_some());
        let shown = match ended {
            Some(trip) if !detail_type.starts_with("trip.") => Latest { at, ..trip },
            _ => Latest {
                trip_id: detail.subject,
                event_type: detail_type,
                at,
                code: detail.data.code,
            },
        };
        self.latest.push_front(shown);
        self.latest.truncate(LATEST);
    }

    /// Forgets what happened before the window that ends now.
    pub(crate) fn forget_before(&mut self, now: Timestamp) {
        self.slots = self.slots.split_off(&slot_of(now.before(WINDOW)));
    }

    /// How many trips ended in the window, by outcome.
    pub(crate) fn ended(&self) -> [u32; 3] {
        let add =
            |sum: [u32; 3], slot: &Slot| [0, 1, 2].map(|place| sum[place] + slot.ended[place]);
        self.slots.values().fold([0; 3], add)
    }

    /// How long events took in the whole window.
    pub(crate) fn lags(&self) -> Lags {
        let mut all = Lags::default();
        for slot in self.slots.values() {
            all.merge(&slot.lags);
        }
        all
    }
}

/// The number of the slot in which something happened.
pub(crate) fn slot_of(at: Timestamp) -> i64 {
    at.as_millis().div_euclid(i64::try_from(SLOT.as_millis()).unwrap_or(i64::MAX))
}

/// The place of an event's outcome among the counts, if it ends a trip.
fn outcome(event_type: &str) -> Option<usize> {
    let ends = ["trip.confirmed.", "trip.failed.", "trip.cancelled."];
    ends.iter().position(|end| event_type.starts_with(end))
}

/// A histogram of lengths of time.
#[derive(Clone, Debug)]
pub(crate) struct Lags([u32; BUCKETS]);

impl Default for Lags {
    fn default() -> Self {
        Self([0; BUCKETS])
    }
}

impl Lags {
    fn add(&mut self, lag: Duration) {
        let steps = ((lag.as_secs_f64() * 1_000.0 + 1.0).log2() * STEPS) as usize;
        self.0[steps.min(BUCKETS - 1)] += 1;
    }

    fn merge(&mut self, other: &Self) {
        for (count, more) in self.0.iter_mut().zip(other.0) {
            *count += more;
        }
    }

    /// The length below which this share of all lies, in milliseconds, to a fifth; `None` if there
    /// are none.
    pub(crate) fn quantile(&self, share: f64) -> Option<u64> {
        let all: u32 = self.0.iter().sum();
        let wanted = (f64::from(all) * share).ceil().max(1.0);
        let mut seen = 0;
        let step = self.0.iter().position(|count| {
            seen += count;
            f64::from(seen) >= wanted
        })?;
        Some((((step + 1) as f64 / STEPS).exp2() - 1.0).round() as u64)
    }
}

#[cfg(test)]
mod tests {
    use event_pattern::EventJson;
    use serde_json::{Value, json};

    use super::*;
    use crate::ports::Position;

    fn logged(at: i64, event: &Value) -> LoggedEvent {
        LoggedEvent {
            position: Position(1),
            received_at: Timestamp::from_millis(at),
            rules: Vec::new(),
            event: EventJson::of(event).unwrap(),
        }
    }

    fn event(trip: &str, event_type: &str, at: i64, lag: i64) -> LoggedEvent {
        let time = Timestamp::from_millis(at - lag);
        let event = json!({
            "source": "trip-saga", "detail-type": event_type,
            "detail": {"subject": trip, "time": time, "data": {"code": "PaymentDeclined"}},
        });
        logged(at, &event)
    }

    #[test]
    fn ends_are_counted_by_outcome_and_forgotten_after_the_window() {
        let mut tally = Tally::default();
        for (trip, event_type) in [
            ("a", "flight.reserved.v1"),
            ("a", "trip.confirmed.v1"),
            ("b", "trip.failed.v1"),
            ("a", "trip.cancelled.v1"),
        ] {
            tally.add(&event(trip, event_type, 1_000_000, 20));
        }
        assert_eq!(tally.ended(), [1, 1, 1]);
        let window = i64::try_from(WINDOW.as_millis()).unwrap();
        tally.forget_before(Timestamp::from_millis(1_000_000 + window));
        assert_eq!(tally.ended(), [1, 1, 1]);
        tally.forget_before(Timestamp::from_millis(1_010_000 + window));
        assert_eq!(tally.ended(), [0, 0, 0]);
    }

    #[test]
    fn an_event_that_is_published_again_is_no_news() {
        let again = json!({
            "source": "trip-saga", "detail-type": "trip.confirmed.v1",
            "resources": ["trip-saga:replay:2026-03-01T00:00:00.000Z"],
            "detail": {"subject": "a", "time": "2026-03-01T00:00:00.000Z"},
        });
        let mut tally = Tally::default();
        tally.add(&logged(1_000_000, &again));
        assert_eq!((tally.ended(), tally.latest.len()), ([0, 0, 0], 0));
    }

    #[test]
    fn a_trip_is_listed_once_with_how_it_ended() {
        let mut tally = Tally::default();
        for event_type in ["payment.captured.v1", "trip.failed.v1", "hotel.cancelled.v1"] {
            tally.add(&event("a", event_type, 1_000, 5));
        }
        let [trip] = tally.latest.make_contiguous() else { panic!("listed more than once") };
        assert_eq!(
            (&*trip.event_type, trip.code.as_deref()),
            ("trip.failed.v1", Some("PaymentDeclined"))
        );
    }

    #[test]
    fn events_of_others_do_not_count() {
        let mut tally = Tally::default();
        let other = json!({"source": "other", "detail-type": "trip.failed.v1", "detail": {}});
        tally.add(&logged(1_000_000, &other));
        assert!(tally.slots.is_empty() && tally.latest.is_empty());
    }

    #[test]
    fn a_quantile_is_right_to_a_fifth() {
        let mut lags = Lags::default();
        assert_eq!(lags.quantile(0.5), None);
        for millis in 1..=1_000 {
            lags.add(Duration::from_millis(millis));
        }
        for (share, exact) in [(0.5, 500.0), (0.95, 950.0), (1.0, 1_000.0)] {
            let told = lags.quantile(share).unwrap() as f64;
            assert!((exact..exact * 1.25).contains(&told), "{share}: {told}");
        }
    }
}
