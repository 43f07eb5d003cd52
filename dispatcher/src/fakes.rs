//! A bus and an outbox in memory that fail on demand, and records in DynamoDB's form.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use domain::{Clock, EventId, Timestamp, TripId};
use serde_json::{Value, json};
use store::outbox::{
    DamagedEvent, MarkReport, OpenEvents, OutboxKey, OutboxRecord, OutboxStatus, Parked,
    PendingEvent, SweepCursor, TripEvents, Unreadable,
};
use store::{Backlog, LimitExceeded, StoreError, keys};

use crate::{BusAnswer, Deps, Limits, Outbox, PublishFailed, Publisher, Settings};

/// 2026-03-01T01:00:00Z, when every fake event occurred.
pub(crate) const OCCURRED: i64 = 1_772_326_800_000;

/// An event of a trip; its id contains its sequence number.
pub(crate) fn event(trip: &str, sequence: u64) -> OutboxRecord {
    OutboxRecord {
        trip_id: TripId::parse(trip).unwrap(),
        event_id: event_id(trip, sequence),
        sequence,
        event_type: "trip.confirmed.v1".to_owned(),
        occurred_at: Timestamp::from_millis(OCCURRED),
        detail: json!({ "data": { "trip": trip, "sequence": sequence } }).to_string(),
        traceparent: None,
        trace_header: None,
        status: OutboxStatus::Pending,
        dispatched_at: None,
        parked_reason: None,
        discarded_at: None,
        refused_since: None,
    }
}

fn event_id(trip: &str, sequence: u64) -> EventId {
    let name: u64 = trip.bytes().fold(7, |hash, byte| hash.wrapping_mul(31) + u64::from(byte));
    EventId::parse(&format!("01957a3e-5b00-7000-8000-{:06x}{sequence:06x}", name & 0xff_ffff))
        .unwrap()
}

/// The results of marks while the rest of the table works.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Marks {
    #[default]
    Taken,
    /// Refused for good, as if a permission were missing.
    Refused,
}

/// The behaviour of the fakes, and the calls that they got.
#[derive(Default)]
pub(crate) struct World {
    /// The bus's answers for an event, in order; after them, it accepts the event.
    pub(crate) answers: Mutex<HashMap<OutboxKey, Vec<BusAnswer>>>,
    /// The events that the bus took, by call.
    pub(crate) calls: Mutex<Vec<Vec<OutboxKey>>>,
    /// The number of calls that fail as a whole, before any is answered.
    pub(crate) failing_calls: Mutex<usize>,
    /// An event that makes the bus refuse every call that contains it.
    pub(crate) spoiler: Option<OutboxKey>,
    /// Whether a call never returns.
    pub(crate) bus_hangs: bool,
    /// The pending events of the table.
    pub(crate) pending: Mutex<BTreeMap<OutboxKey, OutboxRecord>>,
    /// Reasons by parked event.
    pub(crate) parked: Mutex<BTreeMap<OutboxKey, String>>,
    /// Events that the bus answers `InternalFailure` for, always.
    pub(crate) stuck: HashSet<OutboxKey>,
    /// The result of marks.
    pub(crate) marks: Mutex<Marks>,
    /// The number of calls that asked for marks.
    pub(crate) marked: Mutex<usize>,
    /// Whether the table refuses everything.
    pub(crate) table_is_down: bool,
    /// Whether the table never answers what is pending.
    pub(crate) table_is_silent: bool,
    /// The shards for which the table never answers what is pending.
    pub(crate) silent_shards: Range<u32>,
    /// Pending events of shard 0 that cannot be read.
    pub(crate) damaged: Vec<Unreadable>,
    /// The number of calls that asked what is pending.
    pub(crate) asked: Mutex<usize>,
    /// Events of the table that are not pending.
    pub(crate) others: Mutex<Vec<OutboxRecord>>,
    /// What is damaged among every trip's events.
    pub(crate) illegible: Vec<DamagedEvent>,
    /// The trips whose events were asked for.
    pub(crate) questions: Mutex<Vec<TripId>>,
    /// How old every event is.
    pub(crate) age: Duration,
    /// The clock's time instead of that, in milliseconds; 0 for none.
    pub(crate) now: AtomicI64,
}

impl World {
    /// A world in which the given events are pending.
    pub(crate) fn of(events: &[OutboxRecord]) -> Self {
        let pending = events.iter().map(|event| (event.key(), event.clone())).collect();
        Self { pending: Mutex::new(pending), ..Self::default() }
    }

