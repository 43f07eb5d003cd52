//! How a stream hands its records to a consumer, drawn from a seed. Records and the consumer's
//! answers in, the next batch out; nothing else is read.

mod delivery;
mod disturbance;
mod layout;
mod plan;
mod report;
mod run;
mod shard;

use std::fmt;
use std::ops::Range;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde_json::Value;

use self::shard::Shard;

pub use self::delivery::{Delivery, Mishap, Outcome};
pub use self::disturbance::{Disturbance, Disturbances};
pub use self::plan::Plan;
pub use self::report::Report;

/// Half of the batches that are cut small have no more than this.
const SMALL_BATCH: usize = 3;
/// A mishap may befall any of so many calls.
const CALLS: usize = 6;
/// The longest delay of a batch, in minutes.
const LONGEST_DELAY: u64 = 120;

/// One run of a stream's records, from the oldest on, as a [`Plan`] wants it. What it has done is
/// told by its `Display`, a batch a line.
///
/// [`Schedule::run`] hands its batches to a function. Whoever wants to say how late a batch comes,
/// or to fail the consumer's own calls, takes them one by one:
///
/// ```
/// use serde_json::json;
/// use stream_replay::{Outcome, Plan};
///
/// let record = |n: &str| json!({"dynamodb": {"Keys": {"id": {"S": n}}, "SequenceNumber": n}});
/// let records = [record("1"), record("2"), record("3")];
/// let mut schedule = Plan::calm(7).batch_size(2).over(&records);
///
/// let first = schedule.deliver().unwrap();
/// assert_eq!(first.records, [&records[0], &records[1]]);
/// assert!(first.after.is_zero() && first.mishap.is_none());
/// schedule.take(&Outcome::Answered(json!({"batchItemFailures": [{"itemIdentifier": "2"}]})));
///
/// let second = schedule.deliver().unwrap();
/// assert_eq!(second.records, [&records[1]]);
/// schedule.take(&Outcome::Answered(json!({})));
/// assert_eq!(schedule.report().undelivered, 1);
/// ```
pub struct Schedule<'a> {
    /// Its mishaps and repeats are those that are left.
    plan: Plan,
    random: StdRng,
    records: Vec<&'a Value>,
    shards: Vec<Shard>,
    under_way: Option<UnderWay>,
    /// By the records' numbers in the stream: whether each has been in a batch.
    seen: Vec<bool>,
    counts: Report,
    told: Vec<String>,
}

/// A batch that was handed over and not answered.
struct UnderWay {
    shard: usize,
    batch: Range<usize>,
    told: String,
}

impl Plan {
    /// The schedule of these records, which are in the order in which a stream showed them and in
    /// the form in which Lambda hands them over.
    #[must_use]
    pub fn over<'a>(self, records: impl IntoIterator<Item = &'a Value>) -> Schedule<'a> {
        Schedule::new(self, records.into_iter().collect())
    }
}

impl<'a> Schedule<'a> {
    fn new(plan: Plan, records: Vec<&'a Value>) -> Self {
        let mut random = StdRng::seed_from_u64(plan.seed ^ records.len() as u64);
        let shards = layout::shards(&records, &plan, &mut random);
        Self {
            plan,
            random,
            shards,
            under_way: None,
            seen: vec![false; records.len()],
            records,
            counts: Report::default(),
            told: Vec::new(),
        }
    }

