//! Reference paths: the `$.a.b` form of JSONPath, which names exactly one place.

use serde_json::{Map, Value};

/// A path in a JSON document: `$` followed by field names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Path {
    fields: Vec<String>,
}

impl Path {
    /// Reads `$` or `$.a.b`. Indexes, wildcards, filters and quoted names are refused.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let rest = text.strip_prefix('$').ok_or_else(|| unsupported(text))?;
        let mut parts = rest.split('.');
        if parts.next() != Some("") {
            return Err(unsupported(text));
        }
        let fields: Vec<String> = parts.map(str::to_owned).collect();
        match fields.iter().all(|field| is_name(field)) {
            true => Ok(Self { fields }),
            false => Err(unsupported(text)),
        }
    }

    /// The field names, from the root.
    pub(crate) fn fields(&self) -> &[String] {
        &self.fields
    }

    /// The value at this path, if there is one.
    pub(crate) fn find<'a>(&self, document: &'a Value) -> Option<&'a Value> {
        self.fields.iter().try_fold(document, |at, field| at.get(field))
    }

    /// The document with `value` at this path; missing objects on the way are created.
    ///
    /// `None` where something on the way is there already and is not an object.
    pub(crate) fn place(&self, mut document: Value, value: Value) -> Option<Value> {
        let mut at = &mut document;
        for field in &self.fields {
            let object = at.as_object_mut()?;
            at = object.entry(field).or_insert_with(|| Value::Object(Map::new()));
        }
        *at = value;
        Some(document)
    }
}

fn is_name(field: &str) -> bool {
    let mut letters = field.chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

fn unsupported(text: &str) -> String {
    format!("the path '{text}' is not supported: only `$` and field names, as in `$.a.b`")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Path;

    #[test]
    fn only_plain_field_names_are_paths() {
        for good in ["$", "$.a", "$.results.flight_cancel", "$._x1"] {
            assert!(Path::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "a",
            "$a",
            "$.",
            "$..a",
            "$.a[0]",
            "$['a']",
            "$.*",
            "$.a-b",
            "$$.Execution",
            "$.a.",
            "$.1",
        ] {
            assert!(Path::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn placing_creates_the_objects_on_the_way_and_keeps_the_rest() {
        let cases = [
            ("$", json!({"x": 1}), Some(json!(9))),
            ("$.a.b", json!({"x": 1}), Some(json!({"x": 1, "a": {"b": 9}}))),
            ("$.a.b", json!({"a": {"b": 1, "c": 2}}), Some(json!({"a": {"b": 9, "c": 2}}))),
            ("$.a.b", json!({"a": 1}), None),
            ("$.a.b", json!({"a": null}), None),
            ("$.a", json!([1]), None),
        ];
        for (path, document, expected) in cases {
            let placed: Option<Value> =
                Path::parse(path).unwrap().place(document.clone(), json!(9));
            assert_eq!(placed, expected, "{path} in {document}");
        }
    }

    #[test]
    fn a_null_is_found_and_a_missing_field_is_not() {
        let document = json!({"a": {"b": null}});
        assert_eq!(Path::parse("$.a.b").unwrap().find(&document), Some(&Value::Null));
        assert_eq!(Path::parse("$.a.c").unwrap().find(&document), None);
        assert_eq!(Path::parse("$.a.b.c").unwrap().find(&document), None);
    }
}