    /// The same; the bus gives these answers for an event before it accepts the event.
    pub(crate) fn answering(self, event: &OutboxRecord, answers: &[BusAnswer]) -> Self {
        self.answers.lock().unwrap().insert(event.key(), answers.to_vec());
        self
    }

    pub(crate) fn deps(self: &Arc<Self>, limits: Limits) -> Deps {
        let settings = Settings { limits, ..Settings::default() };
        Deps::new(
            Arc::new(Fake(self.clone())),
            Arc::new(Fake(self.clone())),
            Arc::new(Fake(self.clone())),
            settings,
        )
    }

    /// Every event that the bus took, in order, including repeats.
    pub(crate) fn published(&self) -> Vec<OutboxKey> {
        self.calls.lock().unwrap().concat()
    }

    pub(crate) fn is_pending(&self, event: &OutboxRecord) -> bool {
        self.pending.lock().unwrap().contains_key(&event.key())
    }

    pub(crate) fn is_parked(&self, event: &OutboxRecord) -> bool {
        self.parked.lock().unwrap().contains_key(&event.key())
    }
}

/// All ports, on one world.
#[derive(Clone)]
struct Fake(Arc<World>);

impl std::fmt::Debug for Fake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fake")
    }
}

impl Clock for Fake {
    fn now(&self) -> Timestamp {
        match self.0.now.load(Ordering::SeqCst) {
            0 => Timestamp::from_millis(OCCURRED + i64::try_from(self.0.age.as_millis()).unwrap()),
            now => Timestamp::from_millis(now),
        }
    }
}

#[async_trait]
impl Publisher for Fake {
    async fn publish(&self, events: &[&PendingEvent<'_>]) -> Result<Vec<BusAnswer>, PublishFailed> {
        if self.0.bus_hangs {
            std::future::pending::<()>().await;
        }
        let mut failing = self.0.failing_calls.lock().unwrap();
        if *failing > 0 {
            *failing -= 1;
            return Err(PublishFailed::Unanswered("connection reset".into()));
        }
        if events.iter().any(|event| self.0.spoiler.as_ref() == Some(&event.key)) {
            return Err(PublishFailed::Refused("ValidationException".into()));
        }
        let mut scripts = self.0.answers.lock().unwrap();
        let mut answer = |event: &PendingEvent<'_>| match scripts.get_mut(&event.key) {
            _ if self.0.stuck.contains(&event.key) => {
                BusAnswer::TryAgain("InternalFailure".to_owned())
            }
            Some(script) if !script.is_empty() => script.remove(0),
            _ => BusAnswer::Accepted,
        };
        let answers: Vec<_> = events.iter().map(|event| answer(event)).collect();
        let taken =
            events.iter().zip(&answers).filter(|(_, answer)| **answer == BusAnswer::Accepted);
        self.0.calls.lock().unwrap().push(taken.map(|(event, _)| event.key.clone()).collect());
        Ok(answers)
    }
}

/// The error of a table that is down; the kind of error does not matter here.
fn down() -> StoreError {
    StoreError::Limit(LimitExceeded { what: "the table's patience", found: 1, limit: 0 })
}

/// The error of a table that refuses marks.
fn refused() -> StoreError {
    let source = Arc::new(std::io::Error::other("AccessDeniedException"));
    StoreError::Rejected { operation: "marking", source }
}

#[async_trait]
impl Outbox for Fake {
    async fn mark_dispatched(&self, keys: &[&OutboxKey], _: Timestamp) -> MarkReport {
        let mut report = MarkReport::default();
        let mut pending = self.0.pending.lock().unwrap();
        *self.0.marked.lock().unwrap() += 1;
        let marks = *self.0.marks.lock().unwrap();
        for key in keys {
            if marks == Marks::Refused {
                report.failed.push(((*key).clone(), refused()));
                continue;
            }
            if self.0.table_is_down {
                report.failed.push(((*key).clone(), down()));
            } else if pending.remove(*key).is_some() {
                report.marked += 1;
            } else {
                report.already += 1;
            }
        }
        report
    }

    async fn park(
        &self,
        key: &OutboxKey,
        reason: &str,
        _: Timestamp,
    ) -> Result<Parked, StoreError> {
        if self.0.table_is_down {
            Err(down())
        } else {
            let parked = self.0.pending.lock().unwrap().remove(key);
            let parked = parked.map(|it| OutboxRecord { status: OutboxStatus::Parked, ..it });
            self.0.others.lock().unwrap().extend(parked);
            self.0.parked.lock().unwrap().insert(key.clone(), reason.to_owned());
            Ok(Parked::Done)
        }
    }

