//! The tables are created as described, once.

use aws_sdk_dynamodb::types::{StreamViewType, TimeToLiveStatus};
use bed::Bed;
use lambda_kit::clients::sdk_config;
use rstest_reuse::apply;
use store::schema::{Tables, create_all, describe};
use store::view::SearchView;

use super::world::{On, on_both};

#[apply(on_both)]
#[tokio::test]
async fn creating_the_tables_again_does_no_harm(on: On) {
    let bed = on.bed().await;
    create_all(&bed.client, &bed.tables).await.unwrap();
}

/// The embedded engine counts all that a table holds for its description, of a million trips for
/// longer than a call may take.
#[tokio::test]
async fn tables_that_are_there_are_not_described() {
    let bed = Bed::new().await;
    let client = store::client(&sdk_config(&bed.config(), "dynamodb").await);
    create_all(&client, &bed.tables).await.unwrap();
    let view = SearchView::new(client, &bed.tables.search);
    assert!(view.exists().await.unwrap());
    assert!(!view.in_table("no-such-table").exists().await.unwrap());
    let calls = bed.database.calls();
    assert!(calls.iter().any(|call| call.operation == "CreateTable"), "{calls:?}");
    assert!(calls.iter().all(|call| call.operation != "DescribeTable"), "{calls:?}");
}

#[apply(on_both)]
#[tokio::test]
async fn a_table_that_lacks_an_index_is_named(on: On) {
    let bed = on.bed().await;
    let of_trips = Tables { search: bed.tables.trips.clone(), ..bed.tables.clone() };
    let error = create_all(&bed.client, &of_trips).await.unwrap_err();
    let expected = format!(
        "the table {} has no status-departure-index, since an earlier release made it",
        bed.tables.trips
    );
    assert_eq!(error.to_string(), expected);
}

#[apply(on_both)]
#[tokio::test]
async fn only_the_trips_have_a_stream_and_a_time_to_live(on: On) {
    let bed = on.bed().await;
    let tables = [&bed.tables.trips, &bed.tables.search, &bed.tables.sandbox];
    let mut found = Vec::new();
    for table in tables {
        let described = bed.client.describe_table().table_name(table).send().await.unwrap();
        let stream = described.table.unwrap().stream_specification.and_then(|s| s.stream_view_type);
        let ttl = bed.client.describe_time_to_live().table_name(table).send().await.unwrap();
        let ttl = ttl.time_to_live_description.unwrap();
        let enabled = ttl.time_to_live_status == Some(TimeToLiveStatus::Enabled);
        found.push((stream, enabled.then_some(ttl.attribute_name).flatten()));
    }
    let trips = (Some(StreamViewType::NewAndOldImages), Some("expires_at".to_owned()));
    assert_eq!(found, [trips, (None, None), (None, None)]);
}

#[apply(on_both)]
#[tokio::test]
async fn the_description_names_the_indexes_that_exist(on: On) {
    let bed = on.bed().await;
    let description = describe();
    for (place, table) in [("trips", &bed.tables.trips), ("search", &bed.tables.search)] {
        let described = bed.client.describe_table().table_name(table).send().await.unwrap();
        let indexes = described.table.unwrap().global_secondary_indexes.unwrap();
        let mut found: Vec<_> = indexes.into_iter().filter_map(|index| index.index_name).collect();
        found.sort();
        let expected = description["tables"][place]["indexes"].as_array().unwrap();
        let mut expected: Vec<_> =
            expected.iter().map(|index| index["name"].as_str().unwrap()).collect();
        expected.sort_unstable();
        assert_eq!(found, expected);
    }
}
