//! `trip stream capture` and `trip stream replay` on a running system.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use rstest::rstest;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use super::process::{Ended, Process, eventually, run, trip};
use super::system::System;

/// A function behind an invoke address. The n-th batch is answered by `answer`.
struct Function {
    address: String,
    batches: Arc<Mutex<Vec<Vec<Value>>>>,
    _runtime: Runtime,
}

type Answer = fn(usize, &[Value]) -> Response;

impl Function {
    fn answering(answer: Answer) -> Self {
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let batches = Arc::default();
        let receive = move |state, body| receive(answer, state, body);
        let router = Router::new()
            .route("/2015-03-31/functions/totals/invocations", post(receive))
            .with_state(Arc::clone(&batches));
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { address, batches, _runtime: runtime }
    }

    /// How often each record came, and in which order those of each item first did.
    fn seen(&self) -> (BTreeMap<String, usize>, BTreeMap<String, Vec<String>>) {
        let (mut times, mut firsts) = (BTreeMap::new(), BTreeMap::<_, Vec<_>>::new());
        for record in self.batches.lock().unwrap().iter().flatten() {
            let (number, item) = (number(record), record["dynamodb"]["Keys"].to_string());
            let times = times.entry(number.clone()).or_default();
            *times += 1;
            if *times == 1 {
                firsts.entry(item).or_default().push(number);
            }
        }
        (times, firsts)
    }
}

async fn receive(
    answer: Answer,
    State(batches): State<Arc<Mutex<Vec<Vec<Value>>>>>,
    body: String,
) -> Response {
    let event: Value = serde_json::from_str(&body).unwrap();
    let records = event["Records"].as_array().unwrap().clone();
    let mut batches = batches.lock().unwrap();
    batches.push(records.clone());
    answer(batches.len(), &records)
}

fn number(record: &Value) -> String {
    record["dynamodb"]["SequenceNumber"].as_str().unwrap().to_owned()
}

fn captured(file: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(file).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A system with two trips, and its captured stream.
fn told(folder: &Path) -> (System, PathBuf) {
    let system = System::start();
    system.confirmed("t-1");
    system.confirmed("t-2");
    // The view is written behind the stream.
    assert_eq!(system.trip("verify").code, Some(0));
    let file = folder.join("stream.jsonl");
    let report = system.json(&format!("stream capture --out {}", file.display()));
    assert_eq!(report["records"], captured(&file).len());
    (system, file)
}

fn report(ended: &Ended) -> Value {
    serde_json::from_str(ended.stdout.lines().next().unwrap()).unwrap()
}

/// Removes every row of the view, without the projector.
fn forget(system: &System) {
    let call = |operation: &str, request: Value| {
        let call = reqwest::Client::new().post(system.url("dynamodb"));
        let call = call.header("x-amz-target", format!("DynamoDB_20120810.{operation}"));
        let call = call.header("content-type", "application/x-amz-json-1.0").header(
            "authorization",
            "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, \
             SignedHeaders=host;x-amz-date, Signature=0",
        );
        let call = call.header("x-amz-date", "20260101T000000Z").body(request.to_string());
        Runtime::new().unwrap().block_on(async {
            let answer = call.send().await.unwrap();
            assert!(answer.status().is_success(), "{answer:?}");
        });
    };
    for trip in ["t-1", "t-2"] {
        let key = json!({"trip_id": {"S": trip}});
        call("DeleteItem", json!({"TableName": "TripSearchTable", "Key": key}));
    }
}

#[test]
fn a_disturbed_replay_to_the_projector_brings_the_view_back() {
    let folder = tempfile::tempdir().unwrap();
    let (system, file) = told(folder.path());
    for line in captured(&file) {
        assert_eq!(line["sequence_number"].as_str().unwrap(), number(&line["record"]));
        assert!(line["shard"].as_str().unwrap().starts_with("shardId-"), "{line}");
    }
    forget(&system);
    assert_eq!(system.trip("verify --trip t-1").code, Some(1));

    let line = format!(
        "stream replay {} --to projector --duplicate --reorder --split --crash-after 2 \
         --batch-size 5 --until-settled --verify --json",
        file.display()
    );
    let ended = system.trip(&line);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let told = report(&ended);
    assert_eq!(told["disturbances"], "reorder, roll, split, repeat");
    assert_eq!((&told["undelivered"], &told["retries"]), (&json!(0), &json!(1)));
    let calm = format!("stream replay {} --to projector --crash-after 99", file.display());
    let calm = system.trip(&calm);
    assert!(calm.code == Some(0) && calm.stderr.contains("there was no batch 99"), "{calm:?}");
    let duplicates = told["records"].as_u64().unwrap() - captured(&file).len() as u64;
    assert!(duplicates > 0 && told["duplicates"] == duplicates, "{told}");
    let verified: Value = serde_json::from_str(ended.stdout.lines().nth(1).unwrap()).unwrap();
    assert_eq!((&verified["rows"], &verified["differences"]), (&json!(2), &json!([])));
}

#[test]
fn events_that_were_published_are_published_again_only_if_that_is_meant() {
    let folder = tempfile::tempdir().unwrap();
    let (system, file) = told(folder.path());
    let line = format!("stream replay {} --to dispatcher", file.display());
    let refused = system.trip(&line);
    assert_eq!(refused.code, Some(2));
    assert!(refused.stderr.contains("--publish"), "{refused:?}");
    let published = || system.trip("events tail --no-follow --json").stdout.lines().count();
    assert_eq!(published(), 8);
    let ended = system.trip(&format!("{line} --publish"));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stdout.ends_with("nothing is left undelivered\n"), "{ended:?}");
    assert_eq!(published(), 16);
}

