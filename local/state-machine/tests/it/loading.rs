//! What the loader accepts, and what it refuses and with which path.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use state_machine::Definition;

use crate::support::{BOOKING, COMPENSATION, FUNCTIONS, product_machines};

fn task() -> Value {
    json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": "f", "Payload": {"input.$": "$"}},
        "TimeoutSeconds": 30,
        "Next": "Done",
    })
}

fn machine() -> Value {
    json!({"StartAt": "A", "States": {"A": task(), "Done": {"Type": "Succeed"}}})
}

/// The problems of the machine after `value` is put at `pointer`.
fn refused(pointer: &str, value: Value) -> Vec<String> {
    let mut document = machine();
    let (parent, field) = pointer.rsplit_once('/').unwrap();
    document.pointer_mut(parent).unwrap()[field] = value;
    match Definition::load(&document.to_string(), &BTreeMap::new()) {
        Ok(_) => vec![],
        Err(errors) => errors.0.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn what_the_runner_does_not_know_is_refused_with_its_path() {
    let retrier = |field: &str, value: Value| {
        let mut retrier = json!({"ErrorEquals": ["X"]});
        retrier[field] = value;
        json!([retrier])
    };
    let cases = [
        ("/States/A/HeartbeatSeconds", json!(5), "States.A.HeartbeatSeconds: not supported"),
        ("/States/A/InputPath", json!("$"), "States.A.InputPath: not supported"),
        ("/States/A/OutputPath", json!("$"), "States.A.OutputPath: not supported"),
        ("/TimeoutSeconds", json!(60), "TimeoutSeconds: not supported"),
        ("/QueryLanguage", json!("JSONata"), "QueryLanguage: not supported"),
        ("/States/Done/Output", json!({}), "States.Done.Output: not supported"),
        ("/States/A/Type", json!("Map"), "States.A.Type: the type 'Map' is not supported"),
        (
            "/States/A/Resource",
            json!("arn:aws:states:::sqs:sendMessage"),
            "only arn:aws:states:::lambda:invoke",
        ),
        (
            "/States/A/Parameters/Qualifier",
            json!("live"),
            "States.A.Parameters.Qualifier: not supported",
        ),
        (
            "/States/A/Parameters/Payload",
            json!("text"),
            "States.A.Parameters.Payload: expected an object",
        ),
        (
            "/States/A/Parameters/Payload",
            json!({"a.$": "$.b[0]"}),
            "States.A.Parameters.Payload.a.$: the path '$.b[0]'",
        ),
        (
            "/States/A/Parameters/Payload",
            json!({"a.$": "$$.Task.Token"}),
            "'$$.Task.Token' is not supported",
        ),
        (
            "/States/A/Parameters/Payload",
            json!({"a.$": "States.UUID()"}),
            "the intrinsic 'States.UUID()'",
        ),
        (
            "/States/A/Parameters/Payload",
            json!({"a.$": 1}),
            "a field that ends in `.$` holds a path",
        ),
        (
            "/States/A/Parameters/Payload",
            json!({"a": [1]}),
            "States.A.Parameters.Payload.a: an array",
        ),
        ("/States/A/Parameters/Payload", json!({"a": 1, "a.$": "$"}), "is given twice"),
        ("/States/A/ResultSelector", json!(1), "States.A.ResultSelector: expected an object"),
        ("/States/A/ResultPath", json!("$.a[0]"), "States.A.ResultPath: the path '$.a[0]'"),
        ("/States/A/ResultPath", json!(null), "States.A.ResultPath: expected a path"),
        ("/States/A/TimeoutSeconds", json!(0), "States.A.TimeoutSeconds: expected 1 to 99999999"),
        ("/States/A/TimeoutSeconds", json!("30"), "States.A.TimeoutSeconds: invalid type"),
        ("/States/A/End", json!(true), "States.A.Next: a task has either"),
        ("/States/A/Next", json!("Nowhere"), "States.A: leads to 'Nowhere', which is not a state"),
        ("/States/A/Next", json!("A"), "States.Done: no transition leads here"),
        ("/StartAt", json!("B"), "StartAt: there is no state 'B'"),
        ("/StartAt", json!(1), "StartAt: invalid type"),
        ("/States/A", json!([]), "States.A: expected an object"),
        (
            "/States/A/Parameters/FunctionName",
            json!("${Missing}"),
            "A.Parameters.FunctionName: no value for the substitution ${Missing}",
        ),
        (
            "/States/A/Retry",
            retrier("JitterStrategy", json!("SOME")),
            "States.A.Retry[0].JitterStrategy: expected FULL",
        ),
        (
            "/States/A/Retry",
            retrier("MaxDelaySeconds", json!(1)),
            "States.A.Retry[0].MaxDelaySeconds: expected 2 to",
        ),
        (
            "/States/A/Retry",
            retrier("IntervalSeconds", json!(1.5)),
            "States.A.Retry[0].IntervalSeconds: invalid type",
        ),
        (
            "/States/A/Retry",
            retrier("BackoffRate", json!(0.5)),
            "States.A.Retry[0].BackoffRate: expected 1.0",
        ),
        (
            "/States/A/Retry",
            retrier("Comment", json!("x")),
            "States.A.Retry[0].Comment: not supported",
        ),
        (
            "/States/A/Retry",
            retrier("ErrorEquals", json!([])),
            "States.A.Retry[0].ErrorEquals: names at least one",
        ),
        (
            "/States/A/Retry",
            retrier("ErrorEquals", json!(["States.Runtime"])),
            "'States.Runtime' is never reported",
        ),
        (
            "/States/A/Retry",
            retrier("ErrorEquals", json!(["States.HeartbeatTimeout"])),
            "is never reported",
        ),
        (
            "/States/A/Retry",
            retrier("ErrorEquals", json!(["States.ALL", "X"])),
            "Retry[0].ErrorEquals: States.ALL stands",
        ),
        (
            "/States/A/Catch",
            json!([{"ErrorEquals": ["States.ALL"], "Next": "Done"}, {"ErrorEquals": ["X"], "Next": "Done"}]),
            "States.A.Catch[0].ErrorEquals: States.ALL stands alone and in the last entry",
        ),
        (
            "/States/A/Catch",
            json!([{"ErrorEquals": ["X"], "Next": "No"}]),
            "States.A: leads to 'No'",
        ),
        ("/States/A/Catch", json!([{"ErrorEquals": ["X"]}]), "States.A.Catch[0].Next: required"),
        ("/States/Done", json!({"Type": "Fail", "Error": "E"}), "States.Done.Cause: required"),
        (
            "/States/Done",
            json!({"Type": "Fail", "Error": "E", "CausePath": "$.c"}),
            "States.Done.CausePath: not supported",
        ),
    ];
    for (pointer, value, expected) in cases {
        let errors = refused(pointer, value.clone());
        assert!(
            errors.iter().any(|error| error.contains(expected)),
            "{pointer} = {value}: {errors:?}"
        );
    }
}

#[test]
fn the_unchanged_machine_is_accepted() {
    assert_eq!(refused("/Comment", json!("a comment")), Vec::<String>::new());
    assert_eq!(refused("/States/A/ResultPath", json!("$")), Vec::<String>::new());
    assert_eq!(refused("/States/A/Parameters/FunctionName", json!("$name")), Vec::<String>::new());
}

#[test]
fn every_problem_of_a_definition_is_named_at_once() {
    let document = json!({
        "StartAt": "A",
        "States": {"A": {"Type": "Task", "Bogus": 1}, "B": {"Type": "Wait"}},
        "Version": "1.0",
    });
    let errors = Definition::load(&document.to_string(), &BTreeMap::new()).unwrap_err();
    let paths: BTreeSet<&str> = errors.0.iter().map(|error| error.path.as_str()).collect();
    let expected = [
        "States.A.Bogus",
        "States.A.Next",
        "States.A.Parameters",
        "States.A.Resource",
        "States.A.TimeoutSeconds",
        "States.B.Type",
        "Version",
    ];
    assert_eq!(paths, BTreeSet::from(expected));
}

#[test]
fn text_that_is_not_a_json_object_is_refused() {
    for (text, expected) in
        [("{", "not JSON"), ("[]", "expected an object"), ("{}", "StartAt: required")]
    {
        let errors = Definition::load(text, &BTreeMap::new()).unwrap_err();
        assert!(errors.to_string().contains(expected), "{text}: {errors}");
    }
}

#[test]
fn the_product_s_machines_name_their_functions_and_errors() {
    let [booking, compensation] = product_machines().try_into().unwrap();
    assert_eq!(booking.definition.function_names(), BTreeSet::from(FUNCTIONS));
    let undoing = BTreeSet::from(["FlightCancel", "HotelCancel", "PaymentRefund"]);
    assert_eq!(compensation.definition.function_names(), undoing);
    let names = booking.definition.error_names();
    for name in [
        "TripAlreadyConfirmed",
        "PaymentDeclined",
        "States.ALL",
        "States.Timeout",
        "CompensationIncomplete",
    ] {
        assert!(names.contains(name), "{name}");
    }
    assert!(!compensation.definition.error_names().contains("States.ALL"));
}

#[test]
fn the_product_s_machines_need_their_substitutions() {
    for (json, substitutions) in [(BOOKING, 6), (COMPENSATION, 3)] {
        let errors = Definition::load(json, &BTreeMap::new()).unwrap_err();
        assert_eq!(errors.0.len(), substitutions, "{errors}");
        assert!(
            errors.0.iter().all(|error| error.message.starts_with("no value for the substitution")),
            "{errors}"
        );
    }
}
