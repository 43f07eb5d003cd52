//! Step Functions' operations on the port of AWS, called by its SDK.

use aws_sdk_sfn::Client;
use aws_sdk_sfn::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sfn::operation::list_executions::builders::ListExecutionsFluentBuilder;
use aws_sdk_sfn::types::{
    ExecutionRedriveFilter, ExecutionStatus, HistoryEventType, IncludedData, StateMachineType,
};
use bed::{Booking, book_on};
use lambda_kit::clients::sdk_config;
use lambda_kit::config::Config;
use local::account::{BOOKING_MACHINE, execution_arn, machine_arn};
use local::{Options, System};
use serde_json::Value;

async fn started() -> (System, Client) {
    let system = System::start(Options::ephemeral()).await.unwrap();
    let config = Config::from_map([
        ("AWS_REGION", "us-east-1".to_owned()),
        ("AWS_ACCESS_KEY_ID", "local".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "local".to_owned()),
        ("AWS_ENDPOINT_URL_SFN", system.urls().aws.clone()),
    ]);
    let client = Client::new(&sdk_config(&config, "sfn").await);
    (system, client)
}

/// Books a trip and returns its execution once it has ended.
async fn booked(system: &System) -> String {
    book_on(system, &Booking::new("t-1")).await;
    let arn = execution_arn(BOOKING_MACHINE, "t-1");
    system.runner().wait(&arn).await.unwrap();
    arn
}

fn code<E: ProvideErrorMetadata>(refused: &SdkError<E>) -> &str {
    refused.code().unwrap()
}

