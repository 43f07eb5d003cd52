//! From a commit to the search view, on DynamoDB Local: real stream records, in every order that
//! a stream may deliver them, and the rows that they come to.

mod world;

use bed::{batch, cut, invocation};
use lambda_kit::config::name;
use lambda_kit::stream::{Batch, Text, raw};
use rand::seq::SliceRandom;
use store::image::Keys;
use store::view::SearchRow;
use testing::seeded;

use self::world::{COMMITS, TRIPS, World, number_of, version};

#[tokio::test]
async fn a_batch_writes_each_trip_once_and_the_view_equals_the_fold_of_the_trips() {
    let world = World::new().await;
    let records = world.booked().await;
    assert_eq!(world.project(&records).await, None);
    assert_eq!(world.written(), TRIPS);
    world.assert_view_is_the_fold().await;
}

/// A record in another form would make its whole batch be read record by record.
#[tokio::test]
async fn every_change_of_a_booked_trip_has_the_usual_form() {
    let world = World::new().await;
    let mut records = world.booked().await;
    records.retain(|record| version(record).is_some());
    let event = raw(invocation(batch(&records)));
    let text = Text::without_old_images(&event.payload);
    let read = Batch::read(&text, |_: &Keys<'_>, image| SearchRow::of(image)).unwrap();
    assert!(matches!(read, Batch::Plain(changes) if changes.len() == records.len()));
}

#[tokio::test]
async fn records_that_come_again_write_nothing() {
    let world = World::new().await;
    let records = world.booked().await;
    world.project(&records).await;
    let rows = world.bed.rows().await;
    for repeated in [&records[..], &records[..3], &records[records.len() - 3..]] {
        assert_eq!(world.project(repeated).await, None);
    }
    assert_eq!(world.written(), TRIPS);
    assert_eq!(world.bed.rows().await, rows);
}

#[tokio::test]
async fn a_late_record_never_takes_a_row_back() {
    let world = World::new().await;
    let records = world.booked().await;
    for record in records.iter().rev() {
        assert_eq!(world.project(std::slice::from_ref(record)).await, None);
    }
    assert_eq!(world.written(), TRIPS, "the newest came first");
    world.assert_view_is_the_fold().await;
}

#[tokio::test]
async fn duplicated_and_shuffled_records_in_batches_of_any_size_come_to_the_same_rows() {
    let world = World::new().await;
    let mut records = world.booked().await;
    let mut random = seeded();
    records.extend(records.clone());
    records.shuffle(&mut random);
    for batch in cut(&records, &mut random) {
        assert_eq!(world.project(batch).await, None);
    }
    world.assert_view_is_the_fold().await;
}

#[tokio::test]
async fn while_the_view_cannot_be_written_the_first_change_of_a_trip_is_reported() {
    let world = World::new().await;
    let records = world.booked().await;
    let broken = world.with(name::SEARCH_TABLE, "no-such-table").await;
    assert_eq!(world::project(&broken, &records).await, Some(number_of(&records, 1)));
    assert_eq!(world.project(&records).await, None);
    world.assert_view_is_the_fold().await;
}

#[tokio::test]
async fn a_change_that_cannot_be_read_holds_up_no_other_and_the_next_one_repairs_its_row() {
    let world = World::new().await;
    let mut records = world.booked().await;
    let newest = COMMITS as u64;
    for record in records.iter_mut().filter(|record| world::version(record) == Some(newest)) {
        record["dynamodb"]["NewImage"]["schema_version"]["N"] = "9".into();
    }
    assert_eq!(world.project(&records).await, None);
    let versions: Vec<_> = world.bed.rows().await.into_values().map(|row| row.version).collect();
    assert_eq!(versions, [newest - 1; TRIPS]);

    let readable = world.stream().await;
    assert_eq!(world.project(&readable).await, None);
    world.assert_view_is_the_fold().await;
}
