//! The values that a template may look up: a path in the state's input (`$…`) or in the context
//! object (`$$…`).

use serde_json::Value;

use super::path::Path;
use super::scope::Scope;
use crate::interpret::Failure;

/// The entries of the context object that may be read.
const CONTEXT: [&[&str]; 10] = [
    &["Execution", "Id"],
    &["Execution", "Name"],
    &["Execution", "RedriveCount"],
    &["Execution", "StartTime"],
    &["State"],
    &["State", "EnteredTime"],
    &["State", "Name"],
    &["State", "RetryCount"],
    &["StateMachine", "Id"],
    &["StateMachine", "Name"],
];

/// The one entry of the context object below which a path may continue.
const CONTEXT_INPUT: [&str; 2] = ["Execution", "Input"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Root {
    Input,
    Context,
}

/// One value to look up when a template is filled.
#[derive(Debug, Clone)]
pub(super) struct Reference {
    text: String,
    root: Root,
    path: Path,
}

impl Reference {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (root, path) = match text.strip_prefix('$') {
            Some(inner) if inner.starts_with('$') => (Root::Context, context_path(inner)?),
            _ => (Root::Input, Path::parse(text)?),
        };
        let text = text.to_owned();
        Ok(Self { text, root, path })
    }

    /// The value, or `States.Runtime` if there is none, as in Step Functions.
    pub(super) fn find<'a>(&self, scope: &Scope<'a>) -> Result<&'a Value, Failure> {
        let document = match self.root {
            Root::Input => scope.data,
            Root::Context => scope.context,
        };
        let missing = || {
            Failure::runtime(format!(
                "The JSONPath '{}' could not be found in the input.",
                self.text
            ))
        };
        self.path.find(document).ok_or_else(missing)
    }
}

fn context_path(text: &str) -> Result<Path, String> {
    let path = Path::parse(text)?;
    let fields: Vec<&str> = path.fields().iter().map(String::as_str).collect();
    match CONTEXT.contains(&fields.as_slice()) || fields.starts_with(&CONTEXT_INPUT) {
        true => Ok(path),
        false => Err(format!("the context object's '${text}' is not supported")),
    }
}

#[cfg(test)]
mod tests {
    use super::Reference;

    #[test]
    fn only_known_entries_of_the_context_object_are_accepted() {
        for good in [
            "$$.Execution.Name",
            "$$.Execution.Input",
            "$$.Execution.Input.trip_id",
            "$$.Execution.RedriveCount",
            "$$.State",
            "$$.State.RetryCount",
        ] {
            assert!(Reference::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "$$",
            "$$.Execution",
            "$$.Execution.Name.x",
            "$$.Execution.RoleArn",
            "$$.Task.Token",
            "$$$.a",
        ] {
            assert!(Reference::parse(bad).is_err(), "{bad}");
        }
    }
}
