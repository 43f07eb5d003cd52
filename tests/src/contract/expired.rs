//! The sample of an expiry as DynamoDB Local sends it is what DynamoDB Local sends.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
    StreamSpecification, StreamViewType, TimeToLiveSpecification,
};
use aws_sdk_dynamodbstreams::Client as StreamsClient;
use bed::{Bed, dynamodb_local, eventually, unique_name};
use lambda_kit::clients::sdk_config;
use serde_dynamo::Item;
use serde_json::{Value, json};
use store::{keys, schema};
use stream_replay::Capture;

/// The members that differ from one record to another.
const OF_ONE_RECORD: [&str; 4] = [
    "/eventID",
    "/eventSourceARN",
    "/dynamodb/SequenceNumber",
    "/dynamodb/ApproximateCreationDateTime",
];

fn sample() -> Value {
    let file = super::invoked::folder().join("stream-expire-dynamodb-local.json");
    let mut event: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    event["Records"][0].take()
}

/// A table with the keys of the write table alone: DynamoDB Local deletes nothing that has expired
/// from a table with an index.
async fn table(client: &Client) -> String {
    let name = unique_name("expiring");
    let mut create = client.create_table().table_name(&name);
    for (key, kind) in [(keys::PK, KeyType::Hash), (keys::SK, KeyType::Range)] {
        let text = ScalarAttributeType::S;
        let attribute = AttributeDefinition::builder().attribute_name(key).attribute_type(text);
        let key = KeySchemaElement::builder().attribute_name(key).key_type(kind);
        create = create.attribute_definitions(attribute.build().unwrap());
        create = create.key_schema(key.build().unwrap());
    }
    let stream = StreamSpecification::builder().stream_enabled(true);
    let stream = stream.stream_view_type(StreamViewType::NewAndOldImages).build().unwrap();
    let create = create.stream_specification(stream).billing_mode(BillingMode::PayPerRequest);
    create.send().await.unwrap();
    let ttl = TimeToLiveSpecification::builder().enabled(true);
    let ttl = ttl.attribute_name(schema::EXPIRES_AT).build().unwrap();
    let update = client.update_time_to_live().table_name(&name).time_to_live_specification(ttl);
    update.send().await.unwrap();
    name
}

#[tokio::test]
async fn an_expiry_on_dynamodb_local_is_the_sample() {
    let (bed, mut sample) = (Bed::new().await, sample());
    let table = table(&bed.client).await;
    let expired: Item = serde_json::from_value(sample["dynamodb"]["OldImage"].clone()).unwrap();
    let put = bed.client.put_item().table_name(&table).set_item(Some(expired.into()));
    put.send().await.unwrap();

    let endpoint = [("AWS_ENDPOINT_URL_DYNAMODB", dynamodb_local().await.url())];
    let streams = StreamsClient::new(&sdk_config(&bed.config_with(&endpoint), "dynamodb").await);
    let mut record = eventually("the item expires", async || {
        let capture = Capture::of_table(&streams, &table).await.unwrap();
        capture.records().nth(1).cloned()
    })
    .await;
    for member in OF_ONE_RECORD {
        for record in [&mut record, &mut sample] {
            *record.pointer_mut(member).unwrap() = json!("of one record");
        }
    }
    assert_eq!(record, sample);
}
