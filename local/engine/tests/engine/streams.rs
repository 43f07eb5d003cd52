//! DynamoDB Streams as the event source mapping reads it.

use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::types::{StreamSpecification, StreamViewType};
use aws_sdk_dynamodbstreams::types::{Record, ShardIteratorType};

use crate::support::{Served, TABLE, create_table, item, sequence_number};

const TRIP: (&str, &str) = ("TRIP#1", "METADATA");

async fn delete(served: &Served, key: (&str, &str)) {
    let request = served.dynamodb.delete_item().table_name(TABLE).set_key(Some(item(key, &[])));
    request.send().await.unwrap();
}

fn names(records: &[Record]) -> Vec<&str> {
    records.iter().map(|r| r.event_name().unwrap().as_str()).collect()
}

#[tokio::test]
async fn a_change_is_recorded_with_both_images_in_order() {
    let served = Served::with_table().await;
    served.put(TRIP, &[("status", "PENDING")]).await;
    served.put(TRIP, &[("status", "CONFIRMED")]).await;
    delete(&served, TRIP).await;
    let records = served.records().await;
    assert_eq!(names(&records), ["INSERT", "MODIFY", "REMOVE"]);
    assert!(records.is_sorted_by_key(|r| sequence_number(r).to_owned()));
    let images: Vec<_> = records.iter().map(|r| r.dynamodb().unwrap()).collect();
    assert!(images[0].old_image().is_none() && images[2].new_image().is_none());
    assert!(
        images[1].old_image() == images[0].new_image()
            && images[1].new_image() == images[2].old_image()
    );
}

#[tokio::test]
async fn an_iterator_starts_at_after_or_past_a_sequence_number() {
    let served = Served::with_table().await;
    for status in ["1", "2", "3"] {
        served.put(TRIP, &[("status", status)]).await;
    }
    let all = served.records().await;
    let second = Some(sequence_number(&all[1]));
    for (start, at, expected) in [
        (ShardIteratorType::AtSequenceNumber, second, &all[1..]),
        (ShardIteratorType::AfterSequenceNumber, second, &all[2..]),
        (ShardIteratorType::Latest, None, &all[3..]),
    ] {
        assert_eq!(served.records_from(start, at).await, expected);
    }
}

#[tokio::test]
async fn the_stream_is_found_by_its_table() {
    let served = Served::with_table().await;
    let arn = served.stream_arn().await;
    let listed = served.streams.list_streams().table_name(TABLE).send().await.unwrap();
    assert_eq!(listed.streams()[0].stream_arn(), Some(arn.as_str()));
    let other = served.streams.list_streams().table_name("other").send().await.unwrap();
    assert!(other.streams().is_empty());
}

#[tokio::test]
async fn a_put_and_an_update_that_change_nothing_are_recorded_unlike_on_dynamodb() {
    let served = Served::with_table().await;
    served.put(TRIP, &[("status", "PENDING")]).await;
    served.put(TRIP, &[("status", "PENDING")]).await;
    let update = served.dynamodb.update_item().table_name(TABLE).set_key(Some(item(TRIP, &[])));
    let update = update.update_expression("SET #s = #s").expression_attribute_names("#s", "status");
    update.send().await.unwrap();
    assert_eq!(names(&served.records().await), ["INSERT", "MODIFY", "MODIFY"]);
}

#[tokio::test]
async fn the_open_shard_reports_an_ending_number_and_no_parent() {
    let served = Served::with_table().await;
    served.put(TRIP, &[]).await;
    let arn = served.stream_arn().await;
    let stream = served.streams.describe_stream().stream_arn(arn).send().await.unwrap();
    let [shard] = stream.stream_description().unwrap().shards() else { panic!("one shard") };
    assert_eq!(shard.parent_shard_id(), None);
    assert!(shard.sequence_number_range().unwrap().ending_sequence_number().is_some());
}

#[tokio::test]
async fn a_start_by_timestamp_is_not_known_here() {
    let served = Served::with_table().await;
    let request = served.streams.get_shard_iterator().stream_arn(served.stream_arn().await);
    let request = request.shard_id("shard").shard_iterator_type(ShardIteratorType::AtTimestamp);
    let error = request.send().await.unwrap_err().into_service_error();
    assert_eq!(error.code(), Some("ValidationException"));
}

#[tokio::test]
async fn a_table_made_again_starts_with_the_records_of_the_deleted_one() {
    let served = Served::with_table().await;
    served.put(TRIP, &[]).await;
    served.dynamodb.delete_table().table_name(TABLE).send().await.unwrap();
    create_table(&served.dynamodb).await;
    assert_eq!(names(&served.records().await), ["INSERT"]);
}

#[tokio::test]
async fn a_stream_that_was_switched_off_comes_back_with_what_it_had() {
    let served = Served::with_table().await;
    served.put(TRIP, &[("status", "1")]).await;
    let first = served.stream_arn().await;
    let switch = async |specification: StreamSpecification| {
        let request = served.dynamodb.update_table().table_name(TABLE);
        request.stream_specification(specification).send().await.unwrap();
    };
    switch(StreamSpecification::builder().stream_enabled(false).build().unwrap()).await;
    let described = served.streams.describe_stream().stream_arn(&first).send().await;
    let refused = described.unwrap_err().into_service_error();
    assert_eq!(refused.code(), Some("ResourceNotFoundException"));
    served.put(TRIP, &[("status", "2")]).await;
    let on = StreamSpecification::builder().stream_enabled(true);
    switch(on.stream_view_type(StreamViewType::NewAndOldImages).build().unwrap()).await;
    served.put(TRIP, &[("status", "3")]).await;
    let records = served.records().await;
    assert_eq!(names(&records), ["INSERT", "MODIFY"], "what changed meanwhile is not recorded");
}

#[tokio::test]
async fn an_iterator_of_an_unknown_shard_shows_nothing() {
    let served = Served::with_table().await;
    served.put(TRIP, &[]).await;
    let request = served.streams.get_shard_iterator().stream_arn(served.stream_arn().await);
    let request = request.shard_id("unknown").shard_iterator_type(ShardIteratorType::TrimHorizon);
    let iterator = request.send().await.unwrap().shard_iterator.unwrap();
    let page = served.streams.get_records().shard_iterator(iterator).send().await.unwrap();
    assert_eq!(page.records(), []);
}