#[test]
fn a_function_behind_an_invoke_address_is_answered_as_lambda_answers() {
    let folder = tempfile::tempdir().unwrap();
    let (_system, file) = told(folder.path());
    // Fails as a function fails, then in part, then by an identifier that is not of the batch.
    let function = Function::answering(|batch, records| {
        let reported =
            |id: &str| json!({"batchItemFailures": [{"itemIdentifier": id}]}).to_string();
        match batch {
            1 => ([("x-amz-function-error", "Unhandled")], "{}").into_response(),
            2 => reported(&number(&records[3])).into_response(),
            3 => reported("0").into_response(),
            4 => StatusCode::BAD_GATEWAY.into_response(),
            5 => r#"{"errorType": "Oops", "errorMessage": "no"}"#.into_response(),
            _ => StatusCode::OK.into_response(),
        }
    });
    let line = format!(
        "stream replay {} --to totals --invoke-address {} --batch-size 6 --reorder --attempts 4 --json",
        file.display(),
        function.address
    );
    let arguments: Vec<_> = line.split(' ').collect();
    let ended = run(trip(&arguments), "");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let batches = function.batches.lock().unwrap().clone();
    let first: Vec<_> = batches[0].iter().map(number).collect();
    let numbers = |batch: usize| batches[batch].iter().map(number).collect::<Vec<_>>();
    assert_eq!(numbers(1), first, "an error fails the whole batch");
    assert_eq!(numbers(2), first[3..], "from the lowest reported number on");
    assert_eq!(numbers(3), first[3..], "an unknown number fails the whole batch");
    assert_eq!(numbers(4), first[3..]);
    assert_eq!(numbers(5), first[3..], "an emulator tells an error in the body alone");

    let told = report(&ended);
    assert_eq!((&told["retries"], &told["duplicates"]), (&json!(5), &json!(6 + 3 + 3 + 3 + 3)));
    let (times, firsts) = function.seen();
    assert_eq!(times.len(), captured(&file).len(), "every record came");
    for (item, numbers) in firsts {
        assert!(numbers.is_sorted(), "{item}: {numbers:?}");
    }
}

#[test]
fn a_function_that_keeps_failing_ends_the_replay_with_1_and_says_what_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("event.json");
    let record = |n: u32| json!({"dynamodb": {"Keys": {"id": {"N": n.to_string()}}, "SequenceNumber": n.to_string()}});
    std::fs::write(&file, json!({"Records": [record(1), record(2)]}).to_string()).unwrap();
    let function = Function::answering(|_, _| "thanks".into_response());
    let to = format!("{}/2015-03-31/functions/totals/invocations", function.address);
    let line = format!("stream replay {} --to {to} --attempts 2", file.display());
    let arguments: Vec<_> = line.split(' ').collect();
    let ended = run(trip(&arguments), "");
    assert_eq!(ended.code, Some(1));
    assert!(ended.stdout.contains("2 records undelivered"), "{ended:?}");
    assert!(ended.stdout.contains("the answer is not JSON: thanks"), "{ended:?}");
    assert_eq!(function.batches.lock().unwrap().len(), 2);
}

/// The answer that reports this record.
fn reported(identifier: &str) -> Response {
    json!({"batchItemFailures": [{"itemIdentifier": identifier}]}).to_string().into_response()
}

