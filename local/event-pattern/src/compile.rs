//! Walks a pattern from its root to its fields, refuses what EventBridge refuses, and multiplies
//! out its choices.

use std::collections::BTreeMap;

use crate::expression;
use crate::form::Forms;
use crate::invalid::{InvalidPattern, refused, unsupported};
use crate::json::Json;
use crate::matcher::{Field, Matcher};

/// The key whose array of objects is a choice between them, not a field.
const OR: &str = "$or";

/// The most characters of a pattern. Source: `PutRule` in the EventBridge API reference, and
/// "Event filtering" in the Lambda developer guide.
const MOST_CHARACTERS: usize = 4096;

/// The most alternatives of one pattern. Source: "Using $or" in the EventBridge user guide.
const MOST_ALTERNATIVES: usize = 1000;

/// The most fields of one alternative. Source: `GenericMachine.java` of `event-ruler`.
const MOST_FIELDS: usize = 256;

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

/// One way to match a pattern: for each path, which of the pattern's fields has to match. A path
/// that is written again replaces the field written before.
type Alternative = BTreeMap<String, usize>;

/// The present place of the walk.
#[derive(Clone, Default)]
struct Place {
    path: Vec<String>,
    inside_or: bool,
}

#[derive(Default)]
struct Compiler {
    fields: Vec<Field>,
}

/// Checks the pattern in `text`, and compiles it.
pub(crate) fn compile(text: &str) -> Result<Matcher, InvalidPattern> {
    let characters = text.chars().count();
    if characters > MOST_CHARACTERS {
        let limit = format!("{characters} characters, and {MOST_CHARACTERS} are the most");
        return Err(refused(format!("Event pattern has {limit}")));
    }
    let Json::Object(fields) = Json::parse(text)? else {
        return Err(refused("Filter is not an object"));
    };
    let mut compiler = Compiler::default();
    let mut alternatives = vec![Alternative::new()];
    compiler.object(&mut alternatives, &fields, &Place::default())?;
    Ok(Matcher::of(compiler.fields, alternatives.into_iter().map(in_order).collect()))
}

/// EventBridge sorts paths as Java sorts texts: by UTF-16 code units.
fn in_order(alternative: Alternative) -> Vec<usize> {
    let mut fields: Vec<_> = alternative.into_iter().collect();
    fields.sort_by(|(one, _), (other, _)| one.encode_utf16().cmp(other.encode_utf16()));
    fields.into_iter().map(|(_, field)| field).collect()
}

impl Compiler {
    fn object(
        &mut self,
        alternatives: &mut Vec<Alternative>,
        fields: &[(String, Json)],
        at: &Place,
    ) -> Result<(), InvalidPattern> {
        if fields.is_empty() {
            return Err(refused(at.say("Empty objects are not allowed")));
        }
        fields.iter().try_for_each(|(key, value)| self.field(alternatives, key, value, at))
    }

    fn field(
        &mut self,
        alternatives: &mut Vec<Alternative>,
        key: &str,
        value: &Json,
        at: &Place,
    ) -> Result<(), InvalidPattern> {
        if key == OR {
            return self.choice(alternatives, value, at);
        }
        if at.inside_or && RESERVED_INSIDE_OR.contains(&key) {
            let reason =
                format!("{key} is Ruler reserved fieldName which cannot be used inside $or.");
            return Err(refused(at.say(&reason)));
        }
        match value {
            Json::Object(fields) => self.object(alternatives, fields, &at.child(key)),
            Json::Array(values) => self.leaf(alternatives, values, key, at),
            _ => Err(refused(at.say(&format!("\"{key}\" must be an object or an array")))),
        }
    }

    /// Every alternative so far goes on in each of the branches.
    fn choice(
        &mut self,
        alternatives: &mut Vec<Alternative>,
        value: &Json,
        at: &Place,
    ) -> Result<(), InvalidPattern> {
        let Json::Array(branches) = value else {
            return Err(refused(at.say("It must be an Array followed with $or.")));
        };
        let so_far = std::mem::take(alternatives);
        let inside = Place { inside_or: true, ..at.clone() };
        for branch in branches {
            let Json::Object(fields) = branch else {
                let reason = "Only JSON object is allowed in array of $or relationship.";
                return Err(refused(at.say(reason)));
            };
            let mut branch = so_far.clone();
            self.object(&mut branch, fields, &inside)?;
            alternatives.append(&mut branch);
            if alternatives.len() > MOST_ALTERNATIVES {
                let reason = format!("more than {MOST_ALTERNATIVES} combinations of $or");
                return Err(refused(at.say(&reason)));
            }
        }
        if branches.len() < 2 {
            return Err(refused(at.say("There must have at least 2 Objects in $or relationship.")));
        }
        Ok(())
    }

    fn leaf(
        &mut self,
        alternatives: &mut [Alternative],
        values: &[Json],
        key: &str,
        at: &Place,
    ) -> Result<(), InvalidPattern> {
        let place = at.child(key);
        if values.is_empty() {
            return Err(refused(place.say("Empty arrays are not allowed")));
        }
        let forms = values.iter().map(expression::form).collect::<Result<_, _>>();
        let forms = Forms::of(forms.map_err(|error| place.locate(error))?);
        let path = at.extended(key);
        for alternative in alternatives {
            alternative.insert(path.clone(), self.fields.len());
            if alternative.len() > MOST_FIELDS {
                let reason = format!("more than {MOST_FIELDS} fields in one combination");
                return Err(refused(at.say(&reason)));
            }
        }
        self.fields.push(Field { path, forms });
        Ok(())
    }
}

impl Place {
    fn child(&self, key: &str) -> Self {
        let mut child = self.clone();
        child.path.push(key.to_owned());
        child
    }

    /// The path of a field here. As in `event-ruler`, an empty key at the root alone is left out.
    fn extended(&self, key: &str) -> String {
        match self.path.join(".") {
            here if here.is_empty() => key.to_owned(),
            here => format!("{here}.{key}"),
        }
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
