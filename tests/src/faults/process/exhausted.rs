//! A stream consumer runs out of memory. Lambda kills its process, and so does this.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_dynamodbstreams::Client;
use bed::{Bed, Gate, Point, Sandbox, dynamodb_local};
use event_source_mapping::{
    Backoff, Handler, InMemoryPositions, InvokeError, Mapping, MappingConfig, Ports, drained,
    stream_of_table,
};
use lambda_kit::clients::sdk_config;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::booked::Booked;

/// How often the process runs out of memory.
const DEATHS: usize = 3;

/// A function behind its mapping.
#[derive(Clone)]
struct Consumer {
    sandbox: Arc<Sandbox>,
    invocations: Arc<AtomicUsize>,
}

impl Consumer {
    fn new(sandbox: Sandbox) -> Self {
        Self { sandbox: Arc::new(sandbox), invocations: Arc::default() }
    }

    /// Runs a mapping for what passes the filter until all is done, while the process dies at the
    /// gates.
    async fn follow(&self, bed: &Bed, filter: Value, deaths: Vec<Gate>) {
        let mapping = mapping(bed, filter, self.clone()).await;
        let (mut progress, stop) = (mapping.progress(), CancellationToken::new());
        let dying = async {
            for gate in deaths {
                gate.reached().await;
                self.sandbox.kill().await;
            }
            drained(&mut progress).await.unwrap();
            stop.cancel();
        };
        tokio::join!(mapping.run(stop.clone()), dying);
    }
}

#[async_trait]
impl Handler for Consumer {
    async fn invoke(&self, _: Uuid, event: Box<RawValue>) -> Result<Value, InvokeError> {
        let event: Value = serde_json::from_str(event.get()).unwrap();
        self.invocations.fetch_add(1, Ordering::SeqCst);
        let answer = self.sandbox.invoke(&event).await;
        answer.map_err(|error| InvokeError::new(error.error_type, error.message))
    }
}

async fn mapping(bed: &Bed, filter: Value, consumer: Consumer) -> Mapping {
    let upstream = dynamodb_local().await.url();
    let config = bed.config_with(&[("AWS_ENDPOINT_URL_DYNAMODB", upstream)]);
    let client = Client::new(&sdk_config(&config, "dynamodb").await);
    let stream = stream_of_table(&client, &bed.tables.trips).await.unwrap().unwrap();
    let mut config = MappingConfig::new("consumer", stream);
    config.filters = vec![filter];
    config.retry = Backoff { first: Duration::from_millis(10), cap: Duration::from_millis(50) };
    let ports = Ports {
        handler: Arc::new(consumer),
        positions: Arc::new(InMemoryPositions::default()),
        on_failure: None,
        clock: bed.clock.clone(),
    };
    Mapping::new(config, client, ports).unwrap()
}

/// The dispatcher runs out of memory in the middle of a batch, again and again. The mapping hands
/// the same batch to a new process each time, and goes on when one lives to answer: nothing is lost
/// or skipped, and nothing comes again after that.
#[tokio::test]
async fn fault_29_a_dispatcher_that_runs_out_of_memory_gets_its_batch_again_until_it_is_done() {
    // One trip's calls are made one after the other, so each death takes one call.
    let booked = Booked::new(1).await;
    let consumer = Consumer::new(booked.dispatcher(4, 900));
    let deaths = (0..DEATHS).map(|_| booked.bed.events.hold("PutEvents", Point::After)).collect();
    let sort_key = json!({ "S": [{ "prefix": store::keys::OUTBOX_PREFIX }] });
    let filter = json!({ "eventName": ["INSERT"], "dynamodb": { "Keys": { "SK": sort_key } } });
    consumer.follow(&booked.bed, filter, deaths).await;

    for trip in &booked.trips {
        booked.assert_published(trip).await;
    }
    assert_eq!(consumer.sandbox.starts(), DEATHS + 1);
    assert_eq!(consumer.invocations.load(Ordering::SeqCst), DEATHS + 1, "one batch");
    assert!(booked.bed.outbox().open_counts().await.unwrap().is_empty());
}

/// The same for the projector, whose view is the fold of the trips in the end.
#[tokio::test]
async fn fault_29_a_projector_that_runs_out_of_memory_gets_its_batch_again_until_it_is_done() {
    let booked = Booked::new(1).await;
    let consumer = Consumer::new(booked.projector());
    let deaths = (0..DEATHS).map(|_| booked.bed.database.hold("PutItem", Point::Before)).collect();
    let filter = json!({ "dynamodb": { "Keys": { "SK": { "S": [store::keys::METADATA] } } } });
    consumer.follow(&booked.bed, filter, deaths).await;

    assert_eq!(booked.bed.rows().await.len(), booked.trips.len());
    assert_eq!(booked.bed.rows().await, booked.bed.fold().await);
    assert_eq!(consumer.sandbox.starts(), DEATHS + 1);
    assert_eq!(consumer.invocations.load(Ordering::SeqCst), DEATHS + 1, "one batch");
}
