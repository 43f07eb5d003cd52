//! How a stream hands its records to a consumer, drawn from a seed. Pure: records and the
//! consumer's answers in, the next batch out.

mod delivery;
mod disturbance;
mod layout;
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

/// Most records of a batch, unless they are cut smaller or joined.
const BATCH: usize = 20;
const SMALL_BATCH: usize = 3;
/// Most mishaps, and most batches that are repeated without need, so that every schedule ends.
const MISHAPS: usize = 3;
const REPEATS: usize = 2;
/// A mishap may befall any of so many calls.
const CALLS: usize = 6;
/// The longest delay of a batch, in minutes.
const LONGEST_DELAY: u64 = 120;

/// One run of a stream's records, from the oldest on. What it does is told by its `Display`, a
/// batch a line.
///
/// The same seed, records and answers give the same deliveries.
pub struct Schedule<'a> {
    seed: u64,
    disturbances: Disturbances,
    random: StdRng,
    records: Vec<&'a Value>,
    shards: Vec<Shard>,
    under_way: Option<UnderWay>,
    mishaps: usize,
    repeats: usize,
    told: Vec<String>,
}

/// A batch that was handed over and not answered.
struct UnderWay {
    shard: usize,
    batch: Range<usize>,
    told: String,
}

impl<'a> Schedule<'a> {
    /// The schedule of a seed, disturbed as the seed wants it. Every schedule of the same seed is
    /// disturbed in the same ways.
    #[must_use]
    pub fn new(seed: u64, records: Vec<&'a Value>) -> Self {
        Self::with(seed, Disturbances::of(seed), records)
    }

    /// The schedule of a seed with these disturbances only.
    #[must_use]
    pub fn with(seed: u64, disturbances: Disturbances, records: Vec<&'a Value>) -> Self {
        let mut random = StdRng::seed_from_u64(seed ^ records.len() as u64);
        let shards = layout::shards(&records, &disturbances, &mut random);
        Self {
            seed,
            disturbances,
            random,
            records,
            shards,
            under_way: None,
            mishaps: MISHAPS,
            repeats: REPEATS,
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
        self.under_way = Some(UnderWay { shard, batch, told });
        Some(delivery)
    }

    /// Takes the outcome of the last delivery, and has come again what must.
    ///
    /// # Panics
    /// When nothing is under way.
    pub fn take(&mut self, outcome: &Outcome) {
        let UnderWay { shard, batch, told } = self.under_way.take().expect("a batch is under way");
        let numbers = self.numbers(shard, &batch).map(|n| sequence_number(self.records[n]));
        let undone = outcome.undone_from(&numbers.collect::<Vec<_>>());
        let end = match undone {
            None => self.settle(shard, batch),
            Some(place) => self.retry(shard, batch, place, *outcome == Outcome::Died),
        };
        self.told.push(format!("{told}: {end}"));
    }

    /// What it includes.
    #[must_use]
    pub fn disturbances(&self) -> &Disturbances {
        &self.disturbances
    }

    fn is_ready(&self, place: usize) -> bool {
        let shard = &self.shards[place];
        !shard.is_done() && self.ancestors_are_done(shard)
    }

    fn ancestors_are_done(&self, shard: &Shard) -> bool {
        let parent = shard.parent.map(|place| &self.shards[place]);
        parent.is_none_or(|parent| parent.is_done() && self.ancestors_are_done(parent))
    }

    /// A repeated batch may be an older one, whose first invocation nobody waits for any more.
    fn settle(&mut self, shard: usize, batch: Range<usize>) -> String {
        let repeat = self.disturbances.include(Disturbance::Repeat) && self.random.random_bool(0.3);
        if !repeat || self.repeats == 0 {
            return "done".to_owned();
        }
        self.repeats -= 1;
        let start = self.random.random_range(0..batch.end);
        let length = self.random.random_range(1..=BATCH);
        let repeated = start..(start + length).min(batch.end);
        let told = format!("done; {} records from number {} on come again", repeated.len(), start);
        self.shards[shard].give_back(repeated, false);
        told
    }

    fn retry(&mut self, shard: usize, batch: Range<usize>, place: usize, died: bool) -> String {
        let rest = batch.start + place..batch.end;
        let halves = died && self.disturbances.include(Disturbance::Bisect) && rest.len() > 1;
        self.shards[shard].give_back(rest, halves);
        let how = if halves { ", in halves" } else { "" };
        format!("again from its record {}{how}", place + 1)
    }

    fn draw_shard(&mut self) -> Option<usize> {
        let ready: Vec<_> = (0..self.shards.len()).filter(|shard| self.is_ready(*shard)).collect();
        ready.choose(&mut self.random).copied()
    }

    fn draw_size(&mut self, unread: usize) -> usize {
        let mut chosen =
            |disturbance| self.disturbances.include(disturbance) && self.random.random_bool(0.5);
        let most = match (chosen(Disturbance::Split), chosen(Disturbance::Join)) {
            (true, _) => SMALL_BATCH,
            (false, true) => return unread.max(1),
            (false, false) => BATCH,
        };
        self.random.random_range(1 + most / 4..=most)
    }

    fn draw_delay(&mut self) -> Duration {
        let late = self.disturbances.include(Disturbance::Delay) && self.random.random_bool(0.3);
        let minutes = if late { self.random.random_range(1..=LONGEST_DELAY) } else { 0 };
        Duration::from_secs(60 * minutes)
    }

    fn draw_mishap(&mut self) -> Option<Mishap> {
        let crash = self.disturbances.include(Disturbance::Crash) && self.random.random_bool(0.3);
        let fail = self.disturbances.include(Disturbance::Fail) && self.random.random_bool(0.2);
        if self.mishaps == 0 || !(crash || fail) {
            return None;
        }
        self.mishaps -= 1;
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

/// A record's number in the stream, and its item in short: `7:confirmed/METADATA`.
fn label(number: usize, record: &Value) -> String {
    let key = |name: &str| record["dynamodb"]["Keys"][name]["S"].as_str().unwrap_or_default();
    let (trip, item) = (key("PK").trim_start_matches("TRIP#"), key("SK"));
    let item = item.split('#').next().unwrap_or_default();
    format!("{number}:{trip}/{item}")
}

impl fmt::Display for Schedule<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "seed {}: {}", self.seed, self.disturbances)?;
        for (number, line) in self.told.iter().enumerate() {
            writeln!(f, "  {}. {line}", number + 1)?;
        }
        match &self.under_way {
            Some(UnderWay { told, .. }) => writeln!(f, "  {told}: not answered",),
            None => Ok(()),
        }
    }
}
