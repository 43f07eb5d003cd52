//! The language's semantics on small machines: definition, input and answers in; end, output and
//! visited states out.

use serde_json::{Value, json};
use state_machine::Status;

use crate::support::Answer::{Done, Error, Panic, Value as Answered};
use crate::support::{Answer, Ended, World, of_states};

/// A task `A` that calls `f` and leads to `Done`, with some fields added, beside a state `Caught`.
fn states(extra: &Value) -> Value {
    let mut task = json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": "f", "Payload": {"input.$": "$"}},
        "ResultSelector": {"r.$": "$.Payload"},
        "ResultPath": "$.out",
        "TimeoutSeconds": 30,
        "Catch": [{"ErrorEquals": ["Never"], "Next": "Caught"}],
        "Next": "Done",
    });
    for (field, value) in extra.as_object().unwrap() {
        task[field] = value.clone();
    }
    json!({"A": task, "Done": {"Type": "Succeed"}, "Caught": {"Type": "Succeed"}})
}

async fn world(extra: &Value, answers: &[Answer]) -> World {
    let world = World::new(vec![of_states("A", &states(extra))]).await;
    world.script.say("f", answers.iter().cloned());
    world
}

async fn run(extra: &Value, answers: &[Answer], input: &Value) -> (World, Ended) {
    let world = world(extra, answers).await;
    let ended = world.run("test", "run-1", input).await;
    (world, ended)
}

#[tokio::test]
async fn results_are_selected_and_placed_in_the_input() {
    let result = json!({"id": 7});
    let cases = [
        (json!({}), json!({"x": 1}), json!({"x": 1, "out": {"r": {"id": 7}}})),
        (
            json!({"ResultPath": "$.a.b"}),
            json!({"a": {"c": 2}}),
            json!({"a": {"c": 2, "b": {"r": {"id": 7}}}}),
        ),
        (json!({"ResultPath": "$"}), json!({"x": 1}), json!({"r": {"id": 7}})),
        (
            json!({"ResultSelector": {"v.$": "$.ExecutedVersion", "s.$": "$.StatusCode", "c": "k"}}),
            json!({}),
            json!({"out": {"v": "$LATEST", "s": 200, "c": "k"}}),
        ),
        (
            json!({"ResultSelector": {"me.$": "$$.State.Name"}}),
            json!({}),
            json!({"out": {"me": "A"}}),
        ),
    ];
    for (extra, input, expected) in cases {
        let (_, ended) = run(&extra, &[Answered(result.clone())], &input).await;
        assert_eq!(ended.status(), Status::Succeeded, "{extra}");
        assert_eq!(ended.output(), expected, "{extra}");
    }
}

#[tokio::test]
async fn a_task_may_end_the_execution_and_give_the_whole_answer() {
    let mut task = states(&json!({"ResultPath": "$", "End": true}))["A"].take();
    for field in ["Next", "Catch", "ResultSelector"] {
        task.as_object_mut().unwrap().remove(field);
    }
    let world = World::new(vec![of_states("A", &json!({"A": task}))]).await;
    let ended = world.run("test", "run-1", &json!({})).await;
    assert_eq!(
        (ended.status(), ended.visited.as_slice()),
        (Status::Succeeded, ["A".to_owned()].as_slice())
    );
    assert_eq!(ended.output()["Payload"]["member_id"], "m-1");
}

#[tokio::test]
async fn the_payload_is_filled_from_the_input_and_the_context() {
    let payload = json!({
        "whole.$": "$", "deep": {"x.$": "$.a.x", "literal": 0}, "id.$": "$$.Execution.Id",
        "name.$": "States.Format('{}@{}', $$.Execution.Name, $$.Execution.StartTime)",
        "first.$": "$$.Execution.Input.a", "machine.$": "$$.StateMachine.Name", "retries.$": "$$.State.RetryCount",
        "redrives.$": "$$.Execution.RedriveCount",
    });
    let extra = json!({
        "Parameters": {"FunctionName": "f", "Payload": payload},
        "Retry": [{"ErrorEquals": ["X"]}],
    });
    let (world, ended) = run(&extra, &[Error("X"), Done], &json!({"a": {"x": null}})).await;
    let started = format!("{:.3}", ended.description.summary.start_date);
    let expected = |retries: u32| {
        json!({
            "whole": {"a": {"x": null}}, "deep": {"x": null, "literal": 0}, "id": ended.arn, "name": format!("run-1@{started}"),
            "first": {"x": null}, "machine": "test", "retries": retries, "redrives": 0,
        })
    };
    let payloads: Vec<Value> = world.script.calls().into_iter().map(|call| call.payload).collect();
    assert_eq!(payloads, [expected(0), expected(1)]);
    assert!(
        started.ends_with('Z') && started.len() == "2026-03-01T00:00:00.000Z".len(),
        "{started}"
    );
}

