//! The first tier: what each field must be by itself, in one definition.
//!
//! A [`Shaped`] type knows how it is read from JSON and which JSON Schema describes it. [`object!`]
//! defines a struct, with each field's name, type, parsing and schema on one line.

use std::collections::BTreeMap;
use std::fmt::Display;

use serde_json::{Map, Value, json};

use super::form::Form;
use super::json::{Json, Members};
use crate::FieldError;
use crate::text::one_line;

/// The most errors that one answer lists: a body that consists of unknown fields must not be echoed
/// back whole.
const MAX_ERRORS: usize = 50;
/// The longest field name that an error repeats, in characters.
const MAX_NAME: usize = 64;

/// One broken rule, before the field that broke it is known.
pub(super) struct Broken {
    code: &'static str,
    detail: String,
}

pub(super) fn broken(code: &'static str, detail: impl Display) -> Broken {
    Broken { code, detail: detail.to_string() }
}

/// Which bodies a schema describes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Bodies {
    /// All bodies that are accepted, in every spelling.
    Taken,
    /// The bodies that clients are told to send: one type per field, so that generators create one
    /// type.
    Published,
}

/// A value that a request can contain.
pub(super) trait Shaped: Sized {
    /// Reads the value of the field at `path`. Reports what is wrong with it; in that case returns
    /// `None`.
    fn read(shape: &mut Shape, path: &str, value: Json<'_>) -> Option<Self>;

    /// The value for a field that was left out; `None` if the field is required.
    fn left_out() -> Option<Self> {
        None
    }

    /// The value in the one form that all its spellings share; `None` if it says nothing.
    fn canonical(&self) -> Option<Value>;

    /// The JSON Schema (draft 4) that the values of these bodies satisfy, and no others.
    fn schema(of: Bodies) -> Value;

    /// How other programs turn what was sent into [`Shaped::canonical`].
    fn form() -> Form;
}

/// A field that may be left out; `null` means the same.
impl<T: Shaped> Shaped for Option<T> {
    fn read(shape: &mut Shape, path: &str, value: Json<'_>) -> Option<Self> {
        if value.is_null() {
            return Some(None);
        }
        T::read(shape, path, value).map(Some)
    }

    fn left_out() -> Option<Self> {
        Some(None)
    }

    fn canonical(&self) -> Option<Value> {
        self.as_ref().and_then(T::canonical)
    }

    fn schema(of: Bodies) -> Value {
        let mut schema = T::schema(of);
        if of == Bodies::Taken {
            schema["type"] = json!([schema["type"], "null"]);
        }
        schema
    }

    fn form() -> Form {
        T::form()
    }
}

/// A value without parts.
pub(super) trait Scalar: Sized {
    /// Reads the value, or says which rule it breaks.
    fn parse(value: Json<'_>) -> Result<Self, Broken>;

    /// The value as a text, the same for all its spellings.
    fn text(&self) -> String;

    /// Same as [`Shaped::schema`].
    fn schema(of: Bodies) -> Value;

    /// Same as [`Shaped::form`].
    fn form() -> Form {
        Form::AS_SENT
    }
}

impl<T: Scalar> Shaped for T {
    fn read(shape: &mut Shape, path: &str, value: Json<'_>) -> Option<Self> {
        T::parse(value).map_err(|broken| shape.report(path, broken)).ok()
    }

    fn canonical(&self) -> Option<Value> {
        Some(self.text().into())
    }

    fn schema(of: Bodies) -> Value {
        <T as Scalar>::schema(of)
    }

    fn form() -> Form {
        <T as Scalar>::form()
    }
}

/// Collects what is wrong with the shape of a body.
#[derive(Default)]
pub(super) struct Shape {
    errors: Vec<FieldError>,
}

impl Shape {
    /// Reads the text of a whole value.
    pub(super) fn read<T: Shaped>(mut self, path: &str, text: &str) -> Result<T, Vec<FieldError>> {
        let read = match Json::of(text) {
            Ok(value) => T::read(&mut self, path, value),
            Err(error) => {
                self.report("body", broken("json", format!("is not JSON: {error}")));
                None
            }
        };
        match read {
            Some(read) if self.errors.is_empty() => Ok(read),
            _ => Err(self.errors),
        }
    }

    /// The object at `path`, with only the known fields, each at most once. The body itself is at
    /// the empty path.
    pub(super) fn object<'a>(
        &mut self,
        path: &str,
        value: Json<'a>,
        known: &[&str],
    ) -> Option<Members<'a>> {
        let Some(members) = value.members() else {
            let path = if path.is_empty() { "body" } else { path };
            self.report(path, broken("type", "must be a JSON object"));
            return None;
        };
        let mut seen = BTreeMap::<_, usize>::new();
        for (key, _) in &members {
            let times = seen.entry(key).or_default();
            *times += 1;
            if *times == 2 {
                self.report(&under(path, key), broken("repeated_field", "is given more than once"));
            } else if *times == 1 && !known.contains(&key.as_str()) {
                let detail = format!("is not known here; known are {}", known.join(", "));
                self.report(&under(path, key), broken("unknown_field", detail));
            }
        }
        Some(members)
    }

    /// A field of the object at `path`.
    pub(super) fn field<T: Shaped>(
        &mut self,
        path: &str,
        members: &Members<'_>,
        key: &str,
    ) -> Option<T> {
        match members.iter().find(|(name, _)| name == key) {
            Some((_, value)) => T::read(self, &under(path, key), *value),
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

/// A field of an object in its schema: name, schema, and whether the field is required.
pub(super) type Property = (&'static str, Value, bool);

/// The schema of an object with exactly these fields.
pub(super) fn object_schema(fields: impl IntoIterator<Item = Property>) -> Value {
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for (name, schema, is_required) in fields {
        properties.insert(name.to_owned(), schema);
        required.extend(is_required.then_some(name));
    }
    let mut schema =
        json!({ "type": "object", "properties": properties, "additionalProperties": false });
    // Draft 4 does not allow an empty list of required fields.
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

/// The canonical form of an object: those of its fields that say something, in order.
pub(super) fn object_of(
    fields: impl IntoIterator<Item = (&'static str, Option<Value>)>,
) -> Option<Value> {
    let said = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    let object: Map<_, _> = said.collect();
    (!object.is_empty()).then_some(Value::Object(object))
}

/// Defines a struct that is read from a JSON object with exactly its fields, and a schema for it.
/// It reads every field before it fails, so that it reports all errors.
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
                value: $crate::request::json::Json<'_>,
            ) -> Option<Self> {
                let members = shape.object(path, value, &[$(stringify!($field)),*])?;
                $(let $field = shape.field::<$type>(path, &members, stringify!($field));)*
                Some(Self { $($field: $field?,)* })
            }

            fn canonical(&self) -> Option<serde_json::Value> {
                use $crate::request::shape::{Shaped, object_of};
                object_of([$((stringify!($field), Shaped::canonical(&self.$field)),)*])
            }

            fn schema(of: $crate::request::shape::Bodies) -> serde_json::Value {
                use $crate::request::shape::{Shaped, object_schema};
                object_schema([$((
                    stringify!($field),
                    <$type as Shaped>::schema(of),
                    <$type as Shaped>::left_out().is_none(),
                ),)*])
            }

            fn form() -> $crate::request::form::Form {
                use $crate::request::shape::Shaped;
                $crate::request::form::Form::Object(vec![$((
                    stringify!($field),
                    <$type as Shaped>::left_out().is_some(),
                    <$type as Shaped>::form(),
                ),)*])
            }
        }
    };
}
pub(super) use object;
