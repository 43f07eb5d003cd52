//! The request's JSON Schema accepts the bodies that the functions accept, and no others.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use domain::request::{BookingRequest, RULES};
use jsonschema::{Draft, Validator};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::{Union, ValueTree};
use proptest::string::string_regex;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use regex::Regex;
use serde_json::{Map, Value, json};
use testing::{assert_generated, seed};

use super::support::valid_body;

static SCHEMA: LazyLock<Value> = LazyLock::new(BookingRequest::schema);
static VALIDATOR: LazyLock<Validator> = LazyLock::new(|| validator(&SCHEMA));

fn validator(schema: &Value) -> Validator {
    jsonschema::options().with_draft(Draft::Draft4).build(schema).unwrap()
}

const GENERATED: &str =
    "Generated from domain::request, do not edit: UPDATE_GENERATED=1 cargo test -p domain";

#[test]
fn the_generated_schema_is_up_to_date() {
    let head = json!({
        "$schema": "http://json-schema.org/draft-04/schema#",
        "title": "BookingRequest",
        "description": GENERATED,
    });
    check_generated("trip-request.schema.json", head, &SCHEMA);
}

#[test]
fn the_generated_form_is_up_to_date() {
    let head = json!({ "description": GENERATED });
    check_generated("trip-request.form.json", head, &BookingRequest::form());
}

fn check_generated(name: &str, mut file: Value, rest: &Value) {
    file.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    assert_generated(&format!("infra/generated/{name}"), &file, "cargo test -p domain");
}

/// A field of the request, as the schema describes it.
#[derive(Clone, Debug)]
struct Field {
    path: Vec<String>,
    schema: Value,
}

/// The fields that have no fields themselves.
fn fields() -> Vec<Field> {
    let (mut found, mut objects) = (Vec::new(), vec![(Vec::new(), SCHEMA.clone())]);
    while let Some((path, object)) = objects.pop() {
        for (name, schema) in object["properties"].as_object().unwrap() {
            let path = [&path[..], std::slice::from_ref(name)].concat();
            match schema.get("properties") {
                Some(_) => objects.push((path, schema.clone())),
                None => found.push(Field { path, schema: schema.clone() }),
            }
        }
    }
    found
}

/// Values that the schema is meant to accept.
fn meant(schema: &Value) -> BoxedStrategy<Value> {
    if let Some(pattern) = schema["pattern"].as_str() {
        return string_regex(pattern.trim_matches(['^', '$']))
            .unwrap()
            .prop_map(Value::from)
            .boxed();
    }
    match (schema["enum"].as_array(), schema["anyOf"].as_array()) {
        (Some(values), _) => select(values.clone()).boxed(),
        (_, Some(schemas)) => {
            select(schemas.clone()).prop_flat_map(|schema| meant(&schema)).boxed()
        }
        _ => {
            let whole = 0..=999_999_999_999_999_u64;
            let spelled = whole.clone().prop_map(|number| json!(number as f64));
            prop_oneof![whole.prop_map(Value::from), spelled].boxed()
        }
    }
}

/// Values of every kind, and values on which readers of JSON and of numbers disagree.
fn odd() -> impl Strategy<Value = Value> {
    let values = [
        "null",
        "true",
        "0",
        "1",
        "-1",
        "1.0",
        "1e2",
        "0.1",
        "-0.0",
        "80000.5",
        "999999999999999.0",
        "1e15",
        "1e-7",
        "999999999999999",
        "1000000000000000",
        "9007199254740993",
        "18446744073709551615",
        "-9223372036854775808",
        "12345678901234567890123",
        "\"\"",
        "\"0\"",
        "\"0.0\"",
        "\"100.100000\"",
        "\"100.00001\"",
        "\"1.00000000000000000000\"",
        "\"1.\"",
        "\".5\"",
        "\"1e2\"",
        "\"+1\"",
        "\"search\"",
        "\"2100-02-29\"",
        "\"2000-02-29\"",
        "\"2026-03-01T23:59:60\"",
        "\"2026-03-01T10:00-14:00\"",
        "\"2026-03-01T10:00:00.000Z\"",
        "\"2026-03-01 10:00:00 +0900\"",
        "\"2026-03-01T10:00:00.5\"",
        "\"BA015D\"",
        "\"NH 001\"",
        "\"NH0\"",
        "\"001234\"",
        "\"BGN\"",
        "\"XAU\"",
        "\"error:0\"",
        "\"error:+2\"",
        "\"error:1000\"",
        "\"error:2:2\"",
        "[]",
        "{}",
        "[1]",
        "{\"value\": \"1\"}",
    ];
    let texts = prop_oneof![any::<String>(), "[\\s\u{85}\u{200b}]{0,4}[^a]{0,3}[\\s\u{85}]{0,4}"];
    let long = (95..105_usize, 0..110_usize)
        .prop_map(|(name, spaces)| json!(format!("{}{}", "n".repeat(name), " ".repeat(spaces))));
    let values = select(values.to_vec()).prop_map(|text| serde_json::from_str(text).unwrap());
    prop_oneof![values, texts.prop_map(Value::from), long]
}

