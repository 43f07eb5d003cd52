//! The matcher against a naive reference, on random small patterns and events.

use event_pattern::{EventJson, Pattern};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_pattern_matches_what_the_reference_says(pattern in patterns(), event in events()) {
        let parsed = Pattern::parse(&pattern.to_string()).unwrap();
        let matches = parsed.matches(&EventJson::of(&event).unwrap()).unwrap();
        prop_assert_eq!(matches, reference(&pattern, Some(&event)), "{} on {}", pattern, event);
    }
}

proptest! {
    /// A pattern that is accepted was tried on an event, and one that is not was refused with a
    /// reason.
    #[test]
    fn whatever_stands_in_a_pattern_it_is_taken_or_refused(pattern in anything(), event in events()) {
        match Pattern::parse(&pattern.to_string()) {
            // The matcher may still fail on an event other than the one on which it was tried.
            Ok(pattern) => drop(pattern.matches(&EventJson::of(&event).unwrap())),
            Err(refusal) => prop_assert!(refusal.to_string().starts_with("Event pattern is not valid.")),
        }
    }
}

/// JSON in which operators stand where they should and where they should not.
fn anything() -> impl Strategy<Value = Value> {
    let names = select(vec![
        "a",
        "detail",
        "$or",
        "prefix",
        "suffix",
        "wildcard",
        "exists",
        "numeric",
        "cidr",
        "anything-but",
        "equals-ignore-case",
        "exactly",
    ]);
    let text = prop_oneof![".{0,8}", "[*\\\\a/.0-9]{0,8}"].prop_map(Value::from);
    let leaf = prop_oneof![2 => text, 1 => scalars(), 1 => any::<f64>().prop_map(Value::from)];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        let fields = btree_map(names.clone().prop_map(str::to_owned), inner.clone(), 1..4);
        prop_oneof![
            vec(inner, 0..4).prop_map(Value::from),
            fields.prop_map(|fields| Value::Object(Map::from_iter(fields))),
        ]
    })
}

/// Whether `event` matches `pattern`, by the book.
fn reference(pattern: &Value, event: Option<&Value>) -> bool {
    pattern.as_object().unwrap().iter().all(|(key, pattern)| match (key.as_str(), pattern) {
        ("$or", branches) => {
            branches.as_array().unwrap().iter().any(|branch| reference(branch, event))
        }
        (key, Value::Array(forms)) => {
            let values = values(event.and_then(|event| event.get(key)));
            forms.iter().any(|form| form_matches(form, &values))
        }
        (key, nested) => reference(nested, event.and_then(|event| event.get(key))),
    })
}

/// The plain values of a field.
fn values(field: Option<&Value>) -> Vec<&Value> {
    match field {
        None | Some(Value::Object(_)) => vec![],
        Some(Value::Array(values)) => values.iter().collect(),
        Some(value) => vec![value],
    }
}

fn form_matches(form: &Value, values: &[&Value]) -> bool {
    match form.get("exists") {
        Some(expected) => json!(!values.is_empty()) == *expected,
        None => values.iter().any(|value| value_matches(form, value)),
    }
}

fn value_matches(form: &Value, value: &Value) -> bool {
    let Some((operator, operand)) = form.as_object().and_then(|form| form.iter().next()) else {
        return equal(form, value);
    };
    let text = value.as_str();
    let wanted = operand.as_str().unwrap_or_default();
    match operator.as_str() {
        "prefix" => text.is_some_and(|text| text.starts_with(wanted)),
        "suffix" => text.is_some_and(|text| text.ends_with(wanted)),
        "equals-ignore-case" => text.is_some_and(|text| text.eq_ignore_ascii_case(wanted)),
        "wildcard" => text.is_some_and(|text| glob(wanted.as_bytes(), text.as_bytes())),
        "anything-but" => !operand.as_array().unwrap().iter().any(|other| equal(other, value)),
        "numeric" => value.as_f64().is_some_and(|number| in_range(operand, number)),
        other => panic!("no operator {other}"),
    }
}

fn equal(one: &Value, other: &Value) -> bool {
    match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    }
}

