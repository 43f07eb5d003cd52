//! Rules as the real SDK sees them, and what they record in the archive.

use std::sync::Arc;

use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::error::ProvideErrorMetadata;
use aws_sdk_eventbridge::types::RuleState;
use event_bus::{Filter, Interceptor, Position};
use event_pattern::EventJson;
use futures::TryStreamExt;
use rusqlite::Connection;

use crate::support::{
    archived, client_of, config, entry, number, open, publish, serve, serve_with,
};

const FAILED: &str = r#"{"detail-type":[{"prefix":"trip.failed."}]}"#;
const TRIPS: &str = r#"{"$or":[{"detail-type":[{"prefix":"trip."}]},{"detail":{"all":[true]}}]}"#;

async fn put_rule(client: &Client, name: &str, pattern: &str) {
    let rule = client.put_rule().name(name).event_bus_name("trip-saga").event_pattern(pattern);
    rule.send().await.unwrap();
}

#[tokio::test]
async fn the_archive_records_which_rules_an_event_matched() {
    let served = serve().await;
    put_rule(&served.client, "trips", TRIPS).await;
    put_rule(&served.client, "failed", FAILED).await;
    served.client.put_rule().name("other-bus").event_pattern(TRIPS).send().await.unwrap();

    let events = [("trip.failed.v1", "{}"), ("trip.confirmed.v1", "{}"), ("x", r#"{"all":true}"#)];
    for (detail_type, detail) in events {
        served.client.put_events().entries(entry(detail_type, detail)).send().await.unwrap();
    }
    let rules: Vec<_> = archived(&served.bus).await.into_iter().map(|event| event.rules).collect();
    assert_eq!(rules, [vec!["failed", "trips"], vec!["trips"], vec!["trips"]]);
}

#[tokio::test]
async fn a_subscription_can_follow_one_rule() {
    let served = serve().await;
    put_rule(&served.client, "odd", r#"{"detail":{"n":[1,3,5]}}"#).await;
    publish(&served.client, 1..=6).await;
    let odd = served.bus.archive().replay(Position::START, Filter::default().of_rule("odd"));
    let odd: Vec<_> = odd.map_ok(|event| number(&event)).try_collect().await.unwrap();
    assert_eq!(odd, [1, 3, 5]);
}

#[tokio::test]
async fn a_disabled_or_deleted_rule_no_longer_matches() {
    let served = serve().await;
    let put = |state: RuleState| {
        let rule = served.client.put_rule().name("all").event_bus_name("trip-saga");
        rule.event_pattern(r#"{"source":["trip-saga"]}"#).state(state).send()
    };
    put(RuleState::Enabled).await.unwrap();
    publish(&served.client, [0]).await;
    put(RuleState::Disabled).await.unwrap();
    publish(&served.client, [1]).await;
    put(RuleState::EnabledWithAllCloudtrailManagementEvents).await.unwrap();
    publish(&served.client, [2]).await;
    let delete = || served.client.delete_rule().name("all").event_bus_name("trip-saga").send();
    delete().await.unwrap();
    delete().await.expect("deleting a rule that is gone succeeds");
    publish(&served.client, [3]).await;

    let matched: Vec<_> = archived(&served.bus).await.iter().map(|e| e.rules.len()).collect();
    assert_eq!(matched, [1, 0, 1, 0]);
}

#[tokio::test]
async fn a_rule_is_described_as_it_was_put_and_survives_a_restart() {
    let served = serve().await;
    let put = served.client.put_rule().name("failed").event_bus_name("trip-saga");
    let put = put.event_pattern(FAILED).description("what went wrong").state(RuleState::Disabled);
    let arn = put.send().await.unwrap().rule_arn.unwrap();
    assert_eq!(arn, "arn:aws:events:us-east-1:000000000000:rule/trip-saga/failed");

    let reopened = client_of(&open(&served.file, config())).await;
    for client in [&served.client, &reopened] {
        let rule = client.describe_rule().name("failed").event_bus_name("trip-saga");
        let rule = rule.send().await.unwrap();
        assert_eq!(rule.arn(), Some(arn.as_str()));
        assert_eq!(rule.event_pattern(), Some(FAILED));
        assert_eq!(rule.description(), Some("what went wrong"));
        assert_eq!(rule.state(), Some(&RuleState::Disabled));
        assert_eq!(rule.event_bus_name(), Some("trip-saga"));
    }
}

#[tokio::test]
async fn a_kept_rule_whose_pattern_is_refused_by_now_is_switched_off_alone() {
    let served = serve().await;
    put_rule(&served.client, "good", TRIPS).await;
    put_rule(&served.client, "bad", TRIPS).await;
    let connection = Connection::open(served.file.path().join("bus.sqlite")).unwrap();
    let pattern = r#"{"ip":[{"cidr":"0.0.0.0/0"}]}"#;
    let changed = "UPDATE bus_rules SET pattern = ?1, description = 'Mine.' WHERE name = 'bad'";
    assert_eq!(connection.execute(changed, [pattern]).unwrap(), 1);

    let bus = open(&served.file, config());
    let client = client_of(&bus).await;
    let event = entry("trip.failed.v1", "{}");
    client.put_events().entries(event).send().await.unwrap();
    assert_eq!(archived(&bus).await[0].rules, ["good"]);
    let described = || client.describe_rule().name("bad").event_bus_name("trip-saga").send();
    let rule = described().await.unwrap();
    assert_eq!(rule.state(), Some(&RuleState::Disabled));
    assert_eq!(rule.event_pattern(), Some(pattern));
    let description = rule.description().unwrap();
    assert!(description.starts_with("Mine. [Switched off by the local bus: "), "{description}");
    assert!(description.contains("cidr of all addresses (at ip)"), "{description}");

    let enabled = client.enable_rule().name("bad").event_bus_name("trip-saga").send().await;
    let refused = enabled.unwrap_err();
    assert_eq!(refused.code(), Some("InvalidEventPatternException"), "{refused:?}");
    assert_eq!(described().await.unwrap().state(), Some(&RuleState::Disabled));

    put_rule(&client, "bad", TRIPS).await;
    let rule = described().await.unwrap();
    assert_eq!((rule.state(), rule.description()), (Some(&RuleState::Enabled), None));
}

#[tokio::test]
async fn rules_are_listed_by_bus_and_prefix_page_by_page() {
    let served = serve().await;
    for name in ["b2", "a1", "b1", "b3"] {
        put_rule(&served.client, name, FAILED).await;
    }
    served.client.put_rule().name("b4").event_pattern(FAILED).send().await.unwrap();
    let list = || served.client.list_rules().event_bus_name("trip-saga").name_prefix("b").limit(2);

    let names = |rules: &[aws_sdk_eventbridge::types::Rule]| -> Vec<String> {
        rules.iter().map(|rule| rule.name().unwrap().to_owned()).collect()
    };
    let first = list().send().await.unwrap();
    assert_eq!(names(first.rules()), ["b1", "b2"]);
    let second = list().next_token(first.next_token().unwrap()).send().await.unwrap();
    assert_eq!(names(second.rules()), ["b3"]);
    assert_eq!(second.next_token(), None);
}

#[tokio::test]
async fn a_rule_that_could_not_work_is_refused() {
    let served = serve().await;
    let put = || served.client.put_rule().name("r").event_bus_name("trip-saga");
    let long = format!(r#"{{"source":["{}"]}}"#, "x".repeat(4096));
    let (invalid, unknown) = ("ValidationException", "ResourceNotFoundException");
    for (request, code, message) in [
        (put(), invalid, "EventPattern or ScheduleExpression must be specified"),
        (put().event_pattern("{}"), "InvalidEventPatternException", "Empty objects"),
        (put().event_pattern(long), invalid, "less than or equal to 4096"),
        (put().event_pattern(FAILED).state("ON".into()), invalid, "enum value set"),
        (put().event_pattern(FAILED).role_arn("arn"), invalid, "RoleArn is not supported"),
        (put().schedule_expression("rate(1 day)"), invalid, "ScheduleExpression is not supported"),
        (put().event_pattern(FAILED).description("x".repeat(513)), invalid, "'description'"),
        (put().event_pattern(FAILED).name("a b"), invalid, "regular expression pattern"),
        (put().event_pattern(FAILED).name(""), invalid, "greater than or equal to 1"),
        (put().event_pattern(FAILED).event_bus_name("x"), unknown, "Event bus x does not exist."),
    ] {
        let error = request.send().await.unwrap_err();
        assert_eq!(error.code(), Some(code), "{error:?}");
        assert!(error.message().unwrap().contains(message), "{error:?}");
    }
    let error = served.client.describe_rule().name("r").send().await.unwrap_err();
    assert!(error.as_service_error().unwrap().is_resource_not_found_exception());
    assert_eq!(error.message(), Some("Rule r does not exist on EventBus default."));
}

/// Panics on the events with an odd number.
struct Odd;

impl Interceptor for Odd {
    fn rule(&self, _: &str, event: &EventJson) {
        assert!(!event.as_str().contains(r#""n":1"#), "an odd event");
    }
}

#[tokio::test]
async fn a_rule_is_switched_off_and_on_and_stays_so_after_a_restart() {
    let served = serve().await;
    put_rule(&served.client, "all", r#"{"source":["trip-saga"]}"#).await;
    let on_bus = "arn:aws:events:us-east-1:000000000000:event-bus/trip-saga";
    publish(&served.client, [0]).await;
    for (n, bus) in [(1, "trip-saga"), (2, on_bus)] {
        served.client.disable_rule().name("all").event_bus_name(bus).send().await.unwrap();
        publish(&served.client, [n]).await;
    }
    let reopened = open(&served.file, config());
    let client = client_of(&reopened).await;
    let state = || client.describe_rule().name("all").event_bus_name("trip-saga").send();
    assert_eq!(state().await.unwrap().state(), Some(&RuleState::Disabled));
    client.enable_rule().name("all").event_bus_name("trip-saga").send().await.unwrap();
    assert_eq!(state().await.unwrap().state(), Some(&RuleState::Enabled));
    publish(&client, [3]).await;
    let matched: Vec<_> = archived(&reopened).await.iter().map(|e| e.rules.len()).collect();
    assert_eq!(matched, [1, 0, 0, 1]);
}

#[tokio::test]
async fn a_rule_that_failed_is_enabled_again_and_its_failure_is_forgotten() {
    let served = serve_with(|config| config.interceptor = Arc::new(Odd)).await;
    put_rule(&served.client, "all", r#"{"source":["trip-saga"]}"#).await;
    publish(&served.client, [1]).await;
    publish(&served.client, [2]).await;
    served.client.disable_rule().name("all").event_bus_name("trip-saga").send().await.unwrap();
    let described = |client: Client| async move {
        let rule = client.describe_rule().name("all").event_bus_name("trip-saga");
        let rule = rule.send().await.unwrap();
        (rule.state().unwrap().clone(), rule.description().map(str::to_owned))
    };
    let (state, why) = described(served.client.clone()).await;
    assert_eq!(state, RuleState::Disabled);
    assert!(why.unwrap().contains("an odd event"), "it is still told why");

    served.client.enable_rule().name("all").event_bus_name("trip-saga").send().await.unwrap();
    publish(&served.client, [2]).await;
    let matched: Vec<_> = archived(&served.bus).await.iter().map(|e| e.rules.len()).collect();
    assert_eq!(matched, [0, 0, 1]);
    let reopened = client_of(&open(&served.file, config())).await;
    for client in [served.client.clone(), reopened] {
        assert_eq!(described(client).await, (RuleState::Enabled, None));
    }
}

#[tokio::test]
async fn a_rule_that_is_not_there_is_neither_enabled_nor_disabled() {
    let served = serve().await;
    let unknown = "ResourceNotFoundException";
    for (name, bus, code, message) in [
        ("r", "trip-saga", unknown, "Rule r does not exist on EventBus trip-saga."),
        ("r", "x", unknown, "Event bus x does not exist."),
        ("a b", "trip-saga", "ValidationException", "regular expression pattern"),
        ("", "trip-saga", "ValidationException", "greater than or equal to 1"),
        ("r", "", "ValidationException", "'eventBusName'"),
    ] {
        let enable = served.client.enable_rule().name(name).event_bus_name(bus).send().await;
        let disable = served.client.disable_rule().name(name).event_bus_name(bus).send().await;
        let errors = [enable.unwrap_err().meta().clone(), disable.unwrap_err().meta().clone()];
        for error in errors {
            assert_eq!(error.code(), Some(code), "{error:?}");
            assert!(error.message().unwrap().contains(message), "{error:?}");
        }
    }
}

#[tokio::test]
async fn a_listing_that_breaks_the_model_is_refused() {
    let served = serve().await;
    let list = || served.client.list_rules();
    for (request, message) in [
        (list().limit(101), "between 1 and 100"),
        (list().name_prefix("x".repeat(65)), "'namePrefix'"),
        (list().name_prefix("a/b"), "'namePrefix'"),
        (list().next_token(""), "'nextToken'"),
    ] {
        let error = request.send().await.unwrap_err();
        assert_eq!(error.code(), Some("ValidationException"), "{error:?}");
        assert!(error.message().unwrap().contains(message), "{error:?}");
    }
}