    async fn note_refusal(&self, key: &OutboxKey, now: Timestamp) -> Result<(), StoreError> {
        if let Some(event) = self.0.pending.lock().unwrap().get_mut(key) {
            event.refused_since.get_or_insert(now);
        }
        if self.0.table_is_down { Err(down()) } else { Ok(()) }
    }

    async fn still_pending(&self, keys: &[&OutboxKey]) -> Result<HashSet<OutboxKey>, StoreError> {
        *self.0.asked.lock().unwrap() += 1;
        if self.0.table_is_silent {
            return std::future::pending().await;
        }
        let pending = self.0.pending.lock().unwrap();
        let still = keys.iter().filter(|key| pending.contains_key(**key));
        let still = still.copied().cloned().collect();
        if self.0.table_is_down { Err(down()) } else { Ok(still) }
    }

    async fn events_of(&self, trip: &TripId) -> Result<TripEvents, StoreError> {
        self.0.questions.lock().unwrap().push(trip.clone());
        if self.0.table_is_silent {
            return std::future::pending().await;
        }
        if self.0.table_is_down {
            return Err(down());
        }
        let (pending, others) = (self.0.pending.lock().unwrap(), self.0.others.lock().unwrap());
        let all = pending.values().chain(&*others);
        let records = all.filter(|event| event.trip_id == *trip).cloned().collect();
        Ok(TripEvents { records, damaged: self.0.illegible.clone() })
    }

    async fn pending_before(
        &self,
        shard: u32,
        cutoff: Timestamp,
        _: usize,
        _: Option<SweepCursor>,
    ) -> Result<OpenEvents, StoreError> {
        if self.0.table_is_silent || self.0.silent_shards.contains(&shard) {
            return std::future::pending().await;
        }
        let old = |event: &&OutboxRecord| {
            keys::shard(&event.trip_id) == shard && event.occurred_at < cutoff
        };
        let mut records: Vec<_> =
            self.0.pending.lock().unwrap().values().filter(old).cloned().collect();
        records.sort_by(|a, b| (&a.trip_id, a.sequence).cmp(&(&b.trip_id, b.sequence)));
        let unreadable = if shard == 0 { self.0.damaged.clone() } else { Vec::new() };
        let page = OpenEvents { records, unreadable, next: None };
        if self.0.table_is_down { Err(down()) } else { Ok(page) }
    }

    async fn backlog(&self) -> Result<Backlog, StoreError> {
        if self.0.table_is_silent {
            return std::future::pending().await;
        }
        let pending = self.0.pending.lock().unwrap();
        let oldest_pending = pending.values().map(|event| event.occurred_at).min();
        let parked = u64::try_from(self.0.parked.lock().unwrap().len()).unwrap();
        let backlog = Backlog { oldest_pending, parked };
        if self.0.table_is_down { Err(down()) } else { Ok(backlog) }
    }
}

/// The event's detail, with what an envelope says of it.
fn envelope(event: &OutboxRecord) -> String {
    let members = event.detail.strip_prefix('{').unwrap();
    let (event_type, time) = (json!(event.event_type), event.occurred_at);
    let sequence = event.sequence;
    format!(r#"{{"type":{event_type},"time":"{time}","sequence":"{sequence}",{members}"#)
}

/// The stream record of a new event, as DynamoDB sends it to Lambda.
pub(crate) fn insert(sequence_number: usize, event: &OutboxRecord) -> Value {
    let (pk, sk) = (keys::trip(&event.trip_id), keys::outbox(event.event_id));
    json!({
        "eventID": format!("{sequence_number:032x}"),
        "eventName": "INSERT",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "ap-northeast-1",
        "dynamodb": {
            "ApproximateCreationDateTime": 1_772_326_800,
            "Keys": { "PK": { "S": pk }, "SK": { "S": sk } },
            "NewImage": {
                "PK": { "S": pk },
                "SK": { "S": sk },
                "entity_type": { "S": "OutboxEvent" },
                "schema_version": { "N": "1" },
                "status": { "S": "pending" },
                "detail": { "S": envelope(event) }
            },
            "SequenceNumber": sequence_number.to_string(),
            "SizeBytes": 500,
            "StreamViewType": "NEW_AND_OLD_IMAGES"
        },
        "eventSourceARN": "arn:aws:dynamodb:ap-northeast-1:123456789012:table/TripSagaTable/stream/2026"
    })
}