#[rstest]
#[case(|_: usize, records: &[Value]| reported(&number(&records[0])), "it reported the batch's first record")]
#[case(|_: usize, _: &[Value]| reported(""), "it reported a record that is not in the batch")]
fn an_answer_that_fails_a_whole_batch_is_told_for_what_it_is(
    #[case] answer: fn(usize, &[Value]) -> Response,
    #[case] told: &str,
) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("record");
    std::fs::write(&file, r#"{"dynamodb": {"Keys": {}, "SequenceNumber": "1"}}"#).unwrap();
    let function = Function::answering(answer);
    let to = format!("{}/2015-03-31/functions/totals/invocations", function.address);
    let line = format!("stream replay {} --to {to} --attempts 1", file.display());
    let ended = run(trip(&line.split(' ').collect::<Vec<_>>()), "");
    assert!(ended.code == Some(1) && ended.stdout.contains(told), "{ended:?}");
}

#[test]
fn records_that_are_yet_to_come_are_captured_until_there_are_enough() {
    let system = System::start();
    let folder = tempfile::tempdir().unwrap();
    let (all, some) = (folder.path().join("all"), folder.path().join("some"));
    system.confirmed("t-1");
    let line = format!("stream capture --out {} --follow --json", all.display());
    let follow = Process::spawn(system.command(&line));
    let count = |file| std::fs::read_to_string(file).map_or(0, |text| text.lines().count());
    eventually("it captures", || (count(&all) > 0).then_some(()));
    let latest =
        format!("stream capture --from latest --records 3 --out {} --json", some.display());
    let latest = Process::spawn(system.command(&latest));
    // It may begin at any time, also in the middle of a trip, so there is always more to come.
    let mut trips = 2..;
    eventually("it has what came", || {
        system.confirmed(&format!("t-{}", trips.next().unwrap()));
        (count(&some) == 3).then_some(())
    });
    let ended = latest.end();
    assert_eq!((ended.code, report(&ended)["records"].clone()), (Some(0), json!(3)), "{ended:?}");
    let last = captured(&some).pop().unwrap();
    eventually("it follows", || {
        std::fs::read_to_string(&all)
            .unwrap()
            .contains(last["sequence_number"].as_str().unwrap())
            .then_some(())
    });
    follow.signal("INT");
    let ended = follow.end();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(report(&ended)["records"], captured(&all).len());
    assert!(captured(&all)[0] != captured(&some)[0]);
}

#[test]
fn what_cannot_be_captured_exits_with_1_and_what_cannot_be_replayed_with_2() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lines");
    let record = r#"{"dynamodb": {"Keys": {}, "SequenceNumber": "1"}}"#;
    std::fs::write(&file, format!("{record}\n{{\"dynamodb\": {{}}}}\n")).unwrap();
    let replay = |more: &str| {
        let line = format!("stream replay {} {more}", file.display());
        run(trip(&line.split(' ').collect::<Vec<_>>()), "")
    };
    let ended = replay("--to http://127.0.0.1:9");
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("line 2: a stream record needs dynamodb.Keys, an object"));
    std::fs::write(&file, record).unwrap();
    let ended = replay("--to totals --verify");
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("--to projector"), "{ended:?}");
    let ended = replay("--to http://127.0.0.1:9 --attempts 1");
    assert_eq!(ended.code, Some(1));
    assert!(ended.stdout.contains("1 record undelivered"), "{ended:?}");
    assert!(ended.stdout.contains("0 retries"), "{ended:?}");

    let out = format!("stream capture --out {}", file.display());
    let capture = |more: &str| {
        let mut command = trip(&format!("{out} {more}").split(' ').collect::<Vec<_>>());
        for name in ["AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_CONTAINER_CREDENTIALS_FULL_URI"] {
            command.env_remove(name);
        }
        command.env("AWS_REGION", "us-east-1").env("AWS_EC2_METADATA_DISABLED", "true");
        command.env("AWS_CONFIG_FILE", "none").env("AWS_SHARED_CREDENTIALS_FILE", "none");
        run(command, "")
    };
    let ended = capture("--aws");
    assert_eq!(ended.code, Some(1));
    assert!(ended.stderr.contains("credential"), "{ended:?}");
    let ended = capture("--endpoint http://127.0.0.1:9");
    assert_eq!(ended.code, Some(1));
    assert!(ended.stderr.contains("name another one with --dynamodb-endpoint"), "{ended:?}");

    let system = System::start();
    let ended = system.trip("stream capture --table Nobody --out -");
    assert_eq!(ended.code, Some(3));
    assert!(ended.stderr.contains("has no table Nobody with a stream"), "{ended:?}");
}
