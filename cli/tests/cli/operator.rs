//! An operator sees what is wrong with a running system, and mends it with the commands that it
//! prints.

use std::fs;

use domain::{Clock, EventId, TripId};
use lambda_kit::clock::SystemClock;
use serde_json::{Value, json};
use store::Tables;
use store::outbox::{Outbox, OutboxKey, Parked};

use super::process::eventually;
use super::system::{System, booking};

/// Exit codes.
const DONE: Option<i32> = Some(0);
const FOUND: Option<i32> = Some(1);
const NOT_FOUND: Option<i32> = Some(3);

async fn outbox(system: &System) -> Outbox {
    Outbox::new(system.dynamodb().await, Tables::default().trips)
}

/// The key of the first event of a trip.
fn first_event(system: &System, trip: &str) -> OutboxKey {
    let events = system.json(&format!("timeline {trip}"));
    let id = events["events"][0]["event"]["id"].as_str().unwrap();
    OutboxKey { trip_id: TripId::parse(trip).unwrap(), event_id: EventId::parse(id).unwrap() }
}

/// The JSON of an error.
fn error(stderr: &str) -> Value {
    let line = stderr.lines().find(|line| line.starts_with('{')).unwrap();
    serde_json::from_str::<Value>(line).unwrap()["error"].clone()
}

#[tokio::test]
async fn a_parked_event_is_listed_redriven_and_discarded() {
    let system = System::start();
    // The dispatcher is paused, so that events stay pending and can be parked.
    assert_eq!(system.trip("pause dispatcher").code, DONE);
    system.confirmed("t-1");
    let key = first_event(&system, "t-1");
    let parked = outbox(&system).await.park(&key, "the bus refuses it", SystemClock.now()).await;
    assert_eq!(parked.unwrap(), Parked::Done);

    let listed = system.json("outbox --parked");
    assert_eq!(listed["events"][0]["event"], key.to_string());
    assert_eq!(listed["events"][0]["reason"], "the bus refuses it");
    assert_eq!(system.trip("status").code, FOUND);
    let stuck = system.trip("stuck --older-than 0s");
    assert_eq!(stuck.code, FOUND);
    assert!(stuck.stdout.contains("trip resume dispatcher"), "{stuck:?}");

    let planned = system.json("outbox redrive --all --dry-run");
    assert_eq!(planned, json!({"dry_run": true, "events": [key.to_string()], "left": []}));
    let named = system.trip(&format!("outbox redrive {key}"));
    assert_eq!(named.code, DONE, "{named:?}");
    assert!(named.stderr.contains("trip::audit") && named.stderr.contains("outbox.redrive"));
    let again = system.trip(&format!("outbox redrive {key}"));
    assert_eq!(again.code, FOUND);
    assert!(again.stderr.contains("is pending, not parked"), "{again:?}");

    let parked = outbox(&system).await.park(&key, "again", SystemClock.now()).await;
    assert_eq!(parked.unwrap(), Parked::Done);
    for nothing in ["--reason nothing", "--trip t-2"] {
        let none = system.trip(&format!("outbox discard {nothing}"));
        assert_eq!((none.code, none.stdout.as_str()), (NOT_FOUND, ""));
    }
    assert_eq!(system.trip("outbox discard --trip t-1 --reason again").code, DONE);
    assert_eq!(system.trip("resume dispatcher").code, DONE);
    eventually("the other events are published", || {
        system.json("outbox")["events"].as_array().unwrap().is_empty().then_some(())
    });
    assert_eq!(system.trip("status").code, DONE);
    let timeline = system.trip("timeline t-1");
    assert!(timeline.stdout.contains("discarded: again"), "{timeline:?}");
}

#[test]
fn a_paused_consumer_stays_paused_over_a_restart_and_catches_up() {
    let data = tempfile::tempdir().unwrap();
    let data = data.path().to_str().unwrap();
    let system = System::with(&["--data", data]);
    let paused = system.json("pause projector");
    assert_eq!((&paused["before"], &paused["enabled"]), (&json!("Enabled"), &json!(false)));
    assert_eq!(system.stop("TERM").code, DONE);

    let system = System::with(&["--data", data]);
    let status = system.trip("status --json");
    assert_eq!(status.code, FOUND);
    let status: Value = serde_json::from_str(&status.stdout).unwrap();
    assert_eq!(status["next"], json!(["trip resume projector"]));
    assert_eq!(status["consumers"][1]["state"], "Disabled");
    system.confirmed("t-1");
    assert_eq!(system.trip("verify --trip t-1").code, FOUND, "nobody has projected the trip");
    assert_eq!(system.json("pause projector --dry-run")["dry_run"], true);
    assert_eq!(system.trip("resume projector").code, DONE);
    eventually("the projector has caught up", || {
        (system.trip("verify --trip t-1").code == DONE).then_some(())
    });
    assert_eq!(system.trip("verify").code, DONE);
    let status = system.json("status");
    assert_eq!(status["last_verification"]["findings"], 0);
    assert_eq!(status["next"], json!([]));
}

#[test]
fn a_replay_to_the_projector_brings_back_a_view_that_was_lost() {
    let system = System::start();
    system.confirmed("t-1");
    let counted = system.json("replay --to projector --dry-run");
    let version = system.json("get t-1")["version"].clone();
    assert_eq!(counted["handed_over"], version, "every commit wrote the trip: {counted}");
    let replayed = system.json("replay --to projector --since 1h --rate 1000");
    assert_eq!(replayed["handed_over"], version);
    assert_eq!(system.json("replay --to projector --since 2031-01-01T00:00:00Z")["handed_over"], 0);
    assert_eq!(system.trip("verify").code, DONE);
}

