//! A stream that was captured: its records, kept as the event that Lambda hands to a function.

use std::fs;
use std::path::Path;

use aws_sdk_dynamodbstreams::Client;
use serde_json::{Value, json};
use store::keys;
use stream_replay::Capture as Stream;

/// Stream records in the order in which a stream showed them.
#[derive(Clone, Debug, PartialEq)]
pub struct Capture {
    /// As Lambda hands them to a function.
    pub records: Vec<Value>,
}

impl Capture {
    /// Everything that a table's stream holds, from its oldest record.
    pub async fn of_table(client: &Client, table: &str) -> Self {
        let stream = Stream::of_table(client, table).await.unwrap();
        Self { records: stream.records().cloned().collect() }
    }

    /// Writes it as one Lambda event, which `cargo lambda invoke --data-file` can send too.
    pub fn save(&self, file: &Path) {
        let event = json!({ "Records": self.records });
        fs::write(file, serde_json::to_string_pretty(&event).unwrap()).unwrap();
    }

    /// Reads what [`Capture::save`] wrote, or any event of a DynamoDB stream.
    #[must_use]
    pub fn load(file: &Path) -> Self {
        let stream = Stream::parse(&fs::read_to_string(file).unwrap()).unwrap();
        Self { records: stream.records().cloned().collect() }
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
