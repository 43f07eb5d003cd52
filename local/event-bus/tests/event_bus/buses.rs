//! The buses, as the real SDK lists and describes them.

use std::collections::BTreeSet;

use aws_sdk_eventbridge::error::ProvideErrorMetadata;
use aws_sdk_eventbridge::types::EventBus;

use crate::support::{serve, serve_with};

const ARN: &str = "arn:aws:events:us-east-1:000000000000:event-bus/";

fn names(buses: &[EventBus]) -> Vec<&str> {
    buses.iter().map(|bus| bus.name().unwrap()).collect()
}

#[tokio::test]
async fn buses_are_listed_by_prefix_page_by_page() {
    let buses = ["default", "team/a", "team/b", "team/c", "trip-saga"];
    let served = serve_with(|config| config.buses = BTreeSet::from(buses.map(String::from))).await;
    let all = served.client.list_event_buses().send().await.unwrap();
    assert_eq!((names(all.event_buses()), all.next_token()), (buses.to_vec(), None));
    assert_eq!(all.event_buses()[1].arn(), Some(format!("{ARN}team/a").as_str()));

    let list = || served.client.list_event_buses().name_prefix("team/").limit(2);
    let first = list().send().await.unwrap();
    assert_eq!(names(first.event_buses()), ["team/a", "team/b"]);
    let second = list().next_token(first.next_token().unwrap()).send().await.unwrap();
    assert_eq!((names(second.event_buses()), second.next_token()), (vec!["team/c"], None));
    let exact = list().limit(3).send().await.unwrap();
    assert_eq!((exact.event_buses().len(), exact.next_token()), (3, None));
    let none = served.client.list_event_buses().name_prefix("x").send().await.unwrap();
    assert_eq!(names(none.event_buses()), [""; 0]);
}

#[tokio::test]
async fn a_bus_is_described_by_its_name_its_arn_or_as_the_default_one() {
    let served = serve().await;
    let arn = format!("{ARN}trip-saga");
    for (asked, name) in [
        (None, "default"),
        (Some("default"), "default"),
        (Some("trip-saga"), "trip-saga"),
        (Some(arn.as_str()), "trip-saga"),
    ] {
        let bus = served.client.describe_event_bus().set_name(asked.map(String::from));
        let bus = bus.send().await.unwrap();
        assert_eq!(bus.name(), Some(name), "{asked:?}");
        assert_eq!(bus.arn(), Some(format!("{ARN}{name}").as_str()), "{asked:?}");
    }
}

#[tokio::test]
async fn what_breaks_the_model_is_refused_with_its_field() {
    let served = serve().await;
    let list = || served.client.list_event_buses();
    for (request, field, rule) in [
        (list().limit(0), "limit", "between 1 and 100"),
        (list().limit(101), "limit", "between 1 and 100"),
        (list().name_prefix(""), "namePrefix", "greater than or equal to 1"),
        (list().name_prefix("x".repeat(257)), "namePrefix", "less than or equal to 256"),
        (list().name_prefix("a b"), "namePrefix", "regular expression pattern"),
        (list().next_token(""), "nextToken", "greater than or equal to 1"),
        (list().next_token("x".repeat(2049)), "nextToken", "less than or equal to 2048"),
    ] {
        let error = request.send().await.unwrap_err();
        refused(&error, field, rule);
    }
    let describe = |name: &str| served.client.describe_event_bus().name(name).send();
    refused(&describe("").await.unwrap_err(), "name", "greater than or equal to 1");
    refused(&describe("a b").await.unwrap_err(), "name", "regular expression pattern");
    refused(&describe(&"x".repeat(1601)).await.unwrap_err(), "name", "less than or equal to 1600");
    let unknown = describe("x").await.unwrap_err();
    assert_eq!(unknown.message(), Some("Event bus x does not exist."));
    assert!(unknown.as_service_error().unwrap().is_resource_not_found_exception());
}

fn refused(error: &impl ProvideErrorMetadata, field: &str, rule: &str) {
    assert_eq!(error.code(), Some("ValidationException"), "{:?}", error.meta());
    let message = error.message().unwrap();
    assert!(message.contains(&format!(" at '{field}' ")) && message.contains(rule), "{message}");
}
