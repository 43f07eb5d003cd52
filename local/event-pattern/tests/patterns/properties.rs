//! The matcher against a naive reference, on random small patterns and events. The reference tries
//! every choice of leaves one after the other.

use std::collections::BTreeMap;

use event_pattern::{EventJson, Pattern};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_pattern_matches_what_the_reference_says(pattern in patterns(), event in events()) {
        let parsed = match Pattern::parse(&pattern.to_string()) {
            Err(refusal) if refusal.to_string().contains("combinations of $or") => return Ok(()),
            parsed => parsed.unwrap(),
        };
        let matches = parsed.matches(&EventJson::of(&event).unwrap()).unwrap();
        prop_assert_eq!(matches, reference(&pattern, &event), "{} on {}", pattern, event);
    }
}

proptest! {
    #[test]
    fn whatever_stands_in_a_pattern_it_is_taken_or_refused(pattern in anything(), event in events()) {
        match Pattern::parse(&pattern.to_string()) {
            Ok(pattern) => drop(pattern.matches(&EventJson::of(&event).unwrap()).unwrap()),
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

/// A leaf of an event: its path, its value, and which element of which arrays it is in.
type Leaf<'a> = (String, &'a Value, BTreeMap<usize, usize>);

/// Fields by path: what of each has to match.
type Fields = BTreeMap<String, Vec<Value>>;

fn reference(pattern: &Value, event: &Value) -> bool {
    let (mut leaves, mut alternatives) = (vec![], vec![Fields::new()]);
    collect_leaves(event, "", &BTreeMap::new(), &mut 0, &mut leaves);
    multiply_out(pattern.as_object().unwrap(), "", &mut alternatives);
    alternatives.iter().any(|fields| {
        let fields: Vec<_> = fields.iter().collect();
        can_choose(&fields, &leaves, &BTreeMap::new())
    })
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn collect_leaves<'a>(
    value: &'a Value,
    path: &str,
    elements: &BTreeMap<usize, usize>,
    arrays: &mut usize,
    leaves: &mut Vec<Leaf<'a>>,
) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| {
            collect_leaves(value, &join(path, key), elements, arrays, leaves);
        }),
        Value::Array(values) => {
            let array = *arrays;
            *arrays += 1;
            for (index, value) in values.iter().enumerate() {
                let mut elements = elements.clone();
                if value.is_object() || value.is_array() {
                    elements.insert(array, index);
                }
                collect_leaves(value, path, &elements, arrays, leaves);
            }
        }
        _ => leaves.push((path.to_owned(), value, elements.clone())),
    }
}

fn multiply_out(pattern: &Map<String, Value>, path: &str, alternatives: &mut Vec<Fields>) {
    for (key, value) in pattern {
        match value {
            Value::Array(branches) if key == "$or" => {
                let before = std::mem::take(alternatives);
                for branch in branches {
                    let mut branched = before.clone();
                    multiply_out(branch.as_object().unwrap(), path, &mut branched);
                    alternatives.extend(branched);
                }
            }
            Value::Array(forms) => alternatives.iter_mut().for_each(|fields| {
                fields.insert(join(path, key), forms.clone());
            }),
            nested => multiply_out(nested.as_object().unwrap(), &join(path, key), alternatives),
        }
    }
}

/// Whether a leaf can be chosen for each field, or none where that is asked for.
fn can_choose(
    fields: &[(&String, &Vec<Value>)],
    leaves: &[Leaf<'_>],
    chosen: &BTreeMap<usize, usize>,
) -> bool {
    let Some(((path, forms), rest)) = fields.split_first() else { return true };
    let agrees = |elements: &BTreeMap<usize, usize>| {
        elements.iter().all(|(array, index)| chosen.get(array).is_none_or(|other| other == index))
    };
    let agreeing: Vec<_> =
        leaves.iter().filter(|(at, _, elements)| at == *path && agrees(elements)).collect();
    let absent = forms.contains(&json!({ "exists": false })) && agreeing.is_empty();
    absent && can_choose(rest, leaves, chosen)
        || agreeing.iter().any(|(_, value, elements)| {
            let chosen = chosen.iter().chain(elements).map(|(&array, &index)| (array, index));
            forms.iter().any(|form| value_matches(form, value))
                && can_choose(rest, leaves, &chosen.collect())
        })
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
        "exists" => operand == &json!(true),
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

/// The keys of patterns and events. Few, so that they meet.
const KEYS: [&str; 4] = ["a", "b", "c", "a-b"];

fn events() -> impl Strategy<Value = Value> {
    let value = scalars().prop_recursive(4, 48, 4, |inner| {
        let list = vec(inner.clone(), 0..4).prop_map(Value::from);
        prop_oneof![1 => list, 2 => object(KEYS.to_vec(), inner.boxed(), 0..4)]
    });
    object(KEYS.to_vec(), value.boxed(), 0..4)
}

/// Patterns whose fields can replace each other: a branch may name what stands beside it.
fn patterns() -> impl Strategy<Value = Value> {
    let leaf = vec(forms(), 1..3).prop_map(Value::from).boxed();
    let nested = leaf.prop_recursive(3, 12, 3, |inner| with_choice(inner.boxed()));
    with_choice(nested.boxed())
}

fn with_choice(field: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    let fields = || object(KEYS.to_vec(), field.clone(), 1..4);
    let choice = proptest::option::weighted(0.2, vec(fields(), 2..4));
    let pattern = (fields(), choice, any::<bool>()).prop_map(|(pattern, choice, comes_last)| {
        let Some(branches) = choice else { return pattern };
        let choice = Map::from_iter([("$or".to_owned(), Value::from(branches))]);
        let Value::Object(pattern) = pattern else { unreachable!("an object") };
        let (first, second) = if comes_last { (pattern, choice) } else { (choice, pattern) };
        Value::Object(first.into_iter().chain(second).collect())
    });
    pattern.boxed()
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
