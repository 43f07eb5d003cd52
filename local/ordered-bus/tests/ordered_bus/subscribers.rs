//! The operations on subscribers.

use aws_sdk_eventbridgev2::types::{OrderingType, SubscriberState};

use crate::hook::Hook;
use crate::support::{BUS, Bed, retries};

/// What is not said is told as what it means, and an update leaves the rest.
#[tokio::test]
async fn a_subscriber_is_made_described_changed_listed_and_deleted() {
    let bed = Bed::open().await;
    let hook = Hook::start().await;
    let made = bed.subscriber(OrderingType::Fifo, &hook.url).name("mine").description("of mine");
    let arn = made.send().await.unwrap().subscriber_arn.unwrap();
    assert!(arn.starts_with("arn:aws:events:us-east-1:000000000000:subscriber/mine/"), "{arn}");

    let update = bed.client.update_subscriber().subscriber_arn(&arn).retry_policy(retries(7));
    update.send().await.unwrap();
    let told = bed.client.describe_subscriber().subscriber_arn(&arn).send().await.unwrap();
    assert_eq!(
        (told.description(), told.state()),
        (Some("of mine"), Some(&SubscriberState::Running))
    );
    let retry = told.retry_policy().unwrap();
    assert_eq!(
        (retry.max_retry_attempts(), retry.max_event_age_in_seconds()),
        (Some(7), Some(300))
    );
    let batches = told.batch_configuration().unwrap();
    assert_eq!(
        (batches.max_batch_size(), batches.max_batch_window_in_seconds()),
        (Some(1), Some(0))
    );
    assert_eq!(told.invoke_configuration().unwrap().target_arn(), hook.url);

    let other = bed.subscriber(OrderingType::Unordered, &hook.url).name("other");
    other.send().await.unwrap();
    let list = |prefix: &str| bed.client.list_subscribers().event_bus_arn(BUS).name_prefix(prefix);
    let page = list("o").send().await.unwrap();
    let [summary] = page.subscribers() else { panic!("{page:?}") };
    assert_eq!((summary.name(), summary.r#type()), (Some("other"), Some(&OrderingType::Unordered)));
    let first = bed.client.list_subscribers().max_results(1).send().await.unwrap();
    let rest = bed.client.list_subscribers().set_next_token(first.next_token.clone()).send().await;
    let rest = rest.unwrap();
    let names = first.subscribers().iter().chain(rest.subscribers()).filter_map(|it| it.name());
    assert_eq!(names.collect::<Vec<_>>(), ["mine", "other"]);

    bed.client.delete_subscriber().subscriber_arn(&arn).send().await.unwrap();
    let gone = bed.client.describe_subscriber().subscriber_arn(&arn).send().await.unwrap_err();
    assert!(gone.into_service_error().is_resource_not_found_exception());
}

#[tokio::test]
async fn a_name_is_taken_once_on_a_bus() {
    let bed = Bed::open().await;
    let create = |token: &str, to: &str| {
        bed.subscriber(OrderingType::Fifo, to).name("s").client_token(token).send()
    };
    let (here, there) = ("http://127.0.0.1:9/a", "http://127.0.0.1:9/b");
    let first = create("t-1", here).await.unwrap();
    assert_eq!(create("t-1", here).await.unwrap().subscriber_arn(), first.subscriber_arn());
    let other = create("t-1", there).await.unwrap_err().into_service_error();
    assert!(other.is_idempotent_parameter_mismatch_exception(), "{other:?}");
    let taken = create("t-2", here).await.unwrap_err().into_service_error();
    assert!(taken.is_resource_already_exists_exception(), "{taken:?}");
}
