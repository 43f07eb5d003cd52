//! The contract as a system serves it: its operations, and whether an answer is one of theirs.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::live::Answered;

/// An OpenAPI document.
pub(super) struct Contract(Value);

/// An operation by its method, in capitals, and its path's template.
pub(super) type Name = (String, String);

impl Contract {
    pub(super) fn new(document: Value) -> Self {
        assert_eq!(document["openapi"], "3.1.0");
        Self(document)
    }

    /// All operations.
    pub(super) fn operations(&self) -> BTreeMap<Name, &Value> {
        let paths = self.0["paths"].as_object().unwrap();
        let all = paths.iter().flat_map(|(path, item)| {
            let operations = item.as_object().unwrap().iter();
            operations
                .map(move |(method, operation)| ((method.to_uppercase(), path.clone()), operation))
        });
        all.collect()
    }

    /// Whether the schema takes the value. The document's components can be referred to.
    pub(super) fn check(&self, schema: &Value, value: &Value, what: &str) {
        let schema = json!({ "allOf": [schema], "components": self.0["components"] });
        let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
        let errors: Vec<_> = validator.iter_errors(value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{what}: {errors:?}\n{value:#}");
    }

    /// Fails unless the operation is described to give this answer: its status, its media type, its
    /// headers, its body, and nothing in the body that the schema does not name.
    pub(super) fn check_answer(&self, method: &str, template: &str, answer: &Answered) {
        let what = format!("{method} {template} {}", answer.status);
        let operation = &self.0["paths"][template][method.to_lowercase()];
        let described = self.resolved(&operation["responses"][answer.status.to_string()]);
        assert!(described.is_object(), "{what} is not described: {answer:?}");
        for (name, header) in described["headers"].as_object().into_iter().flatten() {
            let must_be_there = self.resolved(header)["required"] == true;
            assert!(!must_be_there || answer.headers.contains_key(name), "{what} has no {name}");
        }
        let media_type = answer.header("content-type");
        let content = &described["content"][media_type];
        let schema = &content["schema"];
        assert!(schema.is_object(), "{what} is not described as {media_type}: {answer:?}");
        self.check(schema, &answer.body, &what);
        self.check_members(schema, &answer.body, &what);
        if let Some(code) = answer.body["code"].as_str() {
            check_example(&content["examples"][code]["value"], &answer.body, &what);
        }
    }

    /// A schema takes members that it does not name, so that the API may grow; our own answers have
    /// none.
    fn check_members(&self, schema: &Value, value: &Value, what: &str) {
        let schema = self.resolved(schema);
        if let (Some(items), Some(values)) = (schema.get("items"), value.as_array()) {
            values.iter().for_each(|value| self.check_members(items, value, what));
        }
        let (Some(known), Some(members)) = (schema["properties"].as_object(), value.as_object())
        else {
            return;
        };
        for (name, value) in members {
            let schema =
                known.get(name).unwrap_or_else(|| panic!("{what}: {name} is not described"));
            self.check_members(schema, value, what);
        }
    }

    /// The examples of an operation's answers and bodies, each with its schema.
    pub(super) fn examples<'a>(&'a self, operation: &'a Value) -> Vec<(&'a Value, &'a Value)> {
        let responses = operation["responses"].as_object().unwrap().values();
        let bodies = responses.map(|response| self.resolved(response));
        let bodies = bodies.chain([&operation["requestBody"]]);
        let contents = bodies.filter_map(|body| body["content"].as_object()).flatten();
        let examples = contents.flat_map(|(_, content)| {
            let named = content["examples"].as_object().into_iter().flatten();
            let named = named.map(|(_, example)| &example["value"]);
            let all = content.get("example").into_iter().chain(named);
            all.map(move |example| (&content["schema"], example))
        });
        examples.collect()
    }

    fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        match schema["$ref"].as_str() {
            Some(pointer) => self.0.pointer(pointer.trim_start_matches('#')).unwrap(),
            None => schema,
        }
    }
}

/// Fails unless the example of a problem's code is as such a problem is: what happened may differ.
fn check_example(example: &Value, problem: &Value, what: &str) {
    for member in ["type", "title", "status", "code"] {
        assert_eq!(example[member], problem[member], "{what}: {member} of the example");
    }
    assert!(example["detail"].is_string(), "{what}: {example}");
}
