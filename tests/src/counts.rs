//! What a booking uses, counted on the whole system: every end that the demo's trips come to, and
//! how often they come to it. The counts are written to `infra/generated/counts.json`, from which
//! costs and limits are reckoned.
//!
//! Write units are the documented two for every kilobyte of an item in a transaction, and one for
//! every kilobyte of any other write and of each index entry that changes; what DynamoDB Local
//! answers for a transaction does not follow the sizes of the items. Reads are counted as it
//! answers. How many records a consumer of the stream gets at once depends on the load: the counts
//! are of commits that hand it a record, so of its invocations when each comes alone.

mod ends;
mod executions;
pub(crate) mod size;
mod usage;

use std::collections::BTreeMap;
use std::time::Duration;

use bed::{Bed, Fault, settled_system};
use cli::client::Archive;
use cli::demo::{Plan, flights};
use futures::TryStreamExt;
use local::{Options, Pace, System};
use serde_json::{Map, Value, json};
use testing::assert_generated;

use self::ends::{ENDS, End};
use self::size::SCHEMAS;
use self::usage::Usage;

const COMMAND: &str = "cargo test -p tests --test it counts";

/// The demo that the shares are taken from: the one that `trip demo --seed 1` plays.
const SEED: u64 = 1;
const TRIPS: usize = 1_000;
const FAULTS: f64 = 0.25;

#[tokio::test(flavor = "multi_thread")]
async fn what_a_booking_uses_is_what_was_counted() {
    let bed = Bed::new().await;
    bed.database.inject(|call| {
        let ask = Fault::Rewrite(|body| body["ReturnConsumedCapacity"] = "TOTAL".into());
        ["GetItem", "PutItem"].contains(&call.operation.as_str()).then_some(ask)
    });
    // A supplier that only seems slow, because the machine is loaded, is waited for.
    let pace = Pace { supplier_timeout: Duration::from_secs(20), ..Pace::FAST };
    let system = System::start(Options { pace, ..bed.options() }).await.unwrap();
    for end in ENDS {
        end.book(&system).await;
    }
    settled_system(&bed, &system).await;
    for end in ENDS {
        end.cancel(&system).await;
    }
    settled_system(&bed, &system).await;
    let schemas = format!("{}/events/schemas", system.urls().api);
    let mut usage = Usage::of_calls(&bed, &schemas);
    executions::count(&system, &mut usage).await;
    let events = published(&system, &schemas).await;
    system.stop().await;
    let counted = ENDS.iter().map(|end| {
        let mut counts = usage.counts(&end.trip());
        let sizes = events.get(&end.trip()).cloned().unwrap_or_default();
        counts.insert("events".to_owned(), json!(sizes.len()));
        counts.insert("event_bytes".to_owned(), json!(sizes.values().sum::<usize>()));
        (end.name.to_owned(), Value::Object(counts))
    });
    let ends: Map<_, _> = counted.collect();
    let counts = json!({
        "$comment": format!("Counted on the local system, do not edit: UPDATE_GENERATED=1 {COMMAND}"),
        "ends": ends,
        "demo": { "seed": SEED, "trips": TRIPS, "faults": FAULTS, "ends": shares() },
    });
    assert_generated("infra/generated/counts.json", &counts, COMMAND);
}

/// The bytes of each event on the bus, by its trip and id, so that a repeated one counts once; with
/// an address of AWS in place of `schemas`.
async fn published(system: &System, schemas: &str) -> BTreeMap<String, BTreeMap<String, usize>> {
    let archive = Archive::new(&system.urls().aws.parse().unwrap()).unwrap();
    let lines: Vec<String> = archive.events(&[]).await.unwrap().try_collect().await.unwrap();
    let mut events: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
    for line in lines {
        let line: Value = serde_json::from_str(&line).unwrap();
        let detail = &line["event"]["detail"];
        let text = |name: &str| detail[name].as_str().unwrap().to_owned();
        let bytes = detail.to_string().replace(schemas, SCHEMAS).len();
        events.entry(text("subject")).or_default().insert(text("id"), bytes);
    }
    events
}

/// How many of the demo's trips come to each end.
fn shares() -> BTreeMap<&'static str, usize> {
    let plan = Plan::draw(SEED, TRIPS, FAULTS, &flights::bundled().unwrap()).unwrap();
    let mut shares = BTreeMap::new();
    for trip in &plan.trips {
        let end = End::of(&trip.expected.to_string(), &trip.body["sandbox"]);
        *shares.entry(end.name).or_insert(0) += 1;
    }
    shares
}
