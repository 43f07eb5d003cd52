//! The operator `anything-but`: matches a leaf that is there and has another value.

use crate::form::Form;
use crate::ignoring_case::IgnoringCase;
use crate::invalid::{InvalidPattern, refused, unsupported};
use crate::json::Json;
use crate::numeric;
use crate::operand::{first, quoted};
use crate::wildcard::Wildcard;

pub(crate) fn form(operand: &Json) -> Result<Form, InvalidPattern> {
    match operand {
        Json::Array(values) => list(values),
        Json::Object(nested) => with_operator(nested),
        _ => value(operand).map(|form| vec![form]),
    }
    .map(Form::AnythingBut)
}

fn value(value: &Json) -> Result<Form, InvalidPattern> {
    match value {
        Json::Text(text) => Ok(Form::exactly(text)),
        Json::Number(text) => numeric::compared(text).map(Form::Number),
        _ => Err(not_a_value()),
    }
}

fn list(values: &[Json]) -> Result<Vec<Form>, InvalidPattern> {
    let is_text = |value: &Json| matches!(value, Json::Text(_));
    let is_number = |value: &Json| matches!(value, Json::Number(_));
    if !values.iter().all(|value| is_text(value) || is_number(value)) {
        return Err(refused("Inside anything but list, start|null|boolean is not supported."));
    }
    let forms: Vec<_> = values.iter().map(value).collect::<Result<_, _>>()?;
    if values.is_empty() || values.iter().any(is_text) && values.iter().any(is_number) {
        return Err(refused(
            "Inside anything but list, either all values are number or string, \
             mixed type is not supported",
        ));
    }
    Ok(forms)
}

fn with_operator(nested: &[(String, Json)]) -> Result<Vec<Form>, InvalidPattern> {
    let (name, operand) = first(nested, "Anything-But expression name not found")?;
    if !matches!(name, "prefix" | "suffix" | "wildcard" | "equals-ignore-case") {
        return Err(refused(format!("Unsupported anything-but pattern: {name}")));
    }
    let forms = match operand {
        Json::Array(values) if values.is_empty() => {
            return Err(unsupported(format!("anything-but with an empty list of {name}")));
        }
        Json::Array(values) => values.iter().map(|value| excluded(name, value)).collect(),
        Json::Text(_) | Json::Number(_) => excluded(name, operand).map(|form| vec![form]),
        _ => Err(not_a_value()),
    }?;
    match nested.len() {
        1 => Ok(forms),
        _ => Err(numeric::too_many_elements()),
    }
}

fn excluded(name: &str, value: &Json) -> Result<Form, InvalidPattern> {
    match (name, value.as_text()) {
        ("prefix" | "suffix", None) => Err(refused("prefix/suffix match pattern must be a string")),
        ("prefix" | "suffix", Some("")) => Err(refused("Null prefix/suffix not allowed")),
        ("prefix", Some(text)) => Ok(Form::Prefix(format!("\"{text}"))),
        ("suffix", Some(text)) => Ok(Form::Suffix(format!("{text}\""))),
        ("wildcard", None) => Err(refused("wildcard match pattern must be a string")),
        ("wildcard", Some(text)) => Wildcard::parse(text).map(Form::Wildcard),
        (_, Some(text)) => IgnoringCase::of(&quoted(text)).map(Form::IgnoringCase),
        (_, None) => Err(refused(
            "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.",
        )),
    }
}

fn not_a_value() -> InvalidPattern {
    refused("Value of anything-but must be an array or single string/number value.")
}
