//! A match is bounded, whatever pattern and event ask for.

use event_pattern::{Event, EventJson, Pattern, Undecided};
use serde_json::{Value, json};

fn event(event: &Value) -> EventJson {
    EventJson::of(event).unwrap()
}

/// Each wildcard could match at thousands of places.
#[test]
fn wildcards_do_not_multiply_the_work() {
    let pattern = json!({"a": [{"wildcard": format!("{}b", "*a".repeat(1000))}]});
    let pattern = Pattern::parse(&pattern.to_string()).unwrap();
    assert!(!pattern.matches(&event(&json!({"a": "a".repeat(100_000)}))).unwrap());
    assert!(pattern.matches(&event(&json!({"a": format!("{}b", "a".repeat(100_000))}))).unwrap());
}

/// No element has both, so that each has to be tried with each, unless they are told apart early.
#[test]
fn elements_of_a_long_array_are_not_tried_with_each_other() {
    let elements = (0..20_000).map(|n| if n % 2 == 0 { json!({"b": 1}) } else { json!({"c": 1}) });
    let elements: Vec<_> = elements.collect();
    let pattern = Pattern::parse(r#"{"a":{"b":[1],"c":[1]}}"#).unwrap();
    for array in [json!(elements), json!([elements]), json!([{"a": 1}, elements])] {
        assert!(!pattern.matches(&event(&json!({ "a": array }))).unwrap());
    }
    let absent = Pattern::parse(r#"{"a":{"b":[1],"c":[{"exists":false}]}}"#).unwrap();
    assert!(absent.matches(&event(&json!({ "a": elements }))).unwrap());
}

/// A thousand combinations, each of which has to go through a long array.
#[test]
fn a_match_that_takes_too_long_is_given_up() {
    let choice = |key: &str| {
        let branches: Vec<_> = (0..10).map(|n| json!({ key: [{"anything-but": n}] })).collect();
        json!({ "$or": branches })
    };
    let pattern = json!({"a": {"x": choice("p"), "y": choice("q"), "z": choice("r"), "zz": [0]}});
    let pattern = Pattern::parse(&pattern.to_string()).unwrap();
    let element = json!({"x": {"p": 10}, "y": {"q": 10}, "z": {"r": 10}, "zz": 1});
    let short = event(&json!({ "a": vec![element.clone(); 20] }));
    assert!(!pattern.matches(&short).unwrap());
    let long = event(&json!({ "a": vec![element; 5_000] }));
    assert!(matches!(pattern.matches(&long), Err(Undecided::Work(_))));
}

#[test]
fn an_event_that_no_pattern_can_be_asked_about_is_told() {
    let deep = format!("{}1{}", r#"{"a":"#.repeat(129), "}".repeat(129));
    for (event, why) in [
        ("[1]", "it is not an object"),
        (r#"{"a":"\ud83d"}"#, "surrogate"),
        (&deep, "it is nested deeper than 128 levels"),
    ] {
        let event = EventJson::parse(event).unwrap();
        let error = Event::of(&event).unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
    }
}

#[test]
fn an_event_is_kept_on_one_line_and_as_it_was_written() {
    let event = "{ \"a b\" :\r\n[1.50, \"\\\"x\\\" \" ,\t{} ] , \"a b\":1e2}";
    let event = EventJson::parse(event).unwrap();
    assert_eq!(event.as_str(), r#"{"a b":[1.50,"\"x\" ",{}],"a b":1e2}"#);
    assert!(EventJson::parse("{} {}").is_err());
}