/// A meant value, with one character inserted, removed or replaced.
fn slip(value: Value, at: Index, new: Option<char>, replaces: bool) -> Value {
    let Value::String(text) = &value else { return value };
    let mut characters: Vec<_> = text.chars().collect();
    let at = at.index(characters.len() + 1);
    characters.splice(at..(at + usize::from(replaces)).min(characters.len()), new);
    Value::String(characters.into_iter().collect())
}

fn value(field: &Field) -> BoxedStrategy<Value> {
    let new = select("09-:TZ+. aZé\u{85}\n\u{3000}🧳\0".chars().collect::<Vec<_>>());
    let slipped = (meant(&field.schema), any::<Index>(), proptest::option::of(new), any::<bool>());
    let slipped = slipped.prop_map(|(value, at, new, replaces)| slip(value, at, new, replaces));
    prop_oneof![4 => meant(&field.schema), 2 => slipped, 2 => odd()].boxed()
}

/// A change to a valid body.
#[derive(Clone, Debug)]
enum Change {
    Set(Vec<String>, Value),
    Remove(Vec<String>),
}

fn change() -> impl Strategy<Value = Change> {
    let of_a_field = Union::new(fields().into_iter().map(|field| {
        value(&field).prop_map(move |value| Change::Set(field.path.clone(), value)).boxed()
    }));
    let part = select(vec!["", "flight_details", "hotel_details", "sandbox"]);
    let unknown = (part.clone(), "[a-z_]{1,6}|customer_id|trip_Id").prop_map(|(part, name)| {
        let path = [part, &name].into_iter().filter(|step| !step.is_empty());
        Change::Set(path.map(str::to_owned).collect(), json!(1))
    });
    let other_kind = (part, odd())
        .prop_filter("the body itself stays an object", |(part, _)| !part.is_empty())
        .prop_map(|(part, value)| Change::Set(vec![part.to_owned()], value));
    let removed = select(fields()).prop_map(|field| Change::Remove(field.path));
    prop_oneof![12 => of_a_field, 1 => unknown, 1 => other_kind, 2 => removed]
}

fn apply(body: &mut Value, change: &Change) {
    let (path, value) = match change {
        Change::Set(path, value) => (path, Some(value)),
        Change::Remove(path) => (path, None),
    };
    let (name, parents) = path.split_last().unwrap();
    let mut object = body;
    for parent in parents {
        let fields = object.as_object_mut().unwrap();
        object = fields.entry(parent).or_insert_with(|| json!({}));
    }
    let Some(fields): Option<&mut Map<_, _>> = object.as_object_mut() else { return };
    match value {
        Some(value) => drop(fields.insert(name.clone(), value.clone())),
        None => drop(fields.remove(name)),
    }
}

fn body() -> impl Strategy<Value = Value> {
    proptest::collection::vec(change(), 0..4).prop_map(|changes| {
        let mut body = valid_body();
        changes.iter().for_each(|change| apply(&mut body, change));
        body
    })
}

/// The rules that the body breaks; `None` for a body that does not have the right shape.
fn broken(body: &Value) -> Option<Vec<String>> {
    let request = BookingRequest::parse(body).ok()?;
    let errors = request.details().err().unwrap_or_default();
    Some(errors.into_iter().map(|error| error.code).collect())
}

/// Draws from the seed in `TRIP_TEST_SEED`, otherwise from a new seed, which it prints.
fn runner() -> TestRunner {
    let rng = TestRng::from_seed(RngAlgorithm::XorShift, &u128::from(seed()).to_le_bytes());
    TestRunner::new_with_rng(Config::default(), rng)
}

