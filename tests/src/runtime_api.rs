//! The sandbox of the test bed behaves as Lambda does, seen with a function that misbehaves as it
//! is told.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bed::{Bed, Booking, Instance, Sandbox, answers, eventually, faults};
use domain::Clock;
use lambda_kit::clock::SystemClock;
use rstest::rstest;
use serde_json::{Value, json};

const PUPPET: &str = env!("CARGO_BIN_EXE_function-puppet");
const SAGA: &str = env!("CARGO_BIN_EXE_function-saga");

fn puppet() -> Sandbox {
    Sandbox::new(PUPPET, "puppet.handle", &BTreeMap::new())
}

#[tokio::test]
async fn an_invocation_has_a_payload_a_deadline_and_its_names_and_a_process_serves_many() {
    let (puppet, started) = (puppet(), SystemClock.now());
    let mut answers = Vec::new();
    for number in 1..=3 {
        answers.push(puppet.invoke(&json!({ "number": number })).await.unwrap());
    }
    assert_eq!(puppet.starts(), 1);
    let distinct =
        |field: &str| answers.iter().map(|a| a[field].to_string()).collect::<BTreeSet<_>>();
    assert_eq!((distinct("process").len(), distinct("request_id").len()), (1, 3));
    assert_eq!(distinct("trace").len(), 3);
    let answer = &answers[2];
    assert_eq!(answer["payload"], json!({ "number": 3 }));
    assert_eq!(answer["function_name"], "puppet-handle");
    assert!(answer["function_arn"].as_str().unwrap().ends_with(":function:puppet-handle"));
    let deadline = answer["deadline"].as_i64().unwrap();
    assert!(deadline >= started.as_millis() + 15_000, "{deadline}");
}

#[tokio::test]
async fn an_error_of_the_function_comes_back_by_its_name_and_the_process_stays() {
    let puppet = puppet();
    let error = puppet.invoke(&json!({ "do": "fail" })).await.unwrap_err();
    assert_eq!(
        (error.error_type.as_str(), error.message.as_str()),
        ("FlightUnavailable", "as told")
    );
    puppet.invoke(&json!(null)).await.unwrap();
    assert_eq!(puppet.starts(), 1);
}

#[rstest]
#[case("exit")]
#[case("abort")]
#[case("exhaust memory")]
#[tokio::test]
async fn a_process_that_ends_ends_its_invocation_and_the_next_starts_another(#[case] deed: &str) {
    let puppet = puppet();
    let first = puppet.invoke(&json!({})).await.unwrap();
    let error = puppet.invoke(&json!({ "do": deed })).await.unwrap_err();
    assert_eq!(error.error_type, "Runtime.ExitError");
    let second = puppet.invoke(&json!({})).await.unwrap();
    assert_ne!(first["process"], second["process"]);
    assert_eq!(puppet.starts(), 2);
}

#[tokio::test]
async fn an_invocation_whose_time_is_over_is_ended_with_its_process() {
    let puppet = puppet().with_timeout(Duration::from_millis(300));
    let error = puppet.invoke(&json!({ "do": "hang" })).await.unwrap_err();
    assert_eq!(error.error_type, "Sandbox.Timedout");
    assert!(error.message.ends_with("Task timed out after 0.30 seconds"), "{}", error.message);
    puppet.invoke(&json!({})).await.unwrap();
    assert_eq!(puppet.starts(), 2);
}

#[tokio::test]
async fn invocations_at_the_same_time_are_served_one_after_the_other() {
    let puppet = puppet();
    let gate = puppet.hold_answer();
    let payloads: Vec<Value> = (0..4).map(Value::from).collect();
    let all = futures::future::join_all(payloads.iter().map(|payload| puppet.invoke(payload)));
    let open = async {
        gate.reached().await;
        gate.open();
    };
    let (answers, ()) = tokio::join!(all, open);
    let served: Vec<_> =
        answers.into_iter().map(|answer| answer.unwrap()["payload"].clone()).collect();
    assert_eq!(served, payloads);
    assert_eq!(puppet.starts(), 1);
}

#[rstest]
#[tokio::test]
async fn a_signal_ends_an_idle_process_or_an_invocation(#[values(false, true)] kill: bool) {
    let puppet = puppet();
    let end = async || if kill { puppet.kill().await } else { puppet.terminate().await };
    puppet.invoke(&json!({})).await.unwrap();
    end().await;

    let gate = puppet.hold_answer();
    let (payload, ended) = (json!({}), async {
        gate.reached().await;
        end().await;
    });
    let (answer, ()) = tokio::join!(puppet.invoke(&payload), ended);
    let error = answer.unwrap_err();
    assert_eq!(error.error_type, "Runtime.ExitError");
    let signal = if kill { "signal: 9" } else { "signal: 15" };
    assert!(error.message.contains(signal), "{}", error.message);
    puppet.invoke(&json!({})).await.unwrap();
    assert_eq!(puppet.starts(), 3);
}

