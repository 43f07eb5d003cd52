//! Reads a Task state and the parameters of its `lambda:invoke` integration.

use std::time::Duration;

use serde_json::Value;

use super::fields::Fields;
use super::{policy, result_path};
use crate::data::Template;
use crate::definition::{Next, Problems, Task};

/// The only supported integration.
const LAMBDA_INVOKE: &str = "arn:aws:states:::lambda:invoke";

/// Step Functions' longest `TimeoutSeconds`.
const MAX_TIMEOUT: u64 = 99_999_999;

pub(super) fn read(mut fields: Fields<'_>) -> Option<Task> {
    check_resource(&mut fields);
    let parameters = read_parameters(&mut fields);
    let result_selector = read_result_selector(&mut fields);
    let result_path = result_path::read(&mut fields);
    let timeout = read_timeout(&mut fields);
    let retry = policy::read_retry(&mut fields);
    let catch = policy::read_catch(&mut fields);
    let next = read_next(&mut fields);
    fields.close();
    let (function, payload) = parameters?;
    let (result_path, timeout, next) = (result_path?, timeout?, next?);
    Some(Task { function, payload, result_selector, result_path, timeout, retry, catch, next })
}

fn check_resource(fields: &mut Fields<'_>) {
    if let Some(resource) = fields.required::<String>("Resource")
        && resource != LAMBDA_INVOKE
    {
        fields.refuse::<()>("Resource", format!("only {LAMBDA_INVOKE} is supported"));
    }
}

fn read_parameters(fields: &mut Fields<'_>) -> Option<(String, Template)> {
    let value = fields.required::<Value>("Parameters")?;
    let at = fields.path("Parameters");
    let mut parameters = Fields::open(&at, value, fields.problems)?;
    let function = parameters.required::<String>("FunctionName");
    let payload = parameters.required::<Value>("Payload");
    let payload_at = parameters.path("Payload");
    parameters.close();
    let payload = payload.and_then(|payload| read_template(payload, &payload_at, fields.problems));
    Some((function?, payload?))
}

fn read_result_selector(fields: &mut Fields<'_>) -> Option<Template> {
    let value = fields.take("ResultSelector")?;
    let at = fields.path("ResultSelector");
    read_template(value, &at, fields.problems)
}

fn read_template(value: Value, at: &str, problems: &mut Problems) -> Option<Template> {
    match value.is_object() {
        true => Template::load(value, at, problems),
        false => problems.refuse(at, "expected an object"),
    }
}

/// Required: a saga must not wait for ever for one answer.
fn read_timeout(fields: &mut Fields<'_>) -> Option<Duration> {
    match fields.required::<u64>("TimeoutSeconds")? {
        seconds @ 1..=MAX_TIMEOUT => Some(Duration::from_secs(seconds)),
        _ => fields.refuse("TimeoutSeconds", format!("expected 1 to {MAX_TIMEOUT}")),
    }
}

fn read_next(fields: &mut Fields<'_>) -> Option<Next> {
    match (fields.optional::<String>("Next"), fields.optional::<bool>("End")) {
        (Some(next), None) => Some(Next::State(next)),
        (None, Some(true)) => Some(Next::End),
        _ => fields.refuse("Next", "a task has either Next or \"End\": true"),
    }
}