#[test]
fn the_schema_takes_what_the_functions_take_but_for_the_listed_rules() {
    let (mut runner, mut seen, mut counts) = (runner(), BTreeSet::new(), [0, 0]);
    let bodies = body();
    for _ in 0..10_000 {
        let body = bodies.new_tree(&mut runner).unwrap().current();
        let rules = broken(&body);
        assert_eq!(VALIDATOR.is_valid(&body), rules.is_some(), "{body}");
        counts[usize::from(rules.is_some())] += 1;
        seen.extend(rules.into_iter().flatten());
    }
    assert_eq!(seen, BTreeSet::from(RULES.map(str::to_owned)), "every rule and no other is broken");
    assert!(counts.iter().all(|count| *count > 1_000), "both sides are tried: {counts:?}");
}

/// A form, ready to be applied as a template would apply it.
enum Way {
    Object(Vec<(String, Way)>),
    Text { in_capitals: bool, rewrites: Vec<(Regex, String)> },
}

impl Way {
    fn read(form: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        if let Some(members) = form["members"].as_array() {
            let members = members.iter().map(|member| (text(&member["name"]), Self::read(member)));
            return Self::Object(members.collect());
        }
        let rewrite = |rewrite: &Value| {
            // In Rust, `$1T` would be the group named 1T.
            let put = text(&rewrite[1]).replace("$1", "${1}").replace("$2", "${2}");
            (Regex::new(&text(&rewrite[0])).unwrap(), put)
        };
        let rewrites = form["rewrites"].as_array().unwrap().iter().map(rewrite).collect();
        Self::Text { in_capitals: form["in_capitals"] == true, rewrites }
    }

    fn follow(&self, value: &Value) -> Option<Value> {
        match self {
            Self::Object(members) => {
                let said = members.iter().filter_map(|(name, way)| {
                    let value = value.get(name).filter(|value| !value.is_null())?;
                    Some((name.clone(), way.follow(value)?))
                });
                let said: Map<_, _> = said.collect();
                (!said.is_empty()).then_some(Value::Object(said))
            }
            Self::Text { in_capitals, rewrites } => {
                let text = match value.as_f64() {
                    Some(number) => format!("{number:.0}"),
                    None => value.as_str().unwrap().to_owned(),
                };
                let text = if *in_capitals { text.to_uppercase() } else { text };
                let rewritten = rewrites
                    .iter()
                    .fold(text, |text, (find, put)| find.replace_all(&text, put).into_owned());
                Some(rewritten.into())
            }
        }
    }
}

#[test]
fn the_form_leads_to_the_same_canonical_request_as_reading_does() {
    let (mut runner, way, bodies) = (runner(), Way::read(&BookingRequest::form()), body());
    let mut counts = [0, 0];
    for _ in 0..5_000 {
        let body = bodies.new_tree(&mut runner).unwrap().current();
        let Ok(request) = BookingRequest::parse(&body) else { continue };
        let expected = Value::Object(request.canonical());
        let found = way.follow(&body).unwrap();
        assert_eq!(found.to_string(), expected.to_string(), "{body}");
        let again = BookingRequest::parse(&expected).unwrap();
        assert_eq!((again.details(), again.canonical()), (request.details(), request.canonical()));
        counts[usize::from(found != body)] += 1;
    }
    assert!(counts[1] > 200, "many are rewritten: {counts:?}");
}

/// The body with its amounts turned into texts.
fn in_texts(mut body: Value) -> Value {
    for pointer in ["/amount", "/flight_details/price_amount", "/hotel_details/price_amount"] {
        if let Some(amount) = body.pointer_mut(pointer).filter(|amount| amount.is_u64()) {
            *amount = json!(amount.to_string());
        }
    }
    body
}

#[test]
fn what_is_published_is_taken_and_has_one_type_a_field() {
    let published = BookingRequest::published_schema();
    let text = published.to_string();
    for union in ["anyOf", "null", "\"number\"", "\"type\":[", "\"not\""] {
        assert!(!text.contains(union), "{union}: {text}");
    }
    let published = validator(&published);
    assert!(!published.is_valid(&valid_body()), "its amounts are numbers");
    let (mut runner, bodies, mut told) = (runner(), body(), 0);
    for _ in 0..2_000 {
        let body = in_texts(bodies.new_tree(&mut runner).unwrap().current());
        // The schema says only in words that this is not a trip's id.
        if published.is_valid(&body) && body["trip_id"] != "search" {
            told += 1;
            assert!(VALIDATOR.is_valid(&body), "{body}");
        }
    }
    assert!(told > 200, "{told}");
}
