//! The operations on subscribers, as they go over the wire.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::settings::{
    BatchConfiguration, FilterConfiguration, InvokeConfiguration, LogConfiguration,
    OnFailureConfiguration, PointInTime, ResumePosition, RetryPolicy, StartingPosition,
    SubscriberState, SubscriberType, Transformer,
};
use super::time::Time;

/// What is said of a subscriber that is to be made, and kept of it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct CreateSubscriber {
    pub(crate) name: String,
    pub(crate) event_bus_arn: String,
    pub(crate) invoke_configuration: InvokeConfiguration,
    pub(crate) description: Option<String>,
    pub(crate) filter_configuration: Option<FilterConfiguration>,
    #[serde(rename = "Type", default)]
    pub(crate) kind: SubscriberType,
    #[serde(default)]
    pub(crate) starting_position: StartingPosition,
    pub(crate) point_in_time_configuration: Option<PointInTime>,
    #[serde(default)]
    pub(crate) batch_configuration: BatchConfiguration,
    pub(crate) transformer: Option<Transformer>,
    #[serde(default)]
    pub(crate) retry_policy: RetryPolicy,
    pub(crate) on_failure_configuration: Option<OnFailureConfiguration>,
    pub(crate) log_configuration: Option<LogConfiguration>,
    #[serde(default)]
    pub(crate) state: SubscriberState,
    #[serde(default)]
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) client_token: Option<String>,
}

/// What an update changes: what it does not name stays.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct UpdateSubscriber {
    pub(crate) subscriber_arn: String,
    pub(crate) description: Option<String>,
    pub(crate) state: Option<SubscriberState>,
    pub(crate) resume_position: Option<ResumePosition>,
    pub(crate) invoke_configuration: Option<InvokeConfiguration>,
    pub(crate) filter_configuration: Option<FilterConfiguration>,
    pub(crate) batch_configuration: Option<BatchConfiguration>,
    pub(crate) transformer: Option<Transformer>,
    pub(crate) retry_policy: Option<RetryPolicy>,
    pub(crate) on_failure_configuration: Option<OnFailureConfiguration>,
    pub(crate) log_configuration: Option<LogConfiguration>,
}

/// What names a subscriber.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct SubscriberName {
    pub(crate) subscriber_arn: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct ListSubscribers {
    pub(crate) event_bus_arn: Option<String>,
    pub(crate) name_prefix: Option<String>,
    pub(crate) next_token: Option<String>,
    pub(crate) max_results: Option<u32>,
}

/// A subscriber, as the operations on it answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Subscriber {
    pub(crate) subscriber_arn: String,
    pub(crate) name: String,
    pub(crate) event_bus_arn: String,
    pub(crate) invoke_configuration: InvokeConfiguration,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) filter_configuration: Option<FilterConfiguration>,
    #[serde(rename = "Type")]
    pub(crate) kind: SubscriberType,
    pub(crate) starting_position: StartingPosition,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) point_in_time_configuration: Option<PointInTime>,
    pub(crate) batch_configuration: BatchConfiguration,
    pub(crate) transformer: Transformer,
    pub(crate) retry_policy: RetryPolicy,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) on_failure_configuration: Option<OnFailureConfiguration>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) log_configuration: Option<LogConfiguration>,
    pub(crate) state: SubscriberState,
    pub(crate) creation_time: Time,
    pub(crate) last_modified_time: Time,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Subscribers {
    pub(crate) subscribers: Vec<SubscriberSummary>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct SubscriberSummary {
    pub(crate) subscriber_arn: String,
    pub(crate) name: String,
    pub(crate) event_bus_arn: String,
    pub(crate) target_arn: String,
    #[serde(rename = "Type")]
    pub(crate) kind: SubscriberType,
    pub(crate) state: SubscriberState,
    pub(crate) creation_time: Time,
    pub(crate) last_modified_time: Time,
    pub(crate) subscriber_account_id: String,
}

/// An answer without members.
#[derive(Debug, Serialize)]
pub(crate) struct Nothing {}
