//! The operations on buses.

use aws_sdk_eventbridgev2::error::ProvideErrorMetadata;
use aws_sdk_eventbridgev2::types::{BusState, OrderingType, StorageConfiguration};
use rstest::rstest;

use crate::support::{BUS, Bed};

fn kept_for(days: i32) -> StorageConfiguration {
    StorageConfiguration::builder().retention_period_in_days(days).build()
}

#[tokio::test]
async fn a_bus_is_made_described_changed_listed_and_deleted() {
    let bed = Bed::open().await;
    let made = bed.client.create_event_bus().name("mine").storage_configuration(kept_for(2));
    let made = made.description("of mine").send().await.unwrap();
    assert_eq!(made.state(), Some(&BusState::Creating));
    let arn = made.event_bus_arn().unwrap();
    assert!(arn.starts_with("arn:aws:events:us-east-1:000000000000:event-busv2/mine/"), "{arn}");

    let update = bed.client.update_event_bus().event_bus_arn(arn);
    update.storage_configuration(kept_for(3)).send().await.unwrap();
    let told = bed.client.describe_event_bus().event_bus_arn(arn).send().await.unwrap();
    assert_eq!((told.state(), told.description()), (Some(&BusState::Active), Some("of mine")));
    let storage = told.storage_configuration().unwrap();
    assert_eq!(storage.retention_period_in_days(), Some(3));
    assert_eq!(storage.retention_window_start_time(), told.creation_time(), "it is young");

    let page = bed.client.list_event_buses().max_results(1).send().await.unwrap();
    let next = bed.client.list_event_buses().set_next_token(page.next_token).send().await.unwrap();
    let names = page.event_buses.iter().flatten().chain(next.event_buses.iter().flatten());
    assert_eq!(names.filter_map(|bus| bus.name()).collect::<Vec<_>>(), ["mine", "trips"]);
    assert_eq!(next.next_token(), None);

    bed.client.delete_event_bus().event_bus_arn(arn).send().await.unwrap();
    let gone = bed.client.describe_event_bus().event_bus_arn(arn).send().await.unwrap_err();
    assert!(gone.into_service_error().is_resource_not_found_exception());
}

#[tokio::test]
async fn a_bus_with_subscribers_is_not_deleted() {
    let bed = Bed::open().await;
    let subscriber = bed.subscriber(OrderingType::Fifo, "http://127.0.0.1:9/").name("one");
    let subscriber = subscriber.send().await.unwrap().subscriber_arn.unwrap();
    let delete = || bed.client.delete_event_bus().event_bus_arn(BUS).send();
    assert!(delete().await.unwrap_err().into_service_error().is_resource_in_use_exception());
    bed.client.delete_subscriber().subscriber_arn(subscriber).send().await.unwrap();
    delete().await.unwrap();
}

/// What was said of it stays, whoever makes sure of it again.
#[tokio::test]
async fn a_bus_that_a_system_makes_sure_of_keeps_its_description() {
    let bed = Bed::open().await;
    let update = bed.client.update_event_bus().event_bus_arn(BUS).description("of trips");
    update.send().await.unwrap();
    bed.account.ensure_bus(BUS, "trips", 9, None).unwrap();
    let told = bed.client.describe_event_bus().event_bus_arn(BUS).send().await.unwrap();
    assert_eq!(told.description(), Some("of trips"));
    let days = told.storage_configuration().unwrap().retention_period_in_days();
    assert_eq!(days, Some(9));
}

#[tokio::test]
async fn a_token_makes_a_repeat_harmless_and_tells_another_call_apart() {
    let bed = Bed::open().await;
    let create = |token: &str, about: &str| {
        bed.client.create_event_bus().name("mine").description(about).client_token(token).send()
    };
    let first = create("t-1", "a").await.unwrap();
    let again = create("t-1", "a").await.unwrap();
    assert_eq!(first.event_bus_arn(), again.event_bus_arn());
    let other = create("t-1", "b").await.unwrap_err().into_service_error();
    assert!(other.is_idempotent_parameter_mismatch_exception(), "{other:?}");
    let taken = create("t-2", "a").await.unwrap_err().into_service_error();
    assert!(taken.is_resource_already_exists_exception(), "{taken:?}");
}

#[tokio::test]
async fn an_account_has_five_buses() {
    let bed = Bed::open().await;
    for number in 2..=5 {
        bed.client.create_event_bus().name(format!("bus-{number}")).send().await.unwrap();
    }
    let sixth = bed.client.create_event_bus().name("bus-6").send().await.unwrap_err();
    assert!(sixth.into_service_error().is_limit_exceeded_exception());
}

#[rstest]
#[case("-mine", 1, "Name")]
#[case("mine", 0, "RetentionPeriodInDays")]
#[case("mine", 366, "RetentionPeriodInDays")]
#[tokio::test]
async fn what_no_bus_can_be_is_refused(
    #[case] name: &str,
    #[case] days: i32,
    #[case] member: &str,
) {
    let bed = Bed::open().await;
    let create = bed.client.create_event_bus().name(name).storage_configuration(kept_for(days));
    let refused = create.send().await.unwrap_err().into_service_error();
    assert!(refused.is_invalid_input_exception(), "{refused:?}");
    assert!(refused.message().unwrap().contains(member), "{refused:?}");
}
