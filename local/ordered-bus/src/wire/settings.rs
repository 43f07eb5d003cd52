//! What is said of a subscriber: its target, filters, batches, retries and dead letters.

use event_delivery::HttpParameters;
use serde::{Deserialize, Serialize};

use super::time::Time;

/// Whether a subscriber keeps the order within event groups.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SubscriberType {
    /// A group's events come one after the other, in the order in which they were published.
    Fifo,
    /// In any order.
    #[default]
    Unordered,
}

/// Whether a subscriber delivers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SubscriberState {
    /// It delivers.
    #[default]
    Running,
    /// It waits at its position.
    Stopped,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum StartingPosition {
    #[default]
    Latest,
    PointInTime,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum ResumePosition {
    #[default]
    LastProcessed,
    Latest,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct InvokeConfiguration {
    pub(crate) target_arn: String,
    pub(crate) role_arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) lambda_parameters: Option<LambdaParameters>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) http_parameters: Option<HttpParameters>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct LambdaParameters {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) invocation_type: Option<InvocationType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) qualifier: Option<String>,
}

/// Both wait for the function's answer here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum InvocationType {
    Event,
    RequestResponse,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct FilterConfiguration {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) language: Option<FilterLanguage>,
    #[serde(default)]
    pub(crate) filters: Vec<Filter>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum FilterLanguage {
    EventBridgePattern,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Filter {
    pub(crate) pattern: String,
    pub(crate) scope: Scope,
}

/// Which part of an event a pattern is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Scope {
    Data,
    Metadata,
    SystemMetadata,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct BatchConfiguration {
    pub(crate) max_batch_size: Option<u32>,
    pub(crate) max_batch_window_in_seconds: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Transformer {
    #[serde(rename = "Type", default)]
    pub(crate) kind: TransformerType,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum TransformerType {
    #[default]
    Raw,
    WithMetadata,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct RetryPolicy {
    pub(crate) max_retry_attempts: Option<u32>,
    pub(crate) max_event_age_in_seconds: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) retry_strategy: Option<RetryStrategy>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum RetryStrategy {
    All,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct OnFailureConfiguration {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) arn: Option<String>,
}

/// It is kept and told.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct LogConfiguration {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) level: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) include_payload: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct PointInTime {
    pub(crate) point_type: PointType,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) starting_point: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) end_point: Option<Time>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum PointType {
    Horizon,
    Timestamp,
}
