//! An execution that somebody starts past the gateway, with data in it that no request has a field
//! for.

use std::collections::BTreeSet;

use bed::{Bed, Booking};
use local::account::BOOKING_MACHINE;
use local::{Data, Options, System};
use serde_json::json;
use tempfile::TempDir;

use super::stores::Stores;
use crate::logs::Logs;

/// What was given to the execution stays with the execution. The trip that it failed to book keeps
/// the unknown field's name, for its customer, and nothing of its value; the bus, the view and the
/// log get neither.
#[tokio::test]
async fn fault_62_an_execution_started_past_the_gateway_tells_nobody_what_it_was_given() {
    let (logs, bed, files) = (Logs::capture(), Bed::new().await, TempDir::new().unwrap());
    let options = Options { data: Data::Dir(files.path().to_owned()), ..bed.options() };
    let system = System::start(options).await.unwrap();
    let mut input = Booking::new("trip-1").task("alice", "saga-1")["input"].take();
    input["canaryname"] = json!("canaryvalue");
    let input = input.to_string();
    let started = system.runner().start(BOOKING_MACHINE, "trip-1", &input, None);
    let arn = started.await.unwrap().execution_arn;
    let ended = system.runner().wait(&arn).await.unwrap();
    assert_eq!(ended.error.as_deref(), Some("FlightBookingFailed"));
    system.idle().await.unwrap();
    let stores = Stores::of(&bed, system, files.path()).await.with("log", logs.text());

    let execution = BTreeSet::from(["executions", "file executions"]);
    assert_eq!(stores.holding("canaryvalue"), execution);
    assert_eq!(stores.holding("canaryname"), &execution | &BTreeSet::from(["trips"]));
    let code: BTreeSet<_> = stores.holding("InvalidRequest");
    assert!(code.is_superset(&BTreeSet::from(["events", "trips", "search", "log"])), "{code:?}");
}