#[tokio::test]
async fn a_replay_to_the_dispatcher_is_meant_and_marked_and_leaves_out_what_was_given_up() {
    let system = System::start();
    assert_eq!(system.trip("pause dispatcher").code, DONE);
    system.confirmed("t-1");
    let key = first_event(&system, "t-1");
    assert_eq!(
        outbox(&system).await.park(&key, "no", SystemClock.now()).await.unwrap(),
        Parked::Done
    );
    assert_eq!(system.trip("outbox discard --all").code, DONE);
    assert_eq!(system.trip("resume dispatcher").code, DONE);
    eventually("the others are published", || {
        system.json("outbox")["events"].as_array().unwrap().is_empty().then_some(())
    });

    let careless = system.trip("replay --to dispatcher");
    assert_eq!(careless.code, Some(2));
    assert!(careless.stderr.contains("--publish"), "{careless:?}");
    let replayed = system.json("replay --to dispatcher --publish");
    let published = events(&system);
    let is_marked =
        |event: &&Value| event["resources"].as_array().is_some_and(|all| !all.is_empty());
    let marked: Vec<_> = published.iter().filter(is_marked).collect();
    assert_eq!(replayed["handed_over"], marked.len());
    for event in marked {
        let mark = event["resources"][0].as_str().unwrap();
        assert!(mark.starts_with("trip-saga:replay:20"), "{mark}");
        let id = &event["detail"]["id"];
        assert_ne!(*id, json!(key.event_id), "a discarded event is never published");
        let same = published.iter().filter(|other| other["detail"]["id"] == *id);
        assert_eq!(same.count(), 2, "once as news, once as a replay");
    }
}

/// Every event on the bus.
fn events(system: &System) -> Vec<Value> {
    let tail = system.trip("events tail --since 1h --no-follow --json").stdout;
    let lines = tail.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.map(|mut line| line["event"].take()).collect()
}

#[test]
fn a_given_up_batch_is_listed_and_redriven_from_its_folder() {
    let data = tempfile::tempdir().unwrap();
    let system = System::with(&["--data", data.path().to_str().unwrap()]);
    system.confirmed("t-1");
    let folder = data.path().join("on-failure/aws/lambda/projector/shardId-1/2026/01/15");
    fs::create_dir_all(&folder).unwrap();
    let batch = |payload: &str| {
        json!({
            "requestContext": {
                "functionArn": "arn:aws:lambda:us-east-1:000000000000:function:projector",
                "condition": "RetryAttemptsExhausted", "approximateInvokeCount": 3},
            "version": "1.0", "timestamp": "2026-01-15T12:00:05.678Z",
            "DDBStreamBatchInfo": {"shardId": "shardId-1", "batchSize": 1},
            "payload": payload,
        })
    };
    fs::write(folder.join("good.json"), batch(r#"{"Records":[]}"#).to_string()).unwrap();
    fs::write(folder.join("bad.json"), batch("{}").to_string()).unwrap();
    let name = |file: &str| format!("aws/lambda/projector/shardId-1/2026/01/15/{file}");

    let listed = system.json("on-failure list");
    assert_eq!(listed["all"], 2);
    assert_eq!(listed["batches"][0]["name"], name("bad.json"));
    assert_eq!(listed["batches"][0]["condition"], "RetryAttemptsExhausted");
    let missing = system.trip(&format!("on-failure redrive {} --json", name("none.json")));
    assert_eq!(missing.code, NOT_FOUND);
    assert_eq!(error(&missing.stderr)["advice"], json!(["trip on-failure list"]));
    let redriven = system.trip("on-failure redrive --json");
    assert_eq!(redriven.code, FOUND, "{redriven:?}");
    let report: Value = serde_json::from_str(&redriven.stdout).unwrap();
    assert_eq!(report["redriven"], json!([name("good.json")]));
    assert_eq!(report["left"][0]["batch"], name("bad.json"));
    assert!(!folder.join("good.json").exists() && folder.join("bad.json").exists());
    assert_eq!(system.json("on-failure list")["all"], 1);
}

#[test]
fn what_is_not_there_has_an_exit_code_of_its_own() {
    let system = System::start();
    for line in ["redrive t-9", "compensate t-9", "verify --trip t-9", "get t-9", "timeline t-9"] {
        let missing = system.trip(&format!("{line} --json"));
        assert_eq!(missing.code, NOT_FOUND, "{line}: {missing:?}");
        assert!(error(&missing.stderr)["message"].is_string(), "{missing:?}");
    }
    let event = "t-9/01957a3e-5b00-7000-8000-000000000001";
    assert_eq!(system.trip(&format!("outbox redrive {event}")).code, NOT_FOUND);
    let wrong = system.trip("redrive --json");
    assert_eq!(wrong.code, Some(2));
    assert!(error(&wrong.stderr)["message"].as_str().unwrap().contains("<ID>"), "{wrong:?}");
}

#[test]
fn a_trip_that_is_at_rest_is_neither_redriven_nor_compensated() {
    let system = System::start();
    system.confirmed("t-1");
    let mut declined = booking("t-2");
    declined["sandbox"] = json!({"payment": "declined"});
    assert!(system.trip_with("book - --wait", &declined).stdout.contains("FAILED"));
    for (line, next) in [
        ("redrive t-1", "trip timeline t-1"),
        ("compensate t-1", "trip cancel t-1"),
        ("compensate t-2", "holds nothing"),
        ("redrive t-2", "there is nothing to continue"),
    ] {
        let refused = system.trip(line);
        assert_eq!(refused.code, FOUND, "{line}: {refused:?}");
        assert!(refused.stderr.contains(next), "{line}: {refused:?}");
    }
}