#[tokio::test]
async fn retriers_count_apart_and_the_first_that_matches_decides() {
    let retry = |attempts: [u32; 2]| {
        json!({"Retry": [
            {"ErrorEquals": ["X"], "MaxAttempts": attempts[0]},
            {"ErrorEquals": ["States.ALL"], "MaxAttempts": attempts[1]},
        ]})
    };
    let cases: [(_, &[Answer], _, _); 6] = [
        (retry([2, 2]), &[Error("X"), Error("Y"), Error("X"), Error("Y"), Done], 5, ""),
        (retry([2, 2]), &[Error("X"), Error("X"), Error("X")], 3, "X"),
        (retry([2, 2]), &[Error("Y"), Error("Z"), Error("Y")], 3, "Y"),
        (retry([0, 9]), &[Error("X")], 1, "X"),
        (retry([9, 9]), &[Panic, Done], 2, ""),
        (retry([2, 0]), &[Panic], 1, "Lambda.Unknown"),
    ];
    for (extra, answers, calls, error) in cases {
        let (world, ended) = run(&extra, answers, &json!({})).await;
        assert_eq!((world.script.calls().len(), ended.error()), (calls, error), "{answers:?}");
    }
}

#[tokio::test]
async fn retry_counters_start_anew_with_every_visit() {
    let again = json!({"Retry": [{"ErrorEquals": ["X"], "MaxAttempts": 1}], "Next": "B"});
    let mut states = states(&again);
    states["B"] = states["A"].clone();
    states["B"]["Next"] = json!("Done");
    let world = World::new(vec![of_states("A", &states)]).await;
    world.script.say("f", [Error("X"), Done, Error("X"), Done]);
    assert_eq!(world.run("test", "run-1", &json!({})).await.visited, ["A", "B", "Done"]);
}

#[tokio::test]
async fn waits_grow_by_the_rate_up_to_the_cap() {
    let retrier = json!({"ErrorEquals": ["X"], "IntervalSeconds": 1, "BackoffRate": 3, "MaxDelaySeconds": 20, "MaxAttempts": 5});
    let (world, _) = run(&json!({"Retry": [retrier]}), &vec![Error("X"); 9], &json!({})).await;
    // The wait is shorter by the time that passed since it was decided: milliseconds.
    let slept: Vec<f64> =
        world.timer.slept().iter().map(|slept| slept.as_secs_f64().round()).collect();
    assert_eq!(slept, [1.0, 3.0, 9.0, 20.0, 20.0]);
}

#[tokio::test]
async fn a_caught_error_goes_into_the_input_and_to_the_first_catcher_that_matches() {
    let catch = |first: &str, path: &str| {
        json!({"Catch": [
            {"ErrorEquals": [first], "ResultPath": path, "Next": "Caught"},
            {"ErrorEquals": ["States.ALL"], "Next": "Done"},
        ]})
    };
    let cause = r#"{"errorMessage":"as scripted","errorType":"X"}"#;
    let error = json!({"Error": "X", "Cause": cause});
    let cases = [
        (catch("X", "$.e.info"), "Caught", json!({"in": 1, "e": {"info": error}})),
        (catch("X", "$"), "Caught", error.clone()),
        (catch("States.TaskFailed", "$.e"), "Caught", json!({"in": 1, "e": error})),
        (catch("Y", "$.e"), "Done", error.clone()),
    ];
    for (extra, last, output) in cases {
        let (_, ended) = run(&extra, &[Error("X")], &json!({"in": 1})).await;
        assert_eq!((ended.visited[1].as_str(), ended.output()), (last, output), "{extra}");
    }
}

