//! A lane: one of the concurrent sequences of batches among which a shard's records are divided.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::sync::mpsc;

use crate::batch::{Buffer, Entry};
use crate::delivery::deliver;
use crate::shard_run::ShardRun;
use crate::stop::Stopped;

/// How many pages may wait for one lane.
const READ_AHEAD: usize = 4;

/// Which of `lanes` a record goes through: the same one for all records of an item, so that they
/// keep their order.
///
/// Source: `ParallelizationFactor` under "Using AWS Lambda with Amazon DynamoDB" in the Lambda
/// developer guide, which promises order for each item and no more.
pub(crate) fn lane_of(record: &RawValue, lanes: usize) -> usize {
    if lanes == 1 {
        return 0;
    }
    let keyed: Keyed<'_> = serde_json::from_str(record.get()).unwrap_or_default();
    let mut hasher = DefaultHasher::new();
    // Each record lists the attributes of the key in a different order.
    for (name, value) in keyed.dynamodb.keys {
        (name, value.get()).hash(&mut hasher);
    }
    usize::try_from(hasher.finish() % lanes.max(1) as u64).unwrap_or(0)
}

/// What is needed of a record to find its lane.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Keyed<'a> {
    #[serde(borrow)]
    dynamodb: Change<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Change<'a> {
    #[serde(borrow, rename = "Keys")]
    keys: BTreeMap<String, &'a RawValue>,
}

/// Hands its records over, batch by batch.
pub(crate) struct Lane {
    run: Arc<ShardRun>,
    incoming: mpsc::Receiver<Vec<Entry>>,
    buffer: Buffer,
}

impl Lane {
    /// An empty lane, and its sender.
    pub(crate) fn new(run: &Arc<ShardRun>) -> (mpsc::Sender<Vec<Entry>>, Self) {
        let (records, incoming) = mpsc::channel(READ_AHEAD);
        let buffer = Buffer::new(run.config().batch_size, run.config().batching_window);
        (records, Self { run: Arc::clone(run), incoming, buffer })
    }

    /// Runs until no more records come and all of them are settled.
    pub(crate) async fn run(mut self) -> Result<(), Stopped> {
        let mut more = true;
        while more {
            more = self.wait().await?;
            self.take_in();
            while let Some(batch) = self.buffer.take_due(!more) {
                deliver(&self.run, &batch).await?;
                self.take_in();
            }
        }
        self.run.shutdown.check()
    }

    /// Waits for records or for the end of the window. False when no more come.
    async fn wait(&mut self) -> Result<bool, Stopped> {
        let window = self.buffer.due_in();
        let received = tokio::select! {
            received = self.run.shutdown.cuts(self.incoming.recv()) => received?,
            () = passed(window) => return Ok(true),
        };
        let more = received.is_some();
        self.buffer.extend(received.unwrap_or_default());
        Ok(more)
    }

    /// Takes the records that are waiting already, so that a batch is as full as possible. The rest
    /// of them stay where they hold up the reader.
    fn take_in(&mut self) {
        while !self.buffer.is_full()
            && let Ok(records) = self.incoming.try_recv()
        {
            self.buffer.extend(records);
        }
    }
}

async fn passed(window: Option<Duration>) {
    match window {
        Some(window) => tokio::time::sleep(window).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::value::to_raw_value;
    use serde_json::{Value, json};

    use super::*;

    fn keyed(keys: Value) -> Box<RawValue> {
        to_raw_value(&json!({"dynamodb": {"Keys": keys, "SequenceNumber": "1"}})).unwrap()
    }

    #[test]
    fn the_records_of_an_item_share_a_lane_however_its_key_is_written() {
        for item in 0..100 {
            let (pk, sk) = (json!({"S": format!("TRIP#{item}")}), json!({"S": "METADATA"}));
            let one = lane_of(&keyed(json!({"PK": pk, "SK": sk})), 10);
            let other = lane_of(&keyed(json!({"SK": sk, "PK": pk})), 10);
            assert_eq!(one, other);
        }
    }

    #[test]
    fn items_are_spread_over_all_lanes() {
        let lane = |item: u32| lane_of(&keyed(json!({"PK": {"S": item.to_string()}})), 10);
        let mut used: Vec<_> = (0..200).map(lane).collect();
        used.sort_unstable();
        used.dedup();
        assert_eq!(used, (0..10).collect::<Vec<_>>());
        assert!((0..200).all(|item| lane_of(&keyed(json!({"PK": {"N": item}})), 1) == 0));
    }
}