fn in_range(terms: &Value, number: f64) -> bool {
    terms.as_array().unwrap().chunks(2).all(|pair| {
        let bound = pair[1].as_f64().unwrap();
        match pair[0].as_str().unwrap() {
            "=" => number == bound,
            "<" => number < bound,
            "<=" => number <= bound,
            ">" => number > bound,
            _ => number >= bound,
        }
    })
}

fn glob(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern, text) {
        ([], []) => true,
        ([b'*', rest @ ..], _) => (0..=text.len()).any(|skip| glob(rest, &text[skip..])),
        ([one, pattern @ ..], [other, text @ ..]) => one == other && glob(pattern, text),
        _ => false,
    }
}

/// Events over the keys that patterns use; `a` and `b` nest.
fn events() -> impl Strategy<Value = Value> {
    let scalar = scalars();
    let field = prop_oneof![4 => scalar.clone(), 1 => vec(scalar, 0..3).prop_map(Value::from)];
    let nested = object(vec!["c", "d", "e", "f"], field.clone().boxed(), 0..4);
    object(vec!["a", "b", "c", "d", "e", "f"], prop_oneof![field, nested].boxed(), 0..6)
}

/// Patterns over these keys. A choice uses its own keys, since a path may be given only once.
fn patterns() -> impl Strategy<Value = Value> {
    let leaf = || vec(forms(), 1..3).prop_map(Value::from).boxed();
    let branch = || object(vec!["e", "f"], leaf(), 1..3);
    let with_choice = |keys: Vec<&'static str>, field: BoxedStrategy<Value>| {
        let choice = proptest::option::weighted(0.3, vec(branch(), 2..4));
        (object(keys, field, 1..4), choice).prop_map(|(mut pattern, choice)| {
            if let Some(branches) = choice {
                pattern["$or"] = Value::from(branches);
            }
            pattern
        })
    };
    let nested = with_choice(vec!["c", "d"], leaf());
    with_choice(vec!["a", "b", "c", "d"], prop_oneof![3 => leaf(), 1 => nested].boxed())
}

fn forms() -> impl Strategy<Value = Value> {
    let text = select(vec!["", "x", "y", "xy", "XY"]);
    let glob = select(vec!["*", "x*", "*y", "x*y", "*x*", "xy"]);
    let affix = select(vec!["prefix", "suffix", "equals-ignore-case"]);
    let numbers = vec(select(vec![json!(0), json!(1), json!(1.5)]), 1..3);
    let texts = vec(text.clone(), 1..3);
    prop_oneof![
        4 => scalars(),
        3 => (affix, text).prop_map(|(operator, text)| json!({ operator: text })),
        2 => glob.prop_map(|glob| json!({ "wildcard": glob })),
        1 => texts.prop_map(|texts| json!({ "anything-but": texts })),
        1 => numbers.prop_map(|numbers| json!({ "anything-but": numbers })),
        1 => any::<bool>().prop_map(|exists| json!({ "exists": exists })),
        2 => ranges().prop_map(|range| json!({ "numeric": range })),
    ]
}

fn ranges() -> impl Strategy<Value = Value> {
    let bound = select(vec![json!(-1), json!(0), json!(1), json!(1.5)]);
    let single = (select(vec!["=", "<", "<=", ">", ">="]), bound);
    let pair = (select(vec![">", ">="]), select(vec!["<", "<="]));
    prop_oneof![
        single.prop_map(|(operator, bound)| json!([operator, bound])),
        pair.prop_map(|(lower, upper)| json!([lower, 0, upper, 1.5])),
    ]
}

fn scalars() -> impl Strategy<Value = Value> + Clone {
    prop_oneof![
        3 => select(vec!["", "x", "y", "xy", "XY", "yx"]).prop_map(Value::from),
        2 => select(vec![json!(-1), json!(0), json!(1), json!(1.5), json!(2)]),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
    ]
}

fn object(
    keys: Vec<&'static str>,
    field: BoxedStrategy<Value>,
    size: std::ops::Range<usize>,
) -> BoxedStrategy<Value> {
    let fields = btree_map(select(keys).prop_map(str::to_owned), field, size);
    fields.prop_map(|fields| Value::Object(Map::from_iter(fields))).boxed()
}
