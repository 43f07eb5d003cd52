//! The stream keeps its records for 24 hours, and its consumer was away for longer.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_dynamodbstreams::Client as StreamsClient;
use aws_sdk_dynamodbstreams::types::ShardIteratorType;
use bed::{Answer, Bed, Fault, PATIENCE, answers, invocation};
use domain::TripId;
use event_source_mapping::{
    Handler, InMemoryPositions, InvokeError, Mapping, MappingConfig, Ports, Progress, drained,
    stream_of_table,
};
use lambda_kit::clients::sdk_config;
use lambda_kit::stream::raw;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::items::events;
use crate::faults::bus::support::{
    EVENTS, assert_all_dispatched, ids_of, of_trip, pending, published,
};

const MORE_THAN_A_DAY: Duration = Duration::from_secs(25 * 60 * 60);

/// The dispatcher as a mapping's function.
struct Dispatcher(dispatcher::Deps);

#[async_trait]
impl Handler for Dispatcher {
    async fn invoke(&self, _: Uuid, event: Box<RawValue>) -> Result<Value, InvokeError> {
        let event: Value = serde_json::from_str(event.get()).unwrap();
        let answer = dispatcher::handle(&self.0, raw(invocation(event)));
        answer.await.map_err(|error| InvokeError::new(error.code.name(), error.message))
    }
}

/// The stream of a bed's trips, and how far its consumer has come.
pub(super) struct Stream {
    pub(super) client: StreamsClient,
    pub(super) arn: String,
    positions: Arc<InMemoryPositions>,
}

/// A consumer that runs.
pub(super) struct Consumer {
    pub(super) progress: watch::Receiver<Progress>,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Consumer {
    /// Waits until everything in the stream is processed.
    pub(super) async fn caught_up(&mut self) -> Progress {
        timeout(PATIENCE, drained(&mut self.progress)).await.unwrap().unwrap()
    }

    pub(super) async fn stop(self) {
        self.stop.cancel();
        self.task.await.unwrap();
    }
}

impl Stream {
    pub(super) async fn of(bed: &Bed) -> Self {
        let client = StreamsClient::new(&sdk_config(&bed.config(), "dynamodb").await);
        let arn = stream_of_table(&client, &bed.tables.trips).await.unwrap().unwrap();
        Self { client, arn, positions: Arc::default() }
    }

    /// A stream whose consumer has got through the events of this trip, the first that is booked.
    pub(super) async fn consumed(bed: &Bed, trip: &str) -> Self {
        let stream = Self::of(bed).await;
        bed.book(trip).await;
        events(bed, EVENTS).await;
        stream.consume(bed).await;
        stream
    }

    /// Lets the consumer run until it has caught up, from where it stopped. How far it came.
    pub(super) async fn consume(&self, bed: &Bed) -> Progress {
        let mut consumer = self.start(bed).await;
        let caught_up = consumer.caught_up().await;
        consumer.stop().await;
        caught_up
    }

    /// Starts the consumer from where it stopped.
    pub(super) async fn start(&self, bed: &Bed) -> Consumer {
        let mut config = MappingConfig::new("dispatcher", &self.arn);
        config.filters = vec![json!({
            "eventName": ["INSERT"],
            "dynamodb": { "Keys": { "SK": { "S": [{ "prefix": "OUTBOX#" }] } } }
        })];
        let ports = Ports {
            handler: Arc::new(Dispatcher(bed.dispatcher().await)),
            positions: self.positions.clone(),
            on_failure: None,
            clock: bed.clock.clone(),
        };
        let mapping = Mapping::new(config, self.client.clone(), ports).unwrap();
        let (progress, stop) = (mapping.progress(), CancellationToken::new());
        let task = tokio::spawn(mapping.run(stop.clone()));
        Consumer { progress, stop, task }
    }

    /// Trims everything that the stream holds now: a reader that stands before it is told so, and
    /// the oldest record is the next one to come.
    async fn trim(&self, bed: &Bed) {
        let horizon = self.after_the_newest(bed).await;
        bed.database.inject(move |call| {
            if call.operation != "GetShardIterator" {
                return None;
            }
            match call.body["ShardIteratorType"].as_str()? {
                "TRIM_HORIZON" => {
                    let body = json!({ "ShardIterator": horizon });
                    Some(Fault::Answer(Answer { status: 200, body }))
                }
                _ => Some(answers::error(
                    400,
                    "com.amazonaws.dynamodb.v20120810#TrimmedDataAccessException",
                    "The operation attempted to read past the oldest stream record in a shard.",
                )),
            }
        });
    }

    async fn after_the_newest(&self, bed: &Bed) -> String {
        let description = self.client.describe_stream().stream_arn(&self.arn).send().await.unwrap();
        let description = description.stream_description.unwrap();
        let [shard] = description.shards() else { panic!("one shard: {description:?}") };
        let newest = bed.capture(1).await.records.pop().unwrap();
        let newest = newest["dynamodb"]["SequenceNumber"].as_str().unwrap();
        let iterator = self.client.get_shard_iterator().stream_arn(&self.arn);
        let iterator = iterator.shard_id(shard.shard_id().unwrap());
        let iterator = iterator.shard_iterator_type(ShardIteratorType::AfterSequenceNumber);
        iterator.sequence_number(newest).send().await.unwrap().shard_iterator.unwrap()
    }
}

/// The mapping is disabled for more than a day, and the stream drops what was written meanwhile.
/// The mapping goes on with the oldest record that is left and notes the gap; the sweeper publishes
/// what the stream lost, each trip's events in order. Every event is published once.
#[tokio::test]
async fn fault_22_what_a_trimmed_stream_lost_is_swept_and_the_mapping_goes_on_after_the_gap() {
    let bed = Bed::new().await;
    let stream = Stream::consumed(&bed, "trip-before").await;
    let lost = [bed.book("trip-lost-2").await, bed.book("trip-lost-1").await];
    let all_lost = events(&bed, 3 * EVENTS).await.split_off(EVENTS);
    bed.clock.advance(MORE_THAN_A_DAY);
    stream.trim(&bed).await;
    bed.book("trip-after").await;
    let all = events(&bed, 4 * EVENTS).await;

    let progress = stream.consume(&bed).await;
    assert_eq!(progress.shards.values().map(|shard| shard.gaps).sum::<u64>(), 1);
    let streamed = [ids_of(&all[..EVENTS]), ids_of(&all[3 * EVENTS..])].concat();
    assert_eq!(published(&bed).await, streamed);
    assert_eq!(pending(&bed, &all).await.len(), all_lost.len());

    assert_eq!(bed.sweep().await.unwrap()["published"], json!(all_lost.len()));
    assert_swept_in_order(&bed, &lost, &all_lost).await;
    assert_eq!(published(&bed).await.len(), all.len(), "each once");
    assert_all_dispatched(&bed).await;
}

async fn assert_swept_in_order(bed: &Bed, trips: &[TripId], records: &[Value]) {
    for trip in trips {
        let envelopes = bed.bus.published_of(trip).await;
        let published: Vec<_> = envelopes.iter().map(|event| event["id"].clone()).collect();
        assert_eq!(published, ids_of(&of_trip(records, trip)));
    }
}