    /// The next batch; none when every shard is processed to its end.
    ///
    /// # Panics
    /// When the last one was not answered.
    pub fn deliver(&mut self) -> Option<Delivery<'a>> {
        assert!(self.under_way.is_none(), "one batch at a time");
        let shard = self.draw_shard()?;
        let new = self.draw_size(self.shards[shard].unread());
        let batch = self.shards[shard].take(new);
        let delivery = Delivery {
            shard: self.shards[shard].name.clone(),
            records: self.numbers(shard, &batch).map(|n| self.records[n]).collect(),
            after: self.draw_delay(),
            mishap: self.draw_mishap(),
        };
        let told = self.tell(&delivery, self.numbers(shard, &batch));
        self.count(shard, &batch);
        self.under_way = Some(UnderWay { shard, batch, told });
        Some(delivery)
    }

    /// Takes the outcome of the last delivery, and has come again what must. Whether any of its
    /// records got done. When nothing is under way it does nothing.
    pub fn take(&mut self, outcome: &Outcome) -> bool {
        let Some(UnderWay { shard, batch, told }) = self.under_way.take() else { return false };
        let numbers = self.numbers(shard, &batch).map(|n| sequence_number(self.records[n]));
        let undone = outcome.undone_from(&numbers.collect::<Vec<_>>());
        let end = match undone {
            None => self.settle(shard, batch),
            Some(place) => self.retry(shard, batch, place, *outcome == Outcome::Died),
        };
        self.told.push(format!("{told}: {end}"));
        undone != Some(0)
    }

    /// What it includes.
    #[must_use]
    pub fn disturbances(&self) -> &Disturbances {
        &self.plan.disturbances
    }

    /// What was delivered so far.
    #[must_use]
    pub fn report(&self) -> Report {
        let under_way = self.under_way.iter().map(|under_way| under_way.batch.len());
        let waiting = self.shards.iter().map(Shard::undone);
        Report { undelivered: waiting.chain(under_way).sum(), ..self.counts.clone() }
    }

    fn count(&mut self, shard: usize, batch: &Range<usize>) {
        self.counts.batches += 1;
        self.counts.records += batch.len();
        for &number in &self.shards[shard].records[batch.clone()] {
            self.counts.duplicates += usize::from(self.seen[number]);
            self.seen[number] = true;
        }
    }

    fn is_ready(&self, place: usize) -> bool {
        let shard = &self.shards[place];
        !shard.is_done() && self.ancestors_are_done(shard)
    }

    fn ancestors_are_done(&self, shard: &Shard) -> bool {
        let parent = shard.parent.map(|place| &self.shards[place]);
        parent.is_none_or(|parent| parent.is_done() && self.ancestors_are_done(parent))
    }

    /// A repeated batch may be an older one, whose first invocation nobody waits for any more. The
    /// last chance is taken where there was no repeat before.
    fn settle(&mut self, shard: usize, batch: Range<usize>) -> String {
        let last_chance = self.counts.duplicates == 0 && self.shards.iter().all(Shard::is_done);
        let repeat =
            self.includes(Disturbance::Repeat) && (self.random.random_bool(0.3) || last_chance);
        if !repeat || self.plan.repeats == 0 {
            return "done".to_owned();
        }
        self.plan.repeats -= 1;
        let start = self.random.random_range(0..batch.end);
        let most = (batch.end - start).min(self.plan.batch_size);
        let repeated = start..start + self.random.random_range(1..=most);
        let told = format!("done; {} records from number {} on come again", repeated.len(), start);
        self.shards[shard].give_back(repeated, false);
        told
    }

    fn retry(&mut self, shard: usize, batch: Range<usize>, place: usize, died: bool) -> String {
        self.counts.retries += 1;
        self.counts.failures += usize::from(died);
        let rest = batch.start + place..batch.end;
        let halves = died && self.includes(Disturbance::Bisect) && rest.len() > 1;
        self.shards[shard].give_back(rest, halves);
        let how = if halves { ", in halves" } else { "" };
        format!("again from its record {}{how}", place + 1)
    }

    fn includes(&self, disturbance: Disturbance) -> bool {
        self.plan.disturbances.include(disturbance)
    }

    fn draw_shard(&mut self) -> Option<usize> {
        let ready: Vec<_> = (0..self.shards.len()).filter(|shard| self.is_ready(*shard)).collect();
        ready.choose(&mut self.random).copied()
    }

    fn draw_size(&mut self, unread: usize) -> usize {
        let most = self.plan.batch_size;
        let mut chosen = |disturbance| {
            self.plan.disturbances.include(disturbance) && self.random.random_bool(0.5)
        };
        match (chosen(Disturbance::Split), chosen(Disturbance::Join)) {
            (true, small) => {
                let most = if small { most.min(SMALL_BATCH) } else { most };
                self.random.random_range(1..=most)
            }
            (false, true) => unread.max(1),
            (false, false) => most,
        }
    }

    fn draw_delay(&mut self) -> Duration {
        let late = self.includes(Disturbance::Delay) && self.random.random_bool(0.3);
        let minutes = if late { self.random.random_range(1..=LONGEST_DELAY) } else { 0 };
        Duration::from_secs(60 * minutes)
    }

    fn draw_mishap(&mut self) -> Option<Mishap> {
        if self.plan.lost_answer == Some(self.counts.batches + 1) {
            return Some(Mishap::LosesAnswer);
        }
        let crash = self.includes(Disturbance::Crash) && self.random.random_bool(0.3);
        let fail = self.includes(Disturbance::Fail) && self.random.random_bool(0.2);
        if self.plan.mishaps == 0 || !(crash || fail) {
            return None;
        }
        self.plan.mishaps -= 1;
        let call = self.random.random_range(1..=CALLS);
        Some(if crash { self.draw_death(call) } else { Mishap::FailsFrom(call) })
    }

    fn draw_death(&mut self, call: usize) -> Mishap {
        match self.random.random_range(0..4) {
            0 => Mishap::DiesBefore(call),
            1 => Mishap::DiesDuring(call),
            2 => Mishap::DiesAfter(call),
            _ => Mishap::LosesAnswer,
        }
    }

    /// The records of a batch by their number in the stream.
    fn numbers(&self, shard: usize, batch: &Range<usize>) -> impl Iterator<Item = usize> + use<'_> {
        self.shards[shard].records[batch.clone()].iter().copied()
    }

    fn tell(&self, delivery: &Delivery<'_>, numbers: impl Iterator<Item = usize>) -> String {
        let Delivery { shard, after, mishap, .. } = delivery;
        let records: Vec<_> = numbers.map(|n| label(n, self.records[n])).collect();
        let late = match after.as_secs() / 60 {
            0 => String::new(),
            minutes => format!(" after {minutes} min"),
        };
        let mishap = mishap.map(|mishap| format!("; {mishap}")).unwrap_or_default();
        format!("shard {shard}{late} [{}]{mishap}", records.join(" "))
    }
}

fn sequence_number(record: &Value) -> &str {
    record["dynamodb"]["SequenceNumber"].as_str().unwrap_or_default()
}

/// A record's number in the stream, and its keys' values: `7:TRIP#1/METADATA`.
fn label(number: usize, record: &Value) -> String {
    let keys = record["dynamodb"]["Keys"].as_object().into_iter().flatten();
    let mut keys: Vec<_> = keys.collect();
    keys.sort_by_key(|(name, _)| *name);
    let values = keys.into_iter().map(|(_, value)| key_value(value)).collect::<Vec<_>>();
    format!("{number}:{}", values.join("/"))
}

/// A key's value without its type.
fn key_value(value: &Value) -> &str {
    let typed = value.as_object().and_then(|typed| typed.values().next());
    typed.and_then(Value::as_str).unwrap_or_default()
}

impl fmt::Display for Schedule<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "seed {}: {}", self.plan.seed, self.plan.disturbances)?;
        for (number, line) in self.told.iter().enumerate() {
            writeln!(f, "  {}. {line}", number + 1)?;
        }
        match &self.under_way {
            Some(UnderWay { told, .. }) => writeln!(f, "  {told}: not answered",),
            None => Ok(()),
        }
    }
}
