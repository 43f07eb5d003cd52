//! Replays: events of an archive are sent again to the targets of rules.

use std::time::Duration;

use aws_sdk_eventbridge::error::ProvideErrorMetadata;
use aws_sdk_eventbridge::operation::describe_replay::DescribeReplayOutput;
use aws_sdk_eventbridge::primitives::DateTime;
use aws_sdk_eventbridge::types::{ReplayDestination, ReplayState};
use event_bus::RetryPolicy;

use crate::delivering::{Delivering, waiting};
use crate::hook::{Hook, Reply};
use crate::support::{START, archived, eventually, publish};

const BUS: &str = "arn:aws:events:us-east-1:000000000000:event-bus/trip-saga";
const ARCHIVE: &str = "arn:aws:events:us-east-1:000000000000:archive/all";

impl Delivering {
    /// A bus with the archive `all`.
    async fn archiving() -> Self {
        let served = Self::start().await;
        let create = served.client.create_archive().archive_name("all").event_source_arn(BUS);
        create.send().await.unwrap();
        served
    }

    /// Starts a replay of everything to these rules.
    async fn replay(&self, name: &str, rules: &[&str]) {
        let start = self.client.start_replay().replay_name(name).event_source_arn(ARCHIVE);
        let start = start.event_start_time(DateTime::from_millis(START - 1_000));
        let start = start.event_end_time(DateTime::from_millis(START + 3_600_000));
        let started = start.destination(destination(BUS, rules)).send().await.unwrap();
        let arn = format!("arn:aws:events:us-east-1:000000000000:replay/{name}");
        assert_eq!(started.replay_arn(), Some(arn.as_str()));
        assert_eq!(started.state(), Some(&ReplayState::Starting));
    }

    async fn described(&self, name: &str) -> DescribeReplayOutput {
        self.client.describe_replay().replay_name(name).send().await.unwrap()
    }

