//! One target of a rule: as it was put, and as events are delivered to it.

use std::collections::BTreeMap;
use std::time::Duration;

use event_delivery::{
    Address, AddressFormat, HttpParameters, HttpParametersError, Input, InputError, RetryPolicy,
    Target,
};
use serde::{Deserialize, Serialize};

/// Bus, rule and id of a target.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TargetKey {
    pub(crate) bus: String,
    pub(crate) rule: String,
    pub(crate) id: String,
}

/// A target as `PutTargets` describes it. What a request leaves out stays left out.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Definition {
    pub(crate) arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) input: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) input_path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) input_transformer: Option<Transformer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) http_parameters: Option<HttpParameters>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) retry_policy: Option<RetryLimits>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Transformer {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) input_paths_map: Option<BTreeMap<String, String>>,
    pub(crate) input_template: String,
}

#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct RetryLimits {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) maximum_retry_attempts: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) maximum_event_age_in_seconds: Option<i64>,
}

/// A target that can be delivered to.
#[derive(Clone, Debug)]
pub(crate) struct RuleTarget {
    pub(crate) id: String,
    pub(crate) definition: Definition,
    pub(crate) target: Target,
}

/// A target that nothing can be delivered to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidTarget {
    #[error(
        "Parameter {0} is not valid. Reason: Provided Arn is not in correct format. Locally, {1}."
    )]
    Address(String, AddressFormat),
    #[error("Only one of Input, InputPath, or InputTransformer must be provided for target {0}.")]
    Inputs(String),
    #[error("Input for target {0} is {1}")]
    Input(String, InputError),
    #[error("InputPath for target {0} is {1}.")]
    Path(String, InputError),
    #[error("InputTemplate for target {0} {1}")]
    Placeholder(String, InputError),
    #[error("Invalid InputTransformer for target {0} : {1}")]
    Transformer(String, InputError),
    #[error("HttpParameters for target {0} are not valid: {1}.")]
    Http(String, HttpParametersError),
    #[error("HttpParameters for target {0} are not valid: only an HTTP address takes them.")]
    NoHttp(String),
}

impl RuleTarget {
    /// Checks a target's definition.
    ///
    /// # Errors
    /// When nothing can be delivered to it.
    pub(crate) fn new(id: String, definition: Definition) -> Result<Self, InvalidTarget> {
        let address = definition.arn.parse::<Address>();
        let address =
            address.map_err(|error| InvalidTarget::Address(definition.arn.clone(), error))?;
        let input = definition.compiled(&id)?;
        if let Some(http) = &definition.http_parameters {
            match &address {
                Address::Http(url) => {
                    http.check(url).map_err(|error| InvalidTarget::Http(id.clone(), error))?;
                }
                Address::Function { .. } => return Err(InvalidTarget::NoHttp(id)),
            }
        }
        let target = Target { address, input, http: definition.http_parameters.clone() };
        Ok(Self { id, definition, target })
    }

    /// How often and for how long an event is sent: as usual, but for the limits that it names.
    pub(crate) fn retry_policy(&self, usual: RetryPolicy) -> RetryPolicy {
        let limits = self.definition.retry_policy.unwrap_or_default();
        let retries = limits.maximum_retry_attempts.and_then(|number| number.try_into().ok());
        let age = limits.maximum_event_age_in_seconds.and_then(|number| number.try_into().ok());
        RetryPolicy {
            retries: retries.unwrap_or(usual.retries),
            age: age.map_or(usual.age, Duration::from_secs),
            ..usual
        }
    }
}

impl Definition {
    fn compiled(&self, id: &str) -> Result<Input, InvalidTarget> {
        let id = || id.to_owned();
        match (&self.input, &self.input_path, &self.input_transformer) {
            (None, None, None) => Ok(Input::default()),
            (Some(input), None, None) => {
                Input::constant(input).map_err(|error| InvalidTarget::Input(id(), error))
            }
            (None, Some(path), None) => {
                Input::path(path).map_err(|error| InvalidTarget::Path(id(), error))
            }
            (None, None, Some(transformer)) => {
                let paths = transformer.input_paths_map.clone().unwrap_or_default();
                Input::template(&paths, &transformer.input_template).map_err(|error| match error {
                    InputError::Placeholder(_) => InvalidTarget::Placeholder(id(), error),
                    _ => InvalidTarget::Transformer(id(), error),
                })
            }
            _ => Err(InvalidTarget::Inputs(id())),
        }
    }
}
