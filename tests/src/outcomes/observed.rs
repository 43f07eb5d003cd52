//! How a trip ended: as the API shows it, and as the suppliers' books say.

use lambda_kit::clients::sdk_config;
use lambda_kit::config::name;
use local::System;
use serde_json::Value;
use store::sandbox::{Ledger, LedgerState};

use super::expected::picture;

/// The trip in the form of the matrix.
pub(super) async fn observe(system: &System, trip_id: &str) -> String {
    let trip = get(system, &format!("/trips/{trip_id}")).await;
    let timeline = get(system, &format!("/trips/{trip_id}/events")).await;
    let failure = trip["failure"]["code"].as_str().unwrap_or_default();
    picture(&statuses(&trip), failure, &events(&timeline), &held(system, trip_id).await)
}

async fn get(system: &System, path: &str) -> Value {
    let request = reqwest::Client::new().get(format!("{}{path}", system.urls().api));
    request.bearer_auth("dev-operator").send().await.unwrap().json().await.unwrap()
}

fn statuses(trip: &Value) -> String {
    let status = |member: &Value| member["status"].as_str().unwrap_or("-").to_owned();
    let all = [trip, &trip["flight"], &trip["hotel"], &trip["payment"]];
    all.map(status).join(" ")
}

fn events(timeline: &Value) -> String {
    let events = timeline["events"].as_array().unwrap();
    events
        .iter()
        .map(|entry| entry["event"]["type"].as_str().unwrap())
        .collect::<Vec<_>>()
        .join(" ")
}

async fn held(system: &System, trip_id: &str) -> String {
    let client = store::client(&sdk_config(system.config(), "DYNAMODB").await);
    let ledger = Ledger::new(client, system.config().require(name::SANDBOX_TABLE).unwrap());
    let rows: Vec<_> = ledger.all().await.unwrap();
    let mut held: Vec<_> = rows
        .iter()
        .filter(|row| row.trip_id.as_str() == trip_id && row.state == LedgerState::Held)
        .map(|row| format!("{:?}", row.supplier).to_lowercase())
        .collect();
    held.sort();
    if held.is_empty() { "nothing".to_owned() } else { held.join(" ") }
}
