//! Walks a pattern from its root to its leaves, refuses what EventBridge refuses, and multiplies
//! the pattern out into alternatives.

use serde_json::{Map, Value};

use crate::alternatives::{Alternative, Path, either, every};
use crate::expression;
use crate::invalid::{InvalidPattern, refused, unsupported};

/// The key whose array of objects is a choice between them, not a field.
const OR: &str = "$or";

/// Names that EventBridge reserves for operators inside `$or`. Source: `Constants.java` of AWS's
/// `event-ruler`, the library behind EventBridge.
const RESERVED_INSIDE_OR: &[&str] = &[
    "exactly",
    "equals-ignore-case",
    "prefix",
    "suffix",
    "anything-but",
    "exists",
    "wildcard",
    "numeric",
    "cidr",
    "=",
    "<",
    "<=",
    ">",
    ">=",
    "regex",
    "not-wildcard",
    "not-equals-ignore-case",
    "date-after",
    "date-on-or-after",
    "date-before",
    "date-on-or-before",
    "in-date-range",
    "ip-address-in-range",
    "ip-address-not-in-range",
];

/// The present place of the walk.
#[derive(Clone, Default)]
struct Place {
    path: Path,
    inside_or: bool,
}

/// The alternatives of the pattern in `text`. An event matches the pattern when it matches one.
pub(crate) fn alternatives(text: &str) -> Result<Vec<Alternative>, InvalidPattern> {
    let root = serde_json::from_str(text).map_err(|error| refused(error.to_string()))?;
    match root {
        Value::Object(fields) => object(&fields, &Place::default()),
        _ => Err(refused("Filter is not an object")),
    }
}

fn object(fields: &Map<String, Value>, at: &Place) -> Result<Vec<Alternative>, InvalidPattern> {
    if fields.is_empty() {
        return Err(refused(at.say("Empty objects are not allowed")));
    }
    let mut product = vec![Alternative::default()];
    for (key, value) in fields {
        product = every(&product, &field(key, value, at)?)?;
    }
    Ok(product)
}

fn field(key: &str, value: &Value, at: &Place) -> Result<Vec<Alternative>, InvalidPattern> {
    if key == OR {
        return choice(value, at);
    }
    let place = at.child(key)?;
    match value {
        Value::Object(fields) => object(fields, &place),
        Value::Array(values) => leaf(values, &place),
        _ => Err(refused(at.say(&format!("\"{key}\" must be an object or an array")))),
    }
}

fn choice(value: &Value, at: &Place) -> Result<Vec<Alternative>, InvalidPattern> {
    let Value::Array(branches) = value else {
        return Err(refused(at.say("It must be an Array followed with $or.")));
    };
    if branches.len() < 2 {
        return Err(refused(at.say("There must have at least 2 Objects in $or relationship.")));
    }
    let inside = Place { inside_or: true, ..at.clone() };
    let branches = branches.iter().map(|branch| match branch {
        Value::Object(fields) => object(fields, &inside),
        _ => Err(refused(at.say("Only JSON object is allowed in array of $or relationship."))),
    });
    either(branches)
}

/// On EventBridge `exists` can share an array with other forms, in `quamina` it cannot, so it
/// becomes a separate alternative.
fn leaf(values: &[Value], at: &Place) -> Result<Vec<Alternative>, InvalidPattern> {
    if values.is_empty() {
        return Err(refused(at.say("Empty arrays are not allowed")));
    }
    let checked: Vec<Value> = values
        .iter()
        .map(|value| expression::check(value).map_err(|error| at.locate(error)))
        .collect::<Result<_, _>>()?;
    let (existence, rest): (Vec<_>, Vec<_>) =
        checked.into_iter().partition(expression::is_existence);
    let rest = (!rest.is_empty()).then_some(rest);
    let choices = existence.into_iter().map(|value| vec![value]).chain(rest);
    Ok(choices.map(|values| Alternative::leaf(at.path.clone(), values)).collect())
}

impl Place {
    fn child(&self, key: &str) -> Result<Self, InvalidPattern> {
        if self.inside_or && RESERVED_INSIDE_OR.contains(&key) {
            let reason =
                format!("{key} is Ruler reserved fieldName which cannot be used inside $or.");
            return Err(refused(self.say(&reason)));
        }
        if key.is_empty() || key.contains(['.', '\n']) {
            return Err(unsupported(self.say(&format!("the key {key:?}"))));
        }
        let mut child = self.clone();
        child.path.push(key.to_owned());
        Ok(child)
    }

    fn say(&self, reason: &str) -> String {
        match self.path.as_slice() {
            [] => reason.to_owned(),
            path => format!("{reason} (at {})", path.join(".")),
        }
    }

    fn locate(&self, error: InvalidPattern) -> InvalidPattern {
        match error {
            InvalidPattern::Refused(reason) => refused(self.say(&reason)),
            InvalidPattern::Unsupported(form) => unsupported(self.say(&form)),
        }
    }
}
