//! The test bed: what the tests of the whole system stand on.

mod booking;
mod dynamodb;
mod system;

pub(crate) use self::booking::Booking;
pub(crate) use self::dynamodb::{client, dynamodb_local, unique_name};
pub(crate) use self::system::system_on;

#[tokio::test]
async fn the_server_answers_the_sdk_and_a_unique_name_is_free() {
    let answer = client(dynamodb_local().await).list_tables().send().await.unwrap();
    assert!(!answer.table_names().contains(&unique_name("trips")));
}
