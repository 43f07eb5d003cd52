//! What each trip used of the tables, from the calls that the functions made.

use std::collections::BTreeMap;

use bed::{Bed, Call};
use serde_json::{Map, Value, json};
use store::keys::trip_of;

use super::size::{as_on_aws, bytes};

/// What one trip used.
#[derive(Default)]
pub(super) struct Used {
    pub(super) executions: usize,
    pub(super) states: usize,
    pub(super) steps: usize,
    pub(super) history_events: usize,
    pub(super) undoing_steps: usize,
    pub(super) flight_cancels: usize,
    read_units: f64,
    commits: usize,
    dispatches: usize,
    projections: usize,
    trip_units: usize,
    index_units: usize,
    mark_units: usize,
    view_units: usize,
    /// Every item as it was last put, by its sort key.
    items: BTreeMap<String, Value>,
    /// The version and the bytes of its last row in the view.
    row: (u64, usize),
}

/// What all trips used.
#[derive(Default)]
pub(super) struct Usage(BTreeMap<String, Used>);

impl Usage {
    /// Reads the calls that the bed's database has answered. Events count as those of functions on
    /// AWS, where these functions' name `schemas`.
    pub(super) fn of_calls(bed: &Bed, schemas: &str) -> Self {
        let (mut usage, calls) = (Self::default(), bed.database.calls());
        assert_written_as_counted(bed, &calls);
        // The last version of a row is always written; which ones before it depends on batches.
        let rows = calls.iter().filter(|call| is_of(call, "PutItem", &bed.tables.search));
        for row in rows.map(|call| &call.body["Item"]) {
            let used = usage.trip(row["trip_id"]["S"].as_str().unwrap());
            used.row = used.row.max((version(row), bytes(row)));
        }
        for call in calls.iter().filter(|call| call.status == Some(200)) {
            match call.operation.as_str() {
                "GetItem" if call.is_load() => {
                    let trip = trip_in(&call.body["Key"]);
                    usage.trip(&trip).read_units +=
                        call.consumed[0]["CapacityUnits"].as_f64().unwrap();
                }
                "TransactWriteItems" => usage.commit(&call.body["TransactItems"], schemas),
                _ => {}
            }
        }
        usage
    }

    pub(super) fn trip(&mut self, trip: &str) -> &mut Used {
        self.0.entry(trip.to_owned()).or_default()
    }

    fn commit(&mut self, actions: &Value, schemas: &str) {
        let put = |action: &Value| {
            let item = &action["Put"]["Item"];
            if is_event(item) { as_on_aws(item, schemas) } else { item.clone() }
        };
        let items: Vec<_> = actions.as_array().unwrap().iter().map(put).collect();
        self.trip(&trip_in(&items[0])).commit(&items);
    }

    /// The counts of a trip, as they are written.
    pub(super) fn counts(&self, trip: &str) -> Map<String, Value> {
        let used = &self.0[trip];
        let stored: usize = used.items.values().map(bytes).sum();
        let counts = json!({
            "executions": used.executions,
            "states": used.states,
            "history_events": used.history_events,
            "steps": used.steps,
            "undoing_steps": used.undoing_steps,
            "flight_cancels": used.flight_cancels,
            "commits": used.commits,
            "dispatches": used.dispatches,
            "projections": used.projections,
            "read_units": used.read_units,
            "trip_units": used.trip_units,
            "index_units": used.index_units,
            "mark_units": used.mark_units,
            "view_units": used.view_units,
            "items": used.items.len(),
            "item_bytes": stored,
            "row_bytes": used.row.1,
        });
        counts.as_object().unwrap().clone()
    }
}

impl Used {
    fn commit(&mut self, items: &[Value]) {
        self.commits += 1;
        let before = self.items.get("METADATA").cloned();
        for item in items {
            self.put(item);
        }
        let events = items.iter().filter(|item| is_event(item)).count();
        self.dispatches += usize::from(events > 0);
        if let Some(root) = items.iter().find(|item| item["SK"]["S"] == "METADATA") {
            self.projections += 1;
            self.project(before.as_ref(), root);
        }
    }

    fn put(&mut self, item: &Value) {
        let key = item["SK"]["S"].as_str().unwrap().to_owned();
        let before = self.items.insert(key, item.clone());
        let size = bytes(item);
        let larger = size.max(before.as_ref().map_or(0, bytes));
        self.trip_units += 2 * kilobytes(larger);
        self.index_units += index_writes(before.as_ref().map(open_work), open_work(item));
        if is_event(item) {
            // Every event is marked once, which takes more away than it adds, and leaves the index.
            self.mark_units += kilobytes(size);
            self.index_units += 1;
        }
    }

    /// The row, and its entry in three indexes. When the trip's status changes, it moves in two of
    /// them, and each move takes two writes.
    fn project(&mut self, before: Option<&Value>, root: &Value) {
        let moved = before.is_some_and(|before| before["status"] != root["status"]);
        self.view_units += kilobytes(self.row.1) * (4 + 2 * usize::from(moved));
    }
}

fn version(row: &Value) -> u64 {
    row["version"]["N"].as_str().unwrap().parse().unwrap()
}

/// The counts know these ways of writing and no other, and what a row costs with its indexes.
fn assert_written_as_counted(bed: &Bed, calls: &[Call]) {
    let others = ["UpdateItem", "DeleteItem", "BatchWriteItem", "ExecuteStatement"];
    let other = calls.iter().find(|call| {
        others.contains(&call.operation.as_str()) || is_of(call, "PutItem", &bed.tables.trips)
    });
    assert_eq!(other, None, "a write that is not counted");
    let rows = calls.iter().filter(|call| is_of(call, "PutItem", &bed.tables.search));
    for put in rows.filter(|call| call.status == Some(200)) {
        let units = put.consumed[0]["CapacityUnits"].as_f64();
        assert!([Some(4.0), Some(6.0)].contains(&units), "a row: {:?}", put.consumed);
    }
}

fn is_of(call: &Call, operation: &str, table: &str) -> bool {
    call.operation == operation && call.body["TableName"] == table
}

/// The trip of an item or a key.
fn trip_in(item: &Value) -> String {
    trip_of(item["PK"]["S"].as_str().unwrap()).to_owned()
}

fn is_event(item: &Value) -> bool {
    item["SK"]["S"].as_str().is_some_and(|key| key.starts_with("OUTBOX#"))
}

fn kilobytes(bytes: usize) -> usize {
    bytes.div_ceil(1024)
}

/// An item's keys in the index of open work, if it is there.
fn open_work(item: &Value) -> (Option<&Value>, Option<&Value>) {
    (item.get("GSI1PK"), item.get("GSI1SK"))
}

/// The writes in the index of open work: an entry that moves is removed and written.
fn index_writes(
    before: Option<(Option<&Value>, Option<&Value>)>,
    after: (Option<&Value>, Option<&Value>),
) -> usize {
    match (before.filter(|keys| keys.0.is_some()), after.0.is_some()) {
        (Some(before), true) if before == after => 0,
        (Some(_), true) => 2,
        (Some(_), false) | (None, true) => 1,
        (None, false) => 0,
    }
}