#[tokio::test]
async fn what_nothing_catches_fails_the_execution_with_its_error_and_cause() {
    let (_, ended) = run(&json!({}), &[Error("X")], &json!({})).await;
    assert_eq!((ended.status(), ended.error()), (Status::Failed, "X"));
    assert_eq!(
        ended.description.cause.as_deref(),
        Some(r#"{"errorMessage":"as scripted","errorType":"X"}"#)
    );
    assert_eq!(ended.description.output, None);
}

#[tokio::test]
async fn a_fail_state_gives_its_error_and_cause() {
    let fail = json!({"Done": {"Type": "Fail", "Error": "E", "Cause": "because"}});
    let world = World::new(vec![of_states("Done", &fail)]).await;
    let ended = world.run("test", "run-1", &json!({})).await;
    assert_eq!((ended.status(), ended.error()), (Status::Failed, "E"));
    assert_eq!(ended.description.cause.as_deref(), Some("because"));
}

#[tokio::test]
async fn no_wildcard_catches_what_the_definition_makes_impossible() {
    let all = json!([{"ErrorEquals": ["States.ALL"], "ResultPath": "$.e", "Next": "Caught"}]);
    let retry = json!([{"ErrorEquals": ["States.ALL"]}]);
    let big = || Answered(json!("x".repeat(262_144)));
    let cases = [
        (
            json!({"Parameters": {"FunctionName": "f", "Payload": {"x.$": "$.none"}}}),
            Done,
            "States.Runtime",
            0,
        ),
        (json!({"ResultSelector": {"x.$": "$.Payload.none"}}), Done, "States.Runtime", 1),
        (json!({}), big(), "States.DataLimitExceeded", 1),
    ];
    for (mut extra, answer, error, calls) in cases {
        extra["Catch"] = all.clone();
        extra["Retry"] = retry.clone();
        let (world, ended) = run(&extra, &[answer], &json!({})).await;
        assert_eq!((ended.status(), ended.error()), (Status::Failed, error), "{extra}");
        assert_eq!(world.script.calls().len(), calls, "{extra}");
    }
}

#[tokio::test]
async fn data_over_the_limit_can_be_caught_by_its_own_name() {
    let catch = json!([{"ErrorEquals": ["States.DataLimitExceeded"], "ResultPath": "$.e", "Next": "Caught"}]);
    let (_, ended) =
        run(&json!({"Catch": catch}), &[Answered(json!("x".repeat(262_144)))], &json!({})).await;
    assert_eq!(ended.visited, ["A", "Caught"]);
}

#[tokio::test]
async fn an_output_over_the_limit_fails_though_its_parts_are_within() {
    let half = "x".repeat(140_000);
    let (_, ended) = run(&json!({}), &[Answered(json!(half.clone()))], &json!({"in": half})).await;
    assert_eq!(ended.error(), "States.DataLimitExceeded");
}

#[tokio::test]
async fn a_result_path_into_something_else_than_an_object_is_an_error_that_can_be_caught() {
    let into_a_number = json!({"ResultPath": "$.in.out"});
    let (_, ended) = run(&into_a_number, &[], &json!({"in": 1})).await;
    assert_eq!(ended.error(), "States.ResultPathMatchFailure");
    let caught = json!({"ResultPath": "$.in.out", "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]});
    let (_, ended) = run(&caught, &[], &json!({"in": 1})).await;
    assert_eq!(ended.visited, ["A", "Caught"]);
}

#[tokio::test]
async fn a_catcher_whose_path_does_not_fit_fails_the_execution() {
    let catch = json!([{"ErrorEquals": ["X"], "ResultPath": "$.in.e", "Next": "Caught"}]);
    let (_, ended) = run(&json!({"Catch": catch}), &[Error("X")], &json!({"in": 1})).await;
    assert_eq!((ended.error(), ended.visited.len()), ("States.ResultPathMatchFailure", 1));
}

#[tokio::test]
async fn the_history_tells_every_attempt() {
    let extra = json!({"Retry": [{"ErrorEquals": ["X"]}]});
    let (world, ended) = run(&extra, &[Error("X"), Done], &json!({"a": 1})).await;
    let events = world.events(&ended.arn).await;
    let kinds: Vec<&str> = events.iter().map(|event| event.kind.as_str()).collect();
    let expected = [
        "ExecutionStarted",
        "TaskStateEntered",
        "TaskScheduled",
        "TaskStarted",
        "TaskFailed",
        "TaskScheduled",
        "TaskStarted",
        "TaskSucceeded",
        "TaskStateExited",
        "SucceedStateEntered",
        "SucceedStateExited",
        "ExecutionSucceeded",
    ];
    assert_eq!(kinds, expected);
    assert!(
        events
            .iter()
            .zip(1..)
            .all(|(event, id)| event.id == id && event.previous_event_id == id - 1)
    );
    assert!(events.windows(2).all(|pair| pair[0].timestamp <= pair[1].timestamp));
}
