//! What a booking asks of AWS: what the project's own files say, and what is assumed.

use std::collections::BTreeMap;

use anyhow::Context;
use serde::Deserialize;
use store::keys::SHARDS;

const COUNTS: &str = include_str!("../../../../infra/generated/counts.json");
const RUNTIME: &str = include_str!("../../../../infra/generated/runtime.json");

/// Assumptions, in seconds. A step waits for a supplier; a booking is steps and the time between
/// them.
pub const STEP_SECONDS: f64 = 0.5;
pub const SAGA_SECONDS: f64 = 2.0;
pub const READ_SECONDS: f64 = 0.05;
/// A batch of a hundred: ten calls to the bus at once and the marks, or eight writes of rows at a
/// time.
const DISPATCH_SECONDS: f64 = 0.1;
const PROJECT_SECONDS: f64 = 0.15;
/// How often the customer reads the trip.
pub const READS: f64 = 2.0;
/// The share of departures in the month in which most are. An assumption.
const BUSIEST_MONTH: f64 = 0.3;

/// Executions that are reserved for each of so many compensations, as infra/README.md recommends
/// for production, and the sweeper's.
pub const RESERVED: f64 = 20.0;
pub const COMPENSATIONS: f64 = 4.0;
pub const SWEEPER: f64 = 1.0;

/// What one booking asks for.
pub struct Demand {
    pub requests: f64,
    pub transitions: f64,
    /// Steps that book.
    pub steps: f64,
    /// Invocations of the busiest compensation.
    pub undone: f64,
    /// Write units of the trips' table, marks included.
    pub trips: f64,
    /// Write units of the index of open work, and of its busiest key.
    pub open_work: f64,
    pub open_work_key: f64,
    /// Write units of the view, of each of its indexes by status, and of the busiest key of the one
    /// by month.
    pub view: f64,
    pub status_index: f64,
    pub status_key: f64,
    /// Records for the dispatcher, which are events, and for the projector.
    pub events: f64,
    pub versions: f64,
    /// The most events of one trip in a commit and their kilobytes, as the ordered bus counts them.
    pub group: f64,
    pub dispatcher: Mapping,
    pub projector: Mapping,
    /// The API's own limits.
    pub api: Api,
}

/// A mapping of the stream.
pub struct Mapping {
    /// Records in a batch, and batches at a time, a shard.
    pub batch: f64,
    pub factor: f64,
    /// How long a full batch takes.
    pub seconds: f64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Api {
    pub requests_per_second: f64,
    pub burst: f64,
}

#[derive(Deserialize)]
struct Runtime {
    consumers: BTreeMap<String, Consumer>,
    api: Api,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Consumer {
    batch_size: f64,
    parallelization_factor: f64,
}

#[derive(Deserialize)]
struct Counts {
    ends: BTreeMap<String, BTreeMap<String, f64>>,
    demo: Demo,
}

#[derive(Deserialize)]
struct Demo {
    trips: f64,
    ends: BTreeMap<String, f64>,
}

impl Counts {
    /// The mean over the demo's trips, of which some are retried, refused, undone or cancelled.
    fn mean(&self, what: &str) -> f64 {
        let of = |end: &String| self.ends.get(end).and_then(|counts| counts.get(what));
        let ends = self.demo.ends.iter();
        ends.map(|(end, trips)| of(end).unwrap_or(&0.0) * trips).sum::<f64>() / self.demo.trips
    }
}

impl Demand {
    /// As the generated files say.
    pub fn read() -> anyhow::Result<Self> {
        let counts: Counts = serde_json::from_str(COUNTS).context("counts.json")?;
        let Runtime { mut consumers, api } =
            serde_json::from_str(RUNTIME).context("runtime.json")?;
        let mut mapping = |name: &str, seconds| {
            let consumer = consumers.remove(name).with_context(|| format!("no mapping {name}"))?;
            let Consumer { batch_size: batch, parallelization_factor: factor } = consumer;
            anyhow::Ok(Mapping { batch, factor, seconds })
        };
        let (dispatcher, projector) =
            (mapping("dispatcher", DISPATCH_SECONDS)?, mapping("projector", PROJECT_SECONDS)?);
        let mean = |what| counts.mean(what);
        let (events, versions) = (mean("events"), mean("projections"));
        // A version is one unit of the table and one of the customers' index; the two indexes by
        // status take the same.
        let status_index = (mean("view_units") - 2.0 * versions) / 2.0;
        Ok(Self {
            // The booking, and a cancellation, start an execution each.
            requests: READS + mean("executions"),
            transitions: mean("states") + mean("executions"),
            steps: mean("steps") - mean("undoing_steps"),
            undone: mean("flight_cancels"),
            trips: mean("trip_units") + mean("mark_units"),
            open_work: mean("index_units"),
            // Each event enters its shard's key and leaves it.
            open_work_key: 2.0 * events / f64::from(SHARDS),
            view: versions,
            status_index,
            // The last write of a trip is in another status's key.
            status_key: (status_index - 1.0) * BUSIEST_MONTH,
            events,
            versions,
            group: 2.0 + 2.0 * mean("event_bytes") / events / 1_000.0,
            dispatcher,
            projector,
            api,
        })
    }
}

impl Mapping {
    /// Records a second, over so many shards.
    pub fn capacity(&self, shards: f64) -> f64 {
        shards * self.factor * self.batch / self.seconds
    }

    /// How many records come in a batch if so many arrive in a second over so many shards: each
    /// shard is read four times a second at least.
    pub fn filled(&self, records: f64, shards: f64) -> f64 {
        (records / (4.0 * shards)).clamp(1.0, self.batch)
    }

    /// How many invocations run at a time. One of few records takes a fifth of a full one's time
    /// at least.
    pub fn busy(&self, records: f64, shards: f64) -> f64 {
        let filled = self.filled(records, shards);
        let seconds = self.seconds * (filled / self.batch).max(0.2);
        (records / filled * seconds).min(shards * self.factor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_booking_of_the_demo_asks_for_a_little_more_than_one_that_goes_well() {
        let demand = Demand::read().unwrap();
        assert!((5.0..7.0).contains(&demand.transitions), "{}", demand.transitions);
        assert!((39.0..47.0).contains(&demand.trips), "{}", demand.trips);
        assert!((4.0..5.0).contains(&demand.events), "{}", demand.events);
        assert!((0.1..0.2).contains(&demand.open_work_key), "{}", demand.open_work_key);
    }

    #[test]
    fn a_mapping_fills_its_batches_as_records_come_faster() {
        let mapping = Mapping { batch: 100.0, factor: 1.0, seconds: 0.1 };
        assert_eq!(mapping.capacity(4.0), 4_000.0);
        assert_eq!(
            [4.0, 160.0, 1e9].map(|records| mapping.filled(records, 4.0)),
            [1.0, 10.0, 100.0]
        );
        assert_eq!(mapping.busy(1e9, 4.0), 4.0);
    }
}
