//! A target in a request: the constraints of the model, and what has no effect here.

use std::collections::BTreeMap;
use std::path::Path;

use event_delivery::HttpParameters;
use serde::Deserialize;
use serde_json::Value;

use crate::error::AwsError;
use crate::targets::{Definition, RetryLimits, Transformer};
use crate::wire::constraints::{between, characters, length, required, unsupported, violation};

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct TargetRequest {
    id: Option<String>,
    arn: Option<String>,
    input: Option<String>,
    input_path: Option<String>,
    input_transformer: Option<TransformerRequest>,
    http_parameters: Option<HttpParameters>,
    retry_policy: Option<RetryLimits>,
    dead_letter_config: Option<Value>,
    role_arn: Option<Value>,
    kinesis_parameters: Option<Value>,
    run_command_parameters: Option<Value>,
    ecs_parameters: Option<Value>,
    batch_parameters: Option<Value>,
    sqs_parameters: Option<Value>,
    redshift_data_parameters: Option<Value>,
    sage_maker_pipeline_parameters: Option<Value>,
    app_sync_parameters: Option<Value>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct TransformerRequest {
    input_paths_map: Option<BTreeMap<String, String>>,
    input_template: Option<String>,
}

impl TargetRequest {
    /// Checks the target, the `number`th of its request.
    pub(super) fn check(&self, number: usize, dead_letters: &Path) -> Result<(), AwsError> {
        let field = |name: &str| format!("targets.{number}.member.{name}");
        let id = required(&field("id"), self.id.as_deref())?;
        length(&field("id"), id, 1..=64)?;
        characters(&field("id"), id, ".-_")?;
        let arn = required(&field("arn"), self.arn.as_deref())?;
        length(&field("arn"), arn, 1..=1600)?;
        if let Some(input) = &self.input {
            length(&field("input"), input, 0..=8192)?;
        }
        if let Some(path) = &self.input_path {
            length(&field("inputPath"), path, 0..=256)?;
        }
        if let Some(transformer) = &self.input_transformer {
            transformer.check(&field("inputTransformer"))?;
        }
        if let Some(policy) = &self.retry_policy {
            check_policy(policy, &field("retryPolicy"))?;
        }
        if let Some(http) = &self.http_parameters {
            check_http(http, &field("httpParameters"))?;
        }
        self.refuse_what_has_no_effect(dead_letters)
    }

    fn refuse_what_has_no_effect(&self, dead_letters: &Path) -> Result<(), AwsError> {
        if self.dead_letter_config.is_some() {
            return Err(AwsError::validation(format!(
                "Parameter DeadLetterConfig is not supported locally: what cannot be delivered \
                 goes to the file {}, which `trip events dead-letters` lists and redrives.",
                dead_letters.display()
            )));
        }
        unsupported(&[
            ("RoleArn", self.role_arn.is_some()),
            ("KinesisParameters", self.kinesis_parameters.is_some()),
            ("RunCommandParameters", self.run_command_parameters.is_some()),
            ("EcsParameters", self.ecs_parameters.is_some()),
            ("BatchParameters", self.batch_parameters.is_some()),
            ("SqsParameters", self.sqs_parameters.is_some()),
            ("RedshiftDataParameters", self.redshift_data_parameters.is_some()),
            ("SageMakerPipelineParameters", self.sage_maker_pipeline_parameters.is_some()),
            ("AppSyncParameters", self.app_sync_parameters.is_some()),
        ])
    }

    /// The id, and the target as it is kept. Call [`Self::check`] first.
    pub(super) fn into_parts(self) -> (String, Definition) {
        let transformer = self.input_transformer.map(|transformer| Transformer {
            input_paths_map: transformer.input_paths_map,
            input_template: transformer.input_template.unwrap_or_default(),
        });
        let definition = Definition {
            arn: self.arn.unwrap_or_default(),
            input: self.input,
            input_path: self.input_path,
            input_transformer: transformer,
            http_parameters: self.http_parameters,
            retry_policy: self.retry_policy,
        };
        (self.id.unwrap_or_default(), definition)
    }
}

impl TransformerRequest {
    fn check(&self, field: &str) -> Result<(), AwsError> {
        let template = format!("{field}.inputTemplate");
        length(&template, required(&template, self.input_template.as_deref())?, 1..=8192)?;
        let paths = self.input_paths_map.iter().flatten();
        let field = format!("{field}.inputPathsMap");
        if self.input_paths_map.as_ref().is_some_and(|paths| paths.len() > 100) {
            let rule = "Member must have length less than or equal to 100";
            return Err(violation(&field, "[InputPathsMap]", rule));
        }
        for (name, path) in paths {
            length(&field, name, 1..=256)?;
            characters(&field, name, "_-")?;
            length(&format!("{field}.{name}.member"), path, 0..=256)?;
        }
        Ok(())
    }
}

fn check_policy(policy: &RetryLimits, field: &str) -> Result<(), AwsError> {
    if let Some(attempts) = policy.maximum_retry_attempts {
        between(&format!("{field}.maximumRetryAttempts"), attempts, 0..=185)?;
    }
    if let Some(age) = policy.maximum_event_age_in_seconds {
        between(&format!("{field}.maximumEventAgeInSeconds"), age, 60..=86_400)?;
    }
    Ok(())
}

fn check_http(http: &HttpParameters, field: &str) -> Result<(), AwsError> {
    for (name, map) in [
        ("headerParameters", &http.header_parameters),
        ("queryStringParameters", &http.query_string_parameters),
    ] {
        let field = format!("{field}.{name}");
        for (key, value) in map {
            length(&field, key, 1..=512)?;
            length(&format!("{field}.{key}.member"), value, 1..=512)?;
        }
    }
    for (value, number) in http.path_parameter_values.iter().zip(1..) {
        let field = format!("{field}.pathParameterValues.{number}.member");
        if value.trim().is_empty() {
            let rule = r"Member must satisfy regular expression pattern: ^(?!\s*$).+";
            return Err(violation(&field, value, rule));
        }
    }
    Ok(())
}
