//! Deliveries to targets: a developer's server that fails in every way misses nothing.

use std::time::Duration;

use aws_sdk_eventbridge::types::{InputTransformer, RetryPolicy as Limits, Target};
use domain::Timestamp;
use event_bus::RetryPolicy;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::delivering::{Delivering, QUICK, at, waiting};
use crate::hook::{Hook, Reply};
use crate::support::{START, entry, eventually, publish};

/// A server that answers the event with this number by `reply`, and takes all others.
fn picky(number: u64, reply: Reply) -> Hook {
    Hook::answering(move |event| match event["detail"]["n"].as_u64() {
        Some(n) if n == number => reply,
        _ => Reply::Status(200),
    })
}

#[tokio::test]
async fn a_target_gets_the_events_of_its_rule_as_eventbridge_delivers_them() {
    let (served, hook) = (Delivering::start().await, Hook::start());
    served.rule("odd", r#"{"detail":{"n":[1,3]}}"#).await;
    let put = served.client.put_targets().rule("odd").event_bus_name("trip-saga");
    put.targets(at(&hook).id("it").build().unwrap()).send().await.unwrap();
    publish(&served.client, 1..=3).await;
    hook.gets([1, 3]).await;
    let received = hook.received();
    assert_eq!(received.len(), 2);
    let received = received.iter().find(|received| received.body["detail"]["n"] == 1).unwrap();
    let id = received.body["id"].as_str().unwrap();
    assert_eq!(
        received.body,
        json!({
            "version": "0", "id": id, "detail-type": "n.v1", "source": "trip-saga",
            "account": "000000000000", "time": "2026-03-01T01:00:00Z", "region": "us-east-1",
            "resources": [], "detail": {"n": 1},
        })
    );
    for (name, value) in [
        ("content-type", "application/json"),
        ("user-agent", "Amazon/EventBridge/ApiDestinations"),
        ("x-event-id", id),
        ("x-event-rule", "trip-saga/odd"),
        ("x-event-target", "it"),
        ("x-event-attempt", "1"),
    ] {
        assert_eq!(received.headers[name], value);
    }
}

#[tokio::test]
async fn a_target_that_is_killed_for_a_while_misses_nothing() {
    let (served, mut hook) = (Delivering::start().await, Hook::start());
    served.hook("all", &hook).await;
    publish(&served.client, 0..3).await;
    hook.gets(0..3).await;
    hook.kill();
    publish(&served.client, 3..9).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    hook.revive();
    hook.gets(0..9).await;
    publish(&served.client, 9..12).await;
    hook.gets(0..12).await;
    assert_eq!(served.dead_letters(), [Value::Null; 0]);
}

#[tokio::test]
async fn what_waits_is_delivered_by_the_next_process_with_the_attempts_counted() {
    let (served, mut hook) = (Delivering::start().await, Hook::start());
    served.hook("all", &hook).await;
    hook.kill();
    publish(&served.client, 0..5).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    let served = served.restart().await;
    publish(&served.client, 5..7).await;
    hook.revive();
    hook.gets(0..7).await;
    let attempts = hook
        .received()
        .iter()
        .map(|received| {
            received.headers["x-event-attempt"].to_str().unwrap().parse::<u32>().unwrap()
        })
        .max();
    assert!(attempts.unwrap() > 1, "{attempts:?}");
    // Everything is settled: a third process has nothing to send.
    eventually("the queue is empty", || (waiting(&served.directory) == 0).then_some(())).await;
    let sent = hook.received().len();
    let served = served.restart().await;
    publish(&served.client, [7]).await;
    hook.gets([7]).await;
    assert_eq!(hook.received().len(), sent + 1);
}

#[tokio::test]
async fn a_refused_event_is_a_dead_letter_at_once_and_holds_up_nothing() {
    let (served, hook) = (Delivering::start().await, picky(1, Reply::Status(422)));
    served.hook("all", &hook).await;
    publish(&served.client, 0..4).await;
    hook.gets(0..4).await;
    let letters =
        eventually("a dead letter", || Some(served.dead_letters()).filter(|l| !l.is_empty()));
    let letters = letters.await;
    assert_eq!(letters.len(), 1);
    let letter = &letters[0];
    assert_eq!(letter["event"]["detail"]["n"], 1);
    assert_eq!(letter["rule"], "arn:aws:events:us-east-1:000000000000:rule/trip-saga/all");
    assert_eq!(letter["target"], json!({"kind": "http", "url": hook.url}));
    assert_eq!(
        (&letter["attempts"], &letter["error"]),
        (&1.into(), &"422 Unprocessable Entity".into())
    );
    assert_eq!((&letter["position"], letter.get("condition")), (&2.into(), None));
    assert_eq!(hook.numbers().len(), 4);
}

#[tokio::test]
async fn an_event_that_always_fails_is_retried_within_its_limits_while_others_pass() {
    let (served, hook) = (Delivering::start().await, picky(0, Reply::Status(503)));
    let limits = Limits::builder().maximum_retry_attempts(2).build();
    served.target("all", at(&hook).retry_policy(limits)).await;
    publish(&served.client, 0..10).await;
    hook.gets(0..10).await;
    let letters =
        eventually("a dead letter", || Some(served.dead_letters()).filter(|l| !l.is_empty()));
    let letter = letters.await.remove(0);
    assert_eq!(letter["attempts"], 3);
    assert_eq!(letter["condition"], "MaximumRetryAttempts");
    assert_eq!(hook.numbers().iter().filter(|&&n| n == 0).count(), 3);
}

#[tokio::test]
async fn an_event_that_has_become_too_old_is_a_dead_letter() {
    let age = RetryPolicy { age: Duration::from_millis(20), ..QUICK };
    let served = Delivering::with(|config| config.retries = age).await;
    let hook = picky(0, Reply::Status(500));
    served.hook("all", &hook).await;
    publish(&served.client, [0]).await;
    let letters =
        eventually("a dead letter", || Some(served.dead_letters()).filter(|l| !l.is_empty()));
    assert_eq!(letters.await[0]["condition"], "MaximumEventAgeInSeconds");
}

#[tokio::test]
async fn a_target_that_never_answers_holds_up_no_other_and_has_few_requests_open() {
    let served = Delivering::start().await;
    let (stuck, good) = (Hook::answering(|_| Reply::Hang), Hook::start());
    served.hook("stuck", &stuck).await;
    served.hook("good", &good).await;
    for first in (0..50).step_by(10) {
        publish(&served.client, first..first + 10).await;
    }
    good.gets(0..50).await;
    assert_eq!(stuck.received().len(), 4);
}

#[tokio::test]
async fn a_target_that_is_back_gets_what_waits_at_once() {
    let patient =
        RetryPolicy { first: Duration::from_secs(3600), jitter: false, ..RetryPolicy::TARGET };
    let served = Delivering::with(|config| config.retries = patient).await;
    let mut hook = Hook::start();
    served.hook("all", &hook).await;
    hook.kill();
    publish(&served.client, 0..6).await;
    let tried = || (attempts(&served.directory) == 6).then_some(());
    eventually("each event was tried", tried).await;
    hook.revive();
    hook.gets(0..6).await;
}

/// How often events were tried that still wait.
fn attempts(directory: &TempDir) -> u64 {
    let file = rusqlite::Connection::open(directory.path().join("bus.sqlite")).unwrap();
    let sum = "SELECT coalesce(sum(attempts), 0) FROM bus_deliveries";
    file.query_row(sum, [], |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn a_disabled_rule_stops_and_goes_on_when_it_is_enabled() {
    let (served, mut hook) = (Delivering::start().await, Hook::start());
    served.hook("all", &hook).await;
    hook.kill();
    publish(&served.client, [0]).await;
    served.client.disable_rule().name("all").event_bus_name("trip-saga").send().await.unwrap();
    publish(&served.client, [1]).await;
    hook.revive();
    // Another rule's event is delivered after it.
    let other = Hook::start();
    served.hook("other", &other).await;
    publish(&served.client, [2]).await;
    other.gets([2]).await;
    assert_eq!(hook.numbers(), [0; 0]);
    served.client.enable_rule().name("all").event_bus_name("trip-saga").send().await.unwrap();
    publish(&served.client, [3]).await;
    hook.gets([0, 3]).await;
    assert!(!hook.numbers().contains(&1), "what comes while a rule is off is not for it");
}

#[tokio::test]
async fn a_removed_target_gets_nothing_more() {
    let (served, mut hook) = (Delivering::start().await, Hook::start());
    served.hook("all", &hook).await;
    hook.kill();
    publish(&served.client, 0..3).await;
    let remove = served.client.remove_targets().rule("all").event_bus_name("trip-saga").ids("it");
    remove.send().await.unwrap();
    assert_eq!(waiting(&served.directory), 0);
    hook.revive();
    let other = Hook::start();
    served.hook("other", &other).await;
    publish(&served.client, [3]).await;
    other.gets([3]).await;
    assert_eq!(hook.numbers(), [0; 0]);
}

#[tokio::test]
async fn pruning_leaves_what_waits_for_a_target() {
    let (served, mut hook) = (Delivering::start().await, Hook::start());
    served.hook("odd", &hook).await;
    served.rule("odd", r#"{"detail":{"n":[1]}}"#).await;
    hook.kill();
    publish(&served.client, 0..3).await;
    let later = Timestamp::from_millis(START).after(Duration::from_secs(60 * 24 * 60 * 60));
    assert_eq!(served.bus.prune(later).await.unwrap(), 2);
    hook.revive();
    hook.gets([1]).await;
    eventually("the queue is empty", || (waiting(&served.directory) == 0).then_some(())).await;
    assert_eq!(served.bus.prune(later).await.unwrap(), 1);
}

#[tokio::test]
async fn what_is_sent_is_made_by_the_targets_transformer() {
    let (served, hook) = (Delivering::start().await, Hook::start());
    let transformer = InputTransformer::builder()
        .input_paths_map("n", "$.detail.n")
        .input_template(r#"{"n": <n>, "by": "<aws.events.rule-name>", "at": <aws.events.event.ingestion-time>}"#)
        .build()
        .unwrap();
    served.target("all", at(&hook).input_transformer(transformer)).await;
    publish(&served.client, [7]).await;
    let body = eventually("a request", || Some(hook.received().first()?.body.clone())).await;
    assert_eq!(body, json!({"n": 7, "by": "all", "at": "2026-03-01T01:00:00Z"}));
}

#[tokio::test]
async fn a_function_is_invoked_and_waits_while_nobody_serves_it() {
    let function = "arn:aws:lambda:us-east-1:000000000000:function:mail";
    let hook = Hook::start();
    let invoke = hook.url.replace("/hook", "");
    let served =
        Delivering::with(|config| config.invoke_address = Some(invoke.parse().unwrap())).await;
    served.target("all", Target::builder().arn(function)).await;
    publish(&served.client, [0]).await;
    hook.gets([0]).await;
    assert_eq!(hook.received()[0].path, "/2015-03-31/functions/mail/invocations");
    eventually("the queue is empty", || (waiting(&served.directory) == 0).then_some(())).await;

    let served = served.restart().await;
    publish(&served.client, [1]).await;
    let other = Hook::start();
    served.hook("other", &other).await;
    publish(&served.client, [2]).await;
    other.gets([2]).await;
    assert_eq!((hook.numbers(), served.dead_letters().len()), (vec![0], 0));
    eventually("both wait", || (waiting(&served.directory) == 2).then_some(())).await;
}

#[tokio::test]
async fn an_event_reaches_each_target_of_each_rule() {
    let (served, hooks) = (Delivering::start().await, [(); 3].map(|()| Hook::start()));
    served.hook("a", &hooks[0]).await;
    served.rule("b", r#"{"source":["trip-saga"]}"#).await;
    let put = served.client.put_targets().rule("b").event_bus_name("trip-saga");
    let targets = [("1", &hooks[1]), ("2", &hooks[2])];
    let targets = targets.map(|(id, hook)| at(hook).id(id).build().unwrap());
    put.set_targets(Some(targets.into())).send().await.unwrap();
    let entries = Some(vec![entry("n.v1", r#"{"n":5}"#)]);
    served.client.put_events().set_entries(entries).send().await.unwrap();
    for hook in &hooks {
        hook.gets([5]).await;
        assert_eq!(hook.numbers(), [5]);
    }
}

#[tokio::test]
async fn a_bus_that_is_stopped_ends_its_deliveries_at_once() {
    let served = Delivering::start().await;
    served.task.abort();
    let hook = Hook::answering(|_| Reply::Hang);
    served.hook("all", &hook).await;
    publish(&served.client, [0]).await;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let bus = served.bus.clone();
    let task = tokio::spawn(async move { bus.deliver(async { drop(stopped.await) }).await });
    hook.gets([0]).await;
    stop.send(()).unwrap();
    let ended = tokio::time::timeout(Duration::from_secs(30), task).await;
    ended.expect("an end in time").unwrap().unwrap();
    assert_eq!(waiting(&served.directory), 1);
}
