//! The test bed holds itself to what it promises.

use ::bed::{Bed, Booking, Fault, answers, client, dynamodb_local, faults, unique_name};
use saga::Operation;
use store::Tables;

#[tokio::test]
async fn the_server_answers_the_sdk_and_a_unique_name_is_free() {
    let answer =
        client(dynamodb_local().await, &Tables::default()).list_tables().send().await.unwrap();
    assert!(!answer.table_names().contains(&unique_name("trips")));
}

/// Each fault, whether the service hears of a call that it strikes, and whether a second attempt
/// succeeds.
#[tokio::test]
async fn every_fault_strikes_as_it_says_and_a_healed_proxy_breaks_nothing() {
    let bed = Bed::new().await;
    for (fault, heard) in [
        (answers::internal(), false),
        (Fault::Disconnect, false),
        (Fault::LoseAnswer, true),
        (Fault::Truncate, true),
    ] {
        let (name, trip) = (fault.name(), unique_name("trip"));
        bed.open(&trip).await;
        let before = bed.database.calls_of("TransactWriteItems").len();
        bed.database.inject(faults::once("TransactWriteItems", fault));
        let task = Booking::new(&trip).task("alice", "saga-1");
        bed.step(Operation::FlightReserve, task).await.unwrap();
        let calls = &bed.database.calls_of("TransactWriteItems")[before..];
        assert_eq!(calls.len(), 2, "{name}");
        assert_eq!(calls[0].fault, Some(name));
        assert_eq!(calls[0].status.is_some(), heard, "{name}");
        assert_eq!((calls[1].fault, calls[1].status), (None, Some(200)), "{name}");
    }
}
