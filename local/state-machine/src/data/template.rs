//! Payload templates (`Parameters`, `ResultSelector`): JSON whose `name.$` fields are looked up
//! when the template is used.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::format::Format;
use super::reference::Reference;
use super::scope::Scope;
use crate::definition::Problems;
use crate::interpret::Failure;

/// JSON with places to fill.
#[derive(Debug, Clone)]
pub(crate) enum Template {
    /// A literal string, number, boolean or null.
    Literal(Value),
    /// An object, each of whose fields is a template.
    Object(BTreeMap<String, Template>),
    /// The value of a `name.$` field.
    Dynamic(Expression),
}

/// The text of a `name.$` field: a path or an intrinsic function.
#[derive(Debug, Clone)]
pub(crate) struct Expression(Kind);

#[derive(Debug, Clone)]
enum Kind {
    Lookup(Reference),
    Format(Format),
}

impl Template {
    /// Reads a template; adds each unsupported part to `problems` with its path.
    pub(crate) fn load(value: Value, at: &str, problems: &mut Problems) -> Option<Self> {
        match value {
            Value::Object(fields) => Some(Self::Object(load_fields(fields, at, problems))),
            Value::Array(_) => problems.refuse(at, "an array in a template is not supported"),
            literal => Some(Self::Literal(literal)),
        }
    }

    /// The JSON with every value filled in.
    pub(crate) fn fill(&self, scope: &Scope<'_>) -> Result<Value, Failure> {
        match self {
            Self::Literal(value) => Ok(value.clone()),
            Self::Object(fields) => fill_fields(fields, scope).map(Value::Object),
            Self::Dynamic(expression) => expression.fill(scope),
        }
    }
}

impl Expression {
    fn parse(text: &str) -> Result<Self, String> {
        let kind = match text.starts_with('$') {
            true => Kind::Lookup(Reference::parse(text)?),
            false => Kind::Format(Format::parse(text)?),
        };
        Ok(Self(kind))
    }

    fn fill(&self, scope: &Scope<'_>) -> Result<Value, Failure> {
        match &self.0 {
            Kind::Lookup(reference) => reference.find(scope).cloned(),
            Kind::Format(format) => format.fill(scope),
        }
    }
}

fn load_fields(
    fields: Map<String, Value>,
    at: &str,
    problems: &mut Problems,
) -> BTreeMap<String, Template> {
    let mut loaded = BTreeMap::new();
    for (name, value) in fields {
        let here = format!("{at}.{name}");
        let (target, template) = match name.strip_suffix(".$") {
            Some(target) => (target.to_owned(), load_dynamic(&value, &here, problems)),
            None => (name, Template::load(value, &here, problems)),
        };
        if let Some(template) = template
            && loaded.insert(target, template).is_some()
        {
            problems.add(&here, "the field is given twice, with and without `.$`");
        }
    }
    loaded
}

fn load_dynamic(value: &Value, at: &str, problems: &mut Problems) -> Option<Template> {
    let Some(text) = value.as_str() else {
        return problems.refuse(at, "a field that ends in `.$` holds a path");
    };
    match Expression::parse(text) {
        Ok(expression) => Some(Template::Dynamic(expression)),
        Err(why) => problems.refuse(at, why),
    }
}

fn fill_fields(
    fields: &BTreeMap<String, Template>,
    scope: &Scope<'_>,
) -> Result<Map<String, Value>, Failure> {
    let filled = fields.iter().map(|(name, template)| Ok((name.clone(), template.fill(scope)?)));
    filled.collect()
}
