//! A stream that was captured: its records, kept as the event that Lambda hands to a function.

use std::fs;
use std::path::Path;

use aws_sdk_dynamodbstreams::Client;
use event_source_mapping::{replay, stream_of_table};
use serde_json::{Value, json};
use store::keys;

/// Stream records in the order in which a stream showed them.
#[derive(Clone, Debug, PartialEq)]
pub struct Capture {
    /// As Lambda hands them to a function.
    pub records: Vec<Value>,
}

impl Capture {
    /// Everything that a table's stream holds, from its oldest record.
    pub async fn of_table(client: &Client, table: &str) -> Self {
        let stream = stream_of_table(client, table).await.unwrap().expect("a stream");
        Self { records: replay(client, &stream).await.unwrap() }
    }

    /// Writes it as one Lambda event, which `cargo lambda invoke --data-file` can send too.
    pub fn save(&self, file: &Path) {
        let event = json!({ "Records": self.records });
        fs::write(file, serde_json::to_string_pretty(&event).unwrap()).unwrap();
    }

    /// Reads what [`Capture::save`] wrote, or any event of a DynamoDB stream.
    #[must_use]
    pub fn load(file: &Path) -> Self {
        let mut event: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
        let Value::Array(records) = event["Records"].take() else { panic!("an event has Records") };
        Self { records }
    }

    /// The records with which events entered the table: what the dispatcher's mapping lets through.
    #[must_use]
    pub fn events(&self) -> Vec<Value> {
        self.filtered(|record| {
            record["eventName"] == "INSERT" && sort_key(record).starts_with(keys::OUTBOX_PREFIX)
        })
    }

    /// The records of trips: what the projector's mapping lets through.
    #[must_use]
    pub fn trips(&self) -> Vec<Value> {
        self.filtered(|record| sort_key(record) == keys::METADATA)
    }

    fn filtered(&self, wanted: impl Fn(&Value) -> bool) -> Vec<Value> {
        self.records.iter().filter(|record| wanted(record)).cloned().collect()
    }
}

fn sort_key(record: &Value) -> &str {
    record["dynamodb"]["Keys"]["SK"]["S"].as_str().unwrap_or_default()
}
