//! What no subscriber can be, and what is asked of what is not there.

use aws_sdk_eventbridgev2::error::ProvideErrorMetadata;
use aws_sdk_eventbridgev2::operation::create_subscriber::builders::CreateSubscriberFluentBuilder;
use aws_sdk_eventbridgev2::types::{
    BatchConfiguration, Filter, FilterConfiguration, FilterScope, InvokeConfiguration,
    LambdaParameters, OnFailureConfiguration, OrderingType, StartingPosition, Transformer,
    TransformerType,
};
use rstest::rstest;

use crate::support::{BUS, Bed, ROLE, retries};

type Making = CreateSubscriberFluentBuilder;
type Change = fn(Making) -> Making;

fn to(target: &str, role: &str) -> InvokeConfiguration {
    InvokeConfiguration::builder().target_arn(target).role_arn(role).build().unwrap()
}

fn filtered(pattern: &str) -> FilterConfiguration {
    let filter = Filter::builder().scope(FilterScope::Data).pattern(pattern).build().unwrap();
    FilterConfiguration::builder().filters(filter).build()
}

#[rstest]
#[case::name(|it: Making| it.name("a b"), "Name")]
#[case::description(|it: Making| it.description("a\nb"), "Description")]
#[case::target(
    |it: Making| it.invoke_configuration(to("arn:aws:sqs:us-east-1:000000000000:queue", ROLE)),
    "InvokeConfiguration.TargetArn"
)]
#[case::role(|it: Making| it.invoke_configuration(to("http://127.0.0.1:9/", "me")), "RoleArn")]
#[case::parameters(
    |it: Making| it.invoke_configuration(
        InvokeConfiguration::builder()
            .target_arn("http://127.0.0.1:9/")
            .role_arn(ROLE)
            .lambda_parameters(LambdaParameters::builder().qualifier("1").build())
            .build()
            .unwrap()
    ),
    "another kind of target"
)]
#[case::pattern(|it: Making| it.filter_configuration(filtered("{\"a\": 1}")), "Filters.Pattern")]
#[case::wildcard(
    |it: Making| it.filter_configuration(filtered("{\"a\": [{\"wildcard\": \"b*\"}]}")),
    "wildcard"
)]
#[case::no_filter(
    |it: Making| it.filter_configuration(FilterConfiguration::builder().build()),
    "FilterConfiguration.Filters"
)]
#[case::a_batch_over_http(
    |it: Making| it.batch_configuration(BatchConfiguration::builder().max_batch_size(2).build()),
    "BatchConfiguration.MaxBatchSize: from 1 to 1"
)]
#[case::retries(|it: Making| it.retry_policy(retries(186)), "RetryPolicy.MaxRetryAttempts")]
#[case::queue(
    |it: Making| it.on_failure_configuration(OnFailureConfiguration::builder().arn("q").build()),
    "OnFailureConfiguration.Arn"
)]
#[case::no_point(
    |it: Making| it.starting_position(StartingPosition::PointInTime),
    "PointInTimeConfiguration"
)]
#[case::jsonata(
    |it: Making| it.transformer(Transformer::builder().r#type(TransformerType::Jsonata).build()),
    "JSONATA"
)]
#[tokio::test]
async fn what_no_subscriber_can_be_is_refused(#[case] change: Change, #[case] told: &str) {
    let bed = Bed::open().await;
    let subscriber = bed.subscriber(OrderingType::Fifo, "http://127.0.0.1:9/").name("s");
    let refused = change(subscriber).send().await.unwrap_err().into_service_error();
    assert!(refused.is_invalid_input_exception(), "{refused:?}");
    assert!(refused.message().unwrap().contains(told), "{refused:?}");
    assert!(bed.account.standings().await.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let bed = Bed::open().await;
    let other = BUS.replace("trips", "others");
    let nobody = "arn:aws:events:us-east-1:000000000000:subscriber/s/abcdefghij0123456789abcde";
    let subscriber = bed.subscriber(OrderingType::Fifo, "http://127.0.0.1:9/").name("s");
    let made = subscriber.event_bus_arn(&other).send().await.unwrap_err();
    assert!(made.into_service_error().is_resource_not_found_exception());
    let update = bed.client.update_subscriber().subscriber_arn(nobody).send().await.unwrap_err();
    assert!(update.into_service_error().is_resource_not_found_exception());
    let delete = bed.client.delete_subscriber().subscriber_arn(nobody).send().await.unwrap_err();
    assert!(delete.into_service_error().is_resource_not_found_exception());
    let list = bed.client.list_subscribers().event_bus_arn(&other).send().await.unwrap_err();
    assert!(list.into_service_error().is_resource_not_found_exception());
}

#[tokio::test]
async fn an_operation_that_is_not_served_is_named() {
    let bed = Bed::open().await;
    let refused = bed.client.list_event_sources().event_bus_arn(BUS).send().await.unwrap_err();
    assert_eq!(refused.code(), Some("UnknownOperationException"));
}
