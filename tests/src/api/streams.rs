//! Streams on the port of DynamoDB, read by the SDK as a replay reads them.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType,
    ScalarAttributeType, StreamSpecification, StreamViewType, TimeToLiveSpecification,
};
use aws_sdk_dynamodbstreams::Client as Streams;
use aws_sdk_dynamodbstreams::types::{OperationType, Record, Shard, ShardIteratorType};
use bed::eventually;
use lambda_kit::clients::sdk_config;
use lambda_kit::config::Config;
use local::{Data, Options, System};
use rstest::rstest;

async fn clients(system: &System) -> (Client, Streams) {
    let config = Config::from_map([
        ("AWS_REGION", "us-east-1".to_owned()),
        ("AWS_ACCESS_KEY_ID", "local".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "local".to_owned()),
        ("AWS_ENDPOINT_URL_DYNAMODB", system.urls().dynamodb.clone()),
    ]);
    let config = sdk_config(&config, "dynamodb").await;
    (Client::new(&config), Streams::new(&config))
}

/// Makes a table whose stream has one record, and returns the stream's ARN.
async fn table(dynamodb: &Client, name: &str) -> String {
    let key = KeySchemaElement::builder().attribute_name("PK").key_type(KeyType::Hash);
    let attribute =
        AttributeDefinition::builder().attribute_name("PK").attribute_type(ScalarAttributeType::S);
    let stream = StreamSpecification::builder()
        .stream_enabled(true)
        .stream_view_type(StreamViewType::NewImage);
    let create = dynamodb
        .create_table()
        .table_name(name)
        .billing_mode(BillingMode::PayPerRequest)
        .key_schema(key.build().unwrap())
        .attribute_definitions(attribute.build().unwrap())
        .stream_specification(stream.build().unwrap());
    let created = create.send().await.unwrap().table_description.unwrap();
    let put = dynamodb.put_item().table_name(name).item("PK", AttributeValue::S("1".to_owned()));
    put.send().await.unwrap();
    created.latest_stream_arn.unwrap()
}

async fn shards(streams: &Streams, stream: &str, after: Option<&str>) -> Vec<Shard> {
    let describe = streams.describe_stream().stream_arn(stream);
    let answer = describe.set_exclusive_start_shard_id(after.map(str::to_owned)).send().await;
    answer.unwrap().stream_description.unwrap().shards.unwrap_or_default()
}

/// Every record of the table's stream.
async fn records(streams: &Streams, stream: &str) -> Vec<Record> {
    let shard = shards(streams, stream, None).await[0].shard_id().unwrap().to_owned();
    let iterator = streams.get_shard_iterator().stream_arn(stream).shard_id(shard);
    let iterator = iterator.shard_iterator_type(ShardIteratorType::TrimHorizon).send().await;
    let iterator = iterator.unwrap().shard_iterator.unwrap();
    let page = streams.get_records().shard_iterator(iterator).send().await.unwrap();
    page.records().to_vec()
}

/// The model has the members of an identity under other names than Lambda's events. A system that
/// starts sweeps at once.
#[tokio::test]
async fn an_expiry_tells_an_sdk_who_deleted_the_item() {
    let folder = tempfile::tempdir().unwrap();
    let options = || Options { data: Data::Dir(folder.path().to_owned()), ..Options::ephemeral() };
    let system = System::start(options()).await.unwrap();
    let (dynamodb, streams) = clients(&system).await;
    let stream = table(&dynamodb, "expiring").await;
    let ttl = TimeToLiveSpecification::builder().enabled(true).attribute_name("at").build();
    let update = dynamodb.update_time_to_live().table_name("expiring");
    update.time_to_live_specification(ttl.unwrap()).send().await.unwrap();
    let put = dynamodb.put_item().table_name("expiring");
    let put = put.item("PK", AttributeValue::S("2".to_owned()));
    put.item("at", AttributeValue::N("1".to_owned())).send().await.unwrap();
    drop((dynamodb, streams));
    system.stop().await;

    let system = System::start(options()).await.unwrap();
    let (_, streams) = clients(&system).await;
    let removal = eventually("the item expires", async || {
        let records = records(&streams, &stream).await;
        records.into_iter().find(|record| record.event_name() == Some(&OperationType::Remove))
    })
    .await;
    let identity = removal.user_identity().unwrap();
    assert_eq!(identity.r#type(), Some("Service"));
    assert_eq!(identity.principal_id(), Some("dynamodb.amazonaws.com"));
    system.stop().await;
}

/// The service's model has 28 to 65 characters for a shard's id; boto3 and the AWS CLI check it
/// before they send a request.
#[rstest]
#[case::short("abc")]
#[case::long(&"t".repeat(200))]
#[tokio::test]
async fn a_stream_is_read_whatever_its_tables_name(#[case] name: &str) {
    let system = System::start(Options::ephemeral()).await.unwrap();
    let (dynamodb, streams) = clients(&system).await;
    let stream = table(&dynamodb, name).await;
    let all = shards(&streams, &stream, None).await;
    let shard = all[0].shard_id().unwrap();
    assert!((28..=65).contains(&shard.len()), "{shard}");
    assert_eq!(shards(&streams, &stream, Some(shard)).await, []);
    assert_eq!(records(&streams, &stream).await.len(), 1);
    system.stop().await;
}
