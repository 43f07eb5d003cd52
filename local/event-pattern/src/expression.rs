//! One element of a field's array: a plain value, or an object with one operator. The refusals are
//! those of `JsonRuleCompiler` in AWS's `event-ruler`, the library behind EventBridge.

use crate::form::Form;
use crate::ignoring_case::IgnoringCase;
use crate::invalid::{InvalidPattern, refused};
use crate::json::Json;
use crate::numeric::{self, comparable};
use crate::operand::{first, one_key, quoted, text};
use crate::wildcard::Wildcard;
use crate::{address, anything_but};

/// The form that the element stands for.
pub(crate) fn form(value: &Json) -> Result<Form, InvalidPattern> {
    match value {
        Json::Object(expression) => operator(expression),
        Json::Array(_) => Err(refused("Match value must be String, number, true, false, or null")),
        Json::Text(text) => {
            Ok(address::Range::single(text).map_or_else(|| Form::exactly(text), Form::Address))
        }
        Json::Number(text) => {
            Ok(comparable(text).map_or_else(|| Form::Exactly(text.clone()), Form::Number))
        }
        Json::Word(word) => Ok(Form::Exactly(word.clone())),
    }
}

fn operator(expression: &[(String, Json)]) -> Result<Form, InvalidPattern> {
    let (name, operand) = first(expression, "Match expression name not found")?;
    let form = match name {
        "exactly" => Form::exactly(text("exact match", operand)?),
        "prefix" | "suffix" => affix(name, operand)?,
        "equals-ignore-case" => {
            Form::IgnoringCase(IgnoringCase::of(&quoted(text(name, operand)?))?)
        }
        "wildcard" => Form::Wildcard(Wildcard::parse(text(name, operand)?)?),
        "exists" => exists(operand)?,
        "numeric" => Form::Numeric(numeric::range(operand)?),
        "cidr" => Form::Address(address::Range::network(operand)?),
        "anything-but" => anything_but::form(operand)?,
        _ => return Err(refused(format!("Unrecognized match type {name}"))),
    };
    match (expression.len(), name) {
        (1, _) => Ok(form),
        (_, "numeric" | "anything-but") => Err(numeric::too_many_elements()),
        _ => Err(one_key()),
    }
}

fn affix(name: &str, operand: &Json) -> Result<Form, InvalidPattern> {
    let Json::Object(nested) = operand else {
        let text = text(name, operand)?;
        return Ok(match name {
            "prefix" => Form::Prefix(format!("\"{text}")),
            _ => Form::Suffix(format!("{text}\"")),
        });
    };
    let title = if name == "prefix" { "Prefix" } else { "Suffix" };
    let (inner, operand) = first(nested, &format!("{title} expression name not found"))?;
    if inner != "equals-ignore-case" {
        return Err(refused(format!("Unsupported {name} pattern: {inner}")));
    }
    let text = text(inner, operand)?;
    if nested.len() > 1 {
        return Err(one_key());
    }
    Ok(match name {
        "prefix" => Form::PrefixIgnoringCase(IgnoringCase::of(&format!("\"{text}"))?),
        _ => Form::SuffixIgnoringCase(IgnoringCase::of(&format!("{text}\""))?),
    })
}

fn exists(operand: &Json) -> Result<Form, InvalidPattern> {
    match operand {
        Json::Word(word) if word == "true" => Ok(Form::Present),
        Json::Word(word) if word == "false" => Ok(Form::Absent),
        _ => Err(refused("exists match pattern must be either true or false.")),
    }
}