    async fn completed(&self, name: &str) -> DescribeReplayOutput {
        for _ in 0..6_000 {
            let described = self.described(name).await;
            if described.state() == Some(&ReplayState::Completed) {
                return described;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{:?}", self.described(name).await);
    }
}

fn destination(bus: &str, rules: &[&str]) -> ReplayDestination {
    let arn = |rule| format!("arn:aws:events:us-east-1:000000000000:rule/trip-saga/{rule}");
    let rules = rules.iter().map(arn).collect();
    ReplayDestination::builder().arn(bus).set_filter_arns(Some(rules)).build().unwrap()
}

/// The numbers of the events that came under a replay's name.
fn replayed(hook: &Hook, name: &str) -> Vec<u64> {
    let received = hook.received();
    let replayed = received.iter().filter(|received| received.body["replay-name"] == name);
    replayed.map(|received| received.body["detail"]["n"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn a_replay_sends_the_archives_events_again_to_the_rules_that_it_names() {
    let (served, one, other) = (Delivering::archiving().await, Hook::start(), Hook::start());
    served.hook("one", &one).await;
    served.hook("other", &other).await;
    publish(&served.client, 0..5).await;
    one.gets(0..5).await;
    other.gets(0..5).await;
    served.replay("again", &["one"]).await;
    let described = served.completed("again").await;
    eventually("all come again", || (replayed(&one, "again").len() == 5).then_some(())).await;
    let mut numbers = replayed(&one, "again");
    numbers.sort_unstable();
    assert_eq!(numbers, [0, 1, 2, 3, 4]);
    assert_eq!((replayed(&other, "again").len(), archived(&served.bus).await.len()), (0, 5));
    let (first, again) = (&one.received()[0].body, &one.received()[5].body);
    assert_eq!(first.get("replay-name"), None);
    let keys = |body: &serde_json::Value| {
        body.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ")
    };
    let expected = "version id detail-type source account time region replay-name resources detail";
    assert_eq!(keys(again), expected);
    let ids = |name: Option<&str>| {
        let received =
            one.received().into_iter().filter(|r| r.body["replay-name"].as_str() == name);
        received
            .map(|r| r.body["id"].as_str().unwrap().to_owned())
            .collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(ids(Some("again")), ids(None), "a replayed event keeps its id");

    assert_eq!(described.destination().unwrap(), &destination(BUS, &["one"]));
    assert_eq!(described.event_source_arn(), Some(ARCHIVE));
    let time = |time: Option<&DateTime>| time.unwrap().to_millis().unwrap();
    let last = archived(&served.bus).await[4].received_at.as_millis();
    // A time on the wire is a number of seconds, so the last millisecond may be lost.
    assert!(last - time(described.event_last_replayed_time()) <= 1);
    assert!(time(described.replay_end_time()) >= time(described.replay_start_time()));
}

#[tokio::test]
async fn a_replay_asks_the_rules_again_and_they_see_its_name() {
    let (served, hooks) = (Delivering::archiving().await, [(); 3].map(|()| Hook::start()));
    publish(&served.client, 0..4).await;
    served.hook("all", &hooks[0]).await;
    served.hook("odd", &hooks[1]).await;
    served.rule("odd", r#"{"detail":{"n":[1,3]}}"#).await;
    served.hook("new", &hooks[2]).await;
    served.rule("new", r#"{"replay-name":[{"exists":false}]}"#).await;
    served.replay("again", &[]).await;
    served.completed("again").await;
    hooks[0].gets(0..4).await;
    hooks[1].gets([1, 3]).await;
    assert_eq!((hooks[1].received().len(), hooks[2].received().len()), (2, 0));
}

#[tokio::test]
async fn a_replay_is_of_a_time_range() {
    let (served, hook) = (Delivering::archiving().await, Hook::start());
    let put = |n: u64, seconds: i64| {
        let entry = crate::support::entry("n.v1", &format!(r#"{{"n":{n}}}"#));
        let time = DateTime::from_millis(START + seconds * 1_000);
        let entry = aws_sdk_eventbridge::types::PutEventsRequestEntry::builder()
            .set_source(entry.source().map(str::to_owned))
            .set_detail_type(entry.detail_type().map(str::to_owned))
            .set_detail(entry.detail().map(str::to_owned))
            .set_event_bus_name(entry.event_bus_name().map(str::to_owned))
            .time(time);
        served.client.put_events().entries(entry.build()).send()
    };
    for (n, seconds) in [(0, -60), (1, 0), (2, 30), (3, 60), (4, 61)] {
        put(n, seconds).await.unwrap();
    }
    served.hook("all", &hook).await;
    let start = served.client.start_replay().replay_name("minute").event_source_arn(ARCHIVE);
    let start = start.event_start_time(DateTime::from_millis(START));
    let start = start.event_end_time(DateTime::from_millis(START + 60_000));
    start.destination(destination(BUS, &[])).send().await.unwrap();
    served.completed("minute").await;
    hook.gets([1, 2, 3]).await;
    eventually("nothing waits", || (waiting(&served.directory) == 0).then_some(())).await;
    assert_eq!(replayed(&hook, "minute").len(), 3);
}

#[tokio::test]
async fn a_cancelled_replay_sends_nothing_more() {
    let (served, hook) = (Delivering::archiving().await, Hook::answering(|_| Reply::Hang));
    for first in (0..1_500).step_by(10) {
        publish(&served.client, first..first + 10).await;
    }
    served.hook("stuck", &hook).await;
    served.replay("long", &[]).await;
    // It goes no faster than its target, which takes nothing.
    let queued = || (waiting(&served.directory) >= 1_000).then_some(());
    eventually("a part is queued", queued).await;
    let described = served.described("long").await;
    assert_eq!(described.state(), Some(&ReplayState::Running));
    assert!(described.event_last_replayed_time().is_some());
    let cancelled = served.client.cancel_replay().replay_name("long").send().await.unwrap();
    assert_eq!(cancelled.state(), Some(&ReplayState::Cancelling));
    assert_eq!(served.described("long").await.state(), Some(&ReplayState::Cancelled));
    assert_eq!(waiting(&served.directory), 0);
    let again = served.client.cancel_replay().replay_name("long").send().await.unwrap_err();
    assert!(again.as_service_error().unwrap().is_illegal_status_exception());
    let message = "Replay long is not in a valid state for this operation.";
    assert_eq!(again.message(), Some(message));
}

#[tokio::test]
async fn a_replay_goes_on_in_the_next_process() {
    let served = Delivering::archiving().await;
    served.task.abort();
    let hook = Hook::start();
    publish(&served.client, 0..10).await;
    served.hook("all", &hook).await;
    served.replay("again", &[]).await;
    assert_eq!(served.described("again").await.state(), Some(&ReplayState::Starting));
    let served = served.restart().await;
    served.completed("again").await;
    hook.gets(0..10).await;
    assert_eq!(replayed(&hook, "again").len(), 10);
}

#[tokio::test]
async fn a_replay_fails_when_its_archive_is_deleted_meanwhile() {
    let served = Delivering::archiving().await;
    served.task.abort();
    served.replay("lost", &[]).await;
    served.client.delete_archive().archive_name("all").send().await.unwrap();
    let served = served.restart().await;
    let mut described = served.described("lost").await;
    while described.state() == Some(&ReplayState::Starting) {
        tokio::time::sleep(Duration::from_millis(10)).await;
        described = served.described("lost").await;
    }
    assert_eq!(described.state(), Some(&ReplayState::Failed));
    assert_eq!(described.state_reason(), Some("Archive all does not exist."));
}

#[tokio::test]
async fn a_dead_letter_of_a_replay_has_the_event_as_it_was_sent() {
    let served = Delivering::archiving().await;
    publish(&served.client, [7]).await;
    let hook = Hook::answering(|_| Reply::Status(400));
    served.hook("all", &hook).await;
    served.replay("again", &[]).await;
    let letters =
        eventually("a dead letter", || Some(served.dead_letters()).filter(|l| !l.is_empty())).await;
    assert_eq!(letters[0]["event"]["replay-name"], "again");
}

#[tokio::test]
async fn replays_are_listed_by_one_filter_page_by_page() {
    let served = Delivering::with(|config| config.retries = RetryPolicy::TARGET).await;
    let create = served.client.create_archive().archive_name("all").event_source_arn(BUS);
    create.send().await.unwrap();
    for name in ["b2", "a1", "b1"] {
        served.replay(name, &[]).await;
        served.completed(name).await;
    }
    let list = || served.client.list_replays();
    let names = |answer: &aws_sdk_eventbridge::operation::list_replays::ListReplaysOutput| {
        let names = answer.replays().iter().map(|replay| replay.replay_name().unwrap().to_owned());
        names.collect::<Vec<_>>()
    };
    let first = list().name_prefix("b").limit(1).send().await.unwrap();
    assert_eq!((names(&first), first.next_token()), (vec!["b1".to_owned()], Some("b1")));
    let second = list().name_prefix("b").limit(1).next_token("b1").send().await.unwrap();
    assert_eq!((names(&second), second.next_token()), (vec!["b2".to_owned()], None));
    let of_archive = list().event_source_arn(ARCHIVE).send().await.unwrap();
    assert_eq!(names(&of_archive), ["a1", "b1", "b2"]);
    assert_eq!(list().state(ReplayState::Failed).send().await.unwrap().replays().len(), 0);
}

#[tokio::test]
async fn what_could_not_work_is_refused() {
    let served = Delivering::archiving().await;
    served.replay("taken", &[]).await;
    let start = || {
        let start = served.client.start_replay().replay_name("r").event_source_arn(ARCHIVE);
        let start = start.event_start_time(DateTime::from_millis(START));
        let start = start.event_end_time(DateTime::from_millis(START + 1_000));
        start.destination(destination(BUS, &[]))
    };
    let default = BUS.replace("trip-saga", "default");
    let elsewhere = ReplayDestination::builder().arn(BUS).filter_arns("arn:x").build().unwrap();
    let (invalid, unknown) = ("ValidationException", "ResourceNotFoundException");
    for (request, code, message) in [
        (
            start().replay_name("taken"),
            "ResourceAlreadyExistsException",
            "Replay taken already exists.",
        ),
        (start().replay_name("a b"), invalid, "'replayName'"),
        (start().event_source_arn("all"), invalid, "'eventSourceArn'"),
        (
            start().event_source_arn(ARCHIVE.replace("all", "x")),
            invalid,
            "Parameter EventSourceArn is not valid. Reason: Archive x does not exist.",
        ),
        (
            start().event_end_time(DateTime::from_millis(START - 1)),
            invalid,
            "Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.",
        ),
        (
            start().destination(destination("trip-saga", &[])),
            invalid,
            "Parameter Destination.Arn is not valid. Reason: Must contain an event bus ARN.",
        ),
        (
            start().destination(destination(&BUS.replace("trip-saga", "x"), &[])),
            unknown,
            "Event bus x does not exist.",
        ),
        (
            start().destination(destination(&default, &[])),
            invalid,
            "Cross event bus replay is not permitted.",
        ),
        (
            start().destination(destination(BUS, &["gone"])),
            unknown,
            "Rule gone does not exist on EventBus trip-saga.",
        ),
        (start().destination(elsewhere), invalid, "arn:x is not the ARN of a rule of trip-saga."),
    ] {
        let error = request.send().await.unwrap_err();
        assert_eq!(error.code(), Some(code), "{error:?}");
        assert!(error.message().unwrap().contains(message), "{message}: {error:?}");
    }
    let describe = served.client.describe_replay().replay_name("gone").send().await.unwrap_err();
    let cancel = served.client.cancel_replay().replay_name("gone").send().await.unwrap_err();
    for error in [describe.meta(), cancel.meta()] {
        assert_eq!(
            (error.code(), error.message()),
            (Some(unknown), Some("Replay gone does not exist."))
        );
    }
}