#[tokio::test]
async fn a_function_that_cannot_start_says_why() {
    let refusing = BTreeMap::from([("PUPPET_INIT_ERROR".to_owned(), "no settings".to_owned())]);
    let puppet = Sandbox::new(PUPPET, "puppet.handle", &refusing);
    for starts in 1..=2 {
        let error = puppet.invoke(&json!({})).await.unwrap_err();
        let (kind, message) = (error.error_type.as_str(), error.message.as_str());
        assert_eq!((kind, message), ("Runtime.Refused", "no settings"));
        assert_eq!(puppet.starts(), starts);
    }
    eventually("its last words", async || {
        puppet.logs().iter().any(|line| line.contains("refused to start")).then_some(())
    })
    .await;
}

/// A managed instance: the barrier in the function opens only when all of them are in it.
#[tokio::test]
async fn a_process_serves_as_many_at_once_as_it_is_told_and_mixes_up_nothing() {
    let mut puppet = Instance::start(PUPPET, "puppet.handle", &BTreeMap::new(), PLACES).await;
    let payloads: Vec<_> =
        (1..=PLACES).map(|n| json!({ "do": "meet", "n": n, "of": PLACES })).collect();
    let served = puppet.invoke(&payloads).await;
    for (payload, served) in payloads.iter().zip(&served) {
        let answer = served.answer.as_ref().unwrap();
        assert_eq!(
            (&answer["payload"], &answer["request_id"]),
            (payload, &json!(served.request_id))
        );
    }
    let lines = eventually("two lines and a count of each", async || {
        let lines = puppet.logs().into_iter().map(|line| serde_json::from_str(&line).unwrap());
        let lines: Vec<Value> = lines.filter(|line: &Value| number(line).is_some()).collect();
        (lines.len() == 3 * PLACES).then_some(lines)
    })
    .await;
    for line in &lines {
        let request_id = &served[number(line).unwrap() - 1].request_id;
        assert_eq!(request_id_of(line), request_id, "{line}");
    }
}

const PLACES: usize = 16;

/// Which invocation a line of the log or a count is about.
fn number(line: &Value) -> Option<usize> {
    let number = line.get("n").or_else(|| line.get("Met"))?;
    Some(usize::try_from(number.as_u64().unwrap()).unwrap())
}

/// A line has the id in its spans, a count as a property.
fn request_id_of(line: &Value) -> &str {
    let spans = line["spans"].as_array().into_iter().flatten();
    let mut ids = spans.chain([line]).filter_map(|part| part["requestId"].as_str());
    let id = ids.next().expect("a request id");
    assert_eq!(ids.next(), None, "{line}");
    id
}

/// A call that DynamoDB throttles, in the middle of a step: whatever is logged of it, at any level,
/// says of which request it is.
#[rstest]
#[case("warn")]
#[case("info")]
#[case("debug")]
#[case("trace")]
#[tokio::test]
async fn every_line_about_a_request_names_it_whatever_the_level_is(#[case] level: &str) {
    let bed = Bed::new().await;
    bed.database.inject(faults::times(1, "GetItem", answers::throttled_by("reason", "resource")));
    let function = Sandbox::new(SAGA, "flight.reserve", &bed.settings_with(&[("RUST_LOG", level)]));
    let task = Booking::new("trip-1").task("alice", "saga-1");
    function.invoke(&task).await.unwrap();
    let lines = eventually("the throttled call's line", async || {
        let lines = function.logs().into_iter().map(|line| serde_json::from_str(&line).unwrap());
        let lines: Vec<Value> = lines.collect();
        let is_told = |line: &Value| line["message"] == "DynamoDB throttled a call";
        lines.iter().any(is_told).then_some(lines)
    })
    .await;
    // Of the libraries, what they say within a call: they also log that a client is made.
    let is_about_it = |line: &&Value| {
        let target = line["target"].as_str().unwrap_or_default();
        let is_ours = ["saga", "store", "lambda_kit"].iter().any(|ours| target.starts_with(ours));
        let mut spans = line["spans"].as_array().into_iter().flatten();
        is_ours || spans.any(|span| span["rpc.method"].is_string())
    };
    let about: BTreeSet<_> = lines.iter().filter(is_about_it).map(request_id_of).collect();
    assert_eq!(about.len(), 1, "{about:?}");
}
