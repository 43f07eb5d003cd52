//! The first tier: what each field must be by itself, in one definition.
//!
//! A [`Shaped`] type knows how it is read from JSON and which JSON Schema describes it; [`object!`] makes
//! one of a struct, so that a field's name, type, reading and schema stand on one line.

use std::fmt::Display;

use serde_json::{Map, Value, json};

use crate::FieldError;
use crate::text::one_line;

/// Most errors that one answer lists: a body of nothing but unknown fields must not echo back whole.
const MAX_ERRORS: usize = 50;
/// Longest field name that an error repeats, in characters.
const MAX_NAME: usize = 64;

/// One broken rule, before it is known which field broke it.
pub(super) struct Broken {
    code: &'static str,
    detail: String,
}

pub(super) fn broken(code: &'static str, detail: impl Display) -> Broken {
    Broken { code, detail: detail.to_string() }
}

/// What can stand in a request.
pub(super) trait Shaped: Sized {
    /// Reads the value of the field at `path`. What is wrong with it is reported, and then nothing comes back.
    fn read(shape: &mut Shape, path: &str, value: &Value) -> Option<Self>;

    /// What stands for a field that was left out: nothing where it is required.
    fn left_out() -> Option<Self> {
        None
    }

    /// The JSON Schema (draft 4) that just those values satisfy which can be read.
    fn schema() -> Value;
}

/// A field that may be left out; `null` is not left out.
impl<T: Shaped> Shaped for Option<T> {
    fn read(shape: &mut Shape, path: &str, value: &Value) -> Option<Self> {
        T::read(shape, path, value).map(Some)
    }

    fn left_out() -> Option<Self> {
        Some(None)
    }

    fn schema() -> Value {
        T::schema()
    }
}

/// A value without parts.
pub(super) trait Scalar: Sized {
    /// Reads the value, or says which rule it breaks.
    fn parse(value: &Value) -> Result<Self, Broken>;

    /// As [`Shaped::schema`].
    fn schema() -> Value;
}

impl<T: Scalar> Shaped for T {
    fn read(shape: &mut Shape, path: &str, value: &Value) -> Option<Self> {
        T::parse(value).map_err(|broken| shape.report(path, broken)).ok()
    }

    fn schema() -> Value {
        <T as Scalar>::schema()
    }
}

/// Collects what is wrong with the shape of a body.
#[derive(Default)]
pub(super) struct Shape {
    errors: Vec<FieldError>,
}

impl Shape {
    /// Reads a whole value.
    pub(super) fn read<T: Shaped>(
        mut self,
        path: &str,
        value: &Value,
    ) -> Result<T, Vec<FieldError>> {
        match T::read(&mut self, path, value) {
            Some(read) if self.errors.is_empty() => Ok(read),
            _ => Err(self.errors),
        }
    }

    /// The object at `path`, which has none but the known fields. The body itself is at the empty path.
    pub(super) fn object<'a>(
        &mut self,
        path: &str,
        value: &'a Value,
        known: &[&str],
    ) -> Option<&'a Map<String, Value>> {
        let Some(object) = value.as_object() else {
            let path = if path.is_empty() { "body" } else { path };
            self.report(path, broken("type", "must be a JSON object"));
            return None;
        };
        for key in object.keys().filter(|key| !known.contains(&key.as_str())) {
            let detail = format!("is not known here; known are {}", known.join(", "));
            self.report(&under(path, key), broken("unknown_field", detail));
        }
        Some(object)
    }

    /// A field of the object at `path`.
    pub(super) fn field<T: Shaped>(
        &mut self,
        path: &str,
        object: &Map<String, Value>,
        key: &str,
    ) -> Option<T> {
        match object.get(key) {
            Some(value) => T::read(self, &under(path, key), value),
            None => T::left_out().or_else(|| {
                self.report(&under(path, key), broken("required", "is required"));
                None
            }),
        }
    }

    fn report(&mut self, path: &str, broken: Broken) {
        if self.errors.len() < MAX_ERRORS {
            let (code, detail) = (broken.code.to_owned(), broken.detail);
            self.errors.push(FieldError { field: path.to_owned(), code, detail });
        }
    }
}

fn under(path: &str, key: &str) -> String {
    let key = one_line(key, MAX_NAME);
    if path.is_empty() { key.to_string() } else { format!("{path}.{key}") }
}

/// A field of an object as its schema lists it: name, schema, and whether it is required.
pub(super) type Property = (&'static str, Value, bool);

/// The schema of an object of just these fields.
pub(super) fn object_schema(fields: impl IntoIterator<Item = Property>) -> Value {
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for (name, schema, is_required) in fields {
        properties.insert(name.to_owned(), schema);
        required.extend(is_required.then_some(name));
    }
    let mut schema =
        json!({ "type": "object", "properties": properties, "additionalProperties": false });
    // Draft 4 has no empty list of required fields.
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

/// Defines a struct that is read from a JSON object with just its fields, and described by a schema.
/// Every field is read before any is given up on, so that all errors are seen.
macro_rules! object {
    (
        $(#[$doc:meta])*
        $vis:vis struct $name:ident {
            $($(#[$field_doc:meta])* $field_vis:vis $field:ident: $type:ty,)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        $vis struct $name {
            $($(#[$field_doc])* $field_vis $field: $type,)*
        }

        impl $crate::request::shape::Shaped for $name {
            fn read(
                shape: &mut $crate::request::shape::Shape,
                path: &str,
                value: &serde_json::Value,
            ) -> Option<Self> {
                let object = shape.object(path, value, &[$(stringify!($field)),*])?;
                $(let $field = shape.field::<$type>(path, object, stringify!($field));)*
                Some(Self { $($field: $field?,)* })
            }

            fn schema() -> serde_json::Value {
                use $crate::request::shape::{Shaped, object_schema};
                object_schema([$((
                    stringify!($field),
                    <$type as Shaped>::schema(),
                    <$type as Shaped>::left_out().is_none(),
                ),)*])
            }
        }
    };
}
pub(super) use object;