#[tokio::test]
async fn the_machines_are_listed_and_described_as_they_run() {
    let (system, client) = started().await;
    let listed = client.list_state_machines().send().await.unwrap();
    let listed: Vec<_> = listed.state_machines.iter().map(|machine| machine.name()).collect();
    assert_eq!(listed, ["trip-booking", "trip-compensation"]);
    let described = client.describe_state_machine().state_machine_arn(machine_arn(BOOKING_MACHINE));
    let described = described.send().await.unwrap();
    assert_eq!(described.r#type, StateMachineType::Standard);
    let runs: Value = serde_json::from_str(&described.definition).unwrap();
    assert_eq!(runs["StartAt"], "ReserveFlight");
    let function = runs["States"]["ReserveFlight"]["Parameters"]["FunctionName"].as_str();
    assert!(function.unwrap().ends_with(":function:flight-reserve"), "substitutions are filled in");
    let arn = booked(&system).await;
    let of = client.describe_state_machine_for_execution().execution_arn(arn).send().await.unwrap();
    assert_eq!((of.definition, of.name.as_str()), (described.definition, BOOKING_MACHINE));
    let tags = client.list_tags_for_resource();
    assert_eq!(
        tags.clone().resource_arn(machine_arn(BOOKING_MACHINE)).send().await.unwrap().tags,
        Some(vec![])
    );
    let refused =
        tags.resource_arn("arn:aws:states:us-east-1:000000000000:activity:a").send().await;
    assert_eq!(code(&refused.unwrap_err()), "ResourceNotFound");
    system.stop().await;
}

#[tokio::test]
async fn an_execution_is_told_with_its_data_and_without() {
    let (system, client) = started().await;
    let arn = booked(&system).await;
    let describe = client.describe_execution().execution_arn(&arn);
    let whole = describe.clone().send().await.unwrap();
    assert!(whole.input.unwrap().contains("t-1") && whole.output.is_some());
    assert!(whole.input_details.unwrap().included);
    let bare = describe.included_data(IncludedData::MetadataOnly).send().await.unwrap();
    assert_eq!((bare.input, bare.output, bare.status), (None, None, ExecutionStatus::Succeeded));
    assert!(!bare.input_details.unwrap().included);
    let history = client.get_execution_history().execution_arn(&arn);
    let whole = history.clone().send().await.unwrap().events;
    let bare = history.include_execution_data(false).send().await.unwrap().events;
    assert_eq!(whole.len(), bare.len());
    let started = |events: &[aws_sdk_sfn::types::HistoryEvent]| {
        let first = events.iter().find(|event| event.r#type == HistoryEventType::ExecutionStarted);
        first.unwrap().execution_started_event_details.clone().unwrap().input
    };
    assert!(started(&whole).is_some_and(|input| input.contains("t-1")));
    assert_eq!(started(&bare), None);
    let told = format!("{bare:?}");
    assert!(!told.contains("t-1\\\""), "no input, output or parameters are told: {told}");
    system.stop().await;
}

#[tokio::test]
async fn lists_are_filtered_and_what_has_no_effect_is_refused() {
    let (system, client) = started().await;
    booked(&system).await;
    let list = || client.list_executions().state_machine_arn(machine_arn(BOOKING_MACHINE));
    let count =
        async |list: ListExecutionsFluentBuilder| list.send().await.unwrap().executions.len();
    assert_eq!(count(list()).await, 1);
    assert_eq!(count(list().redrive_filter(ExecutionRedriveFilter::NotRedriven)).await, 1);
    assert_eq!(count(list().redrive_filter(ExecutionRedriveFilter::Redriven)).await, 0);
    assert_eq!(count(list().status_filter(ExecutionStatus::TimedOut)).await, 0);
    assert_eq!(count(list().status_filter(ExecutionStatus::Succeeded)).await, 1);
    for refused in [
        list().map_run_arn("arn:aws:states:us-east-1:000000000000:mapRun:m/r:u"),
        list().status_filter(ExecutionStatus::PendingRedrive),
        list().max_results(1001),
        list().max_results(-1),
        client.list_executions(),
    ] {
        assert_eq!(code(&refused.send().await.unwrap_err()), "ValidationException");
    }
    system.stop().await;
}

#[tokio::test]
async fn an_arn_of_something_else_is_told_from_one_of_nothing() {
    let (system, client) = started().await;
    let execution = execution_arn(BOOKING_MACHINE, "none");
    for (arn, expected) in [
        ("none", "InvalidArn"),
        (machine_arn(BOOKING_MACHINE).as_str(), "InvalidArn"),
        (execution.as_str(), "ExecutionDoesNotExist"),
    ] {
        let refused = client.describe_execution().execution_arn(arn).send().await.unwrap_err();
        assert_eq!(code(&refused), expected);
        let refused = client.get_execution_history().execution_arn(arn).send().await.unwrap_err();
        assert_eq!(code(&refused), expected);
    }
    for (arn, expected) in [
        (BOOKING_MACHINE, "InvalidArn"),
        (machine_arn("none").as_str(), "StateMachineDoesNotExist"),
    ] {
        let refused = client.start_execution().state_machine_arn(arn).send().await.unwrap_err();
        assert_eq!(code(&refused), expected);
        let refused = client.list_executions().state_machine_arn(arn).send().await.unwrap_err();
        assert_eq!(code(&refused), expected);
    }
    system.stop().await;
}

#[tokio::test]
async fn stops_and_redrives_are_checked_by_the_services_model() {
    let (system, client) = started().await;
    let arn = booked(&system).await;
    let long = |length: usize| "x".repeat(length);
    let stop = || client.stop_execution().execution_arn(&arn);
    stop().error(long(256)).cause(long(32_768)).send().await.unwrap();
    for refused in [stop().error(long(257)), stop().cause(long(32_769))] {
        assert_eq!(code(&refused.send().await.unwrap_err()), "ValidationException");
    }
    let redrive =
        |token: String| client.redrive_execution().execution_arn(&arn).client_token(token);
    for (token, expected) in [
        (long(64), "ExecutionNotRedrivable"),
        (long(65), "ValidationException"),
        (String::new(), "ValidationException"),
        ("two words".to_owned(), "ValidationException"),
    ] {
        assert_eq!(code(&redrive(token).send().await.unwrap_err()), expected);
    }
    system.stop().await;
}
