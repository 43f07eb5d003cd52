//! The calls of Step Functions that a cancellation makes.
//!
//! They are few and small, so they leave without the SDK's client, which the function would carry
//! for them alone; the SDK says where they go. Source: `StartExecution`, `DescribeExecution` and
//! `RedriveExecution` in the Step Functions API reference.

use std::sync::Arc;

use aws_json::{CallFailed, Client, STEP_FUNCTIONS};
use aws_sdk_sfn::config::endpoint::{DefaultResolver, Params, ResolveEndpoint};
use lambda_kit::clients::{self, sdk_config};
use lambda_kit::config::{Config, ConfigError, name};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Step Functions. Clones share its connections.
#[derive(Clone, Debug)]
pub(super) struct StepFunctions(Arc<Client>);

/// A start under a name.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Start<'a> {
    pub(super) state_machine_arn: &'a str,
    pub(super) name: &'a str,
    /// JSON, as a text.
    pub(super) input: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) trace_header: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Started {
    execution_arn: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Describe<'a> {
    execution_arn: &'a str,
}

/// How an execution stands.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Execution {
    status: String,
    /// In seconds since 1970.
    stop_date: Option<f64>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Redrive<'a> {
    execution_arn: &'a str,
    /// The same for all attempts of a call, so that a second one does not find the first one's
    /// redrive in its way.
    client_token: Uuid,
}

impl StepFunctions {
    /// Step Functions, as configured.
    ///
    /// # Errors
    /// If the settings name no region, or a malformed endpoint.
    pub(super) async fn from_config(config: &Config) -> Result<Self, ConfigError> {
        let endpoint = endpoint(config).await?;
        let sdk = sdk_config(config, "sfn").await;
        let client = Client::new(&sdk, STEP_FUNCTIONS, Some(&endpoint));
        if !client.has_place() {
            return Err(clients::malformed_endpoint("sfn"));
        }
        Ok(Self(Arc::new(client)))
    }

    /// Starts an execution, and returns its ARN.
    pub(super) async fn start(&self, start: &Start<'_>) -> Result<String, CallFailed> {
        let started: Started = self.call("AWSStepFunctions.StartExecution", start).await?;
        Ok(started.execution_arn)
    }

    /// How an execution stands.
    pub(super) async fn describe(&self, execution_arn: &str) -> Result<Execution, CallFailed> {
        self.call("AWSStepFunctions.DescribeExecution", &Describe { execution_arn }).await
    }

    /// Lets an execution go on from where it failed.
    pub(super) async fn redrive(&self, execution_arn: &str) -> Result<(), CallFailed> {
        let redrive = Redrive { execution_arn, client_token: Uuid::new_v4() };
        let redriven: Result<IgnoredAny, _> =
            self.call("AWSStepFunctions.RedriveExecution", &redrive).await;
        redriven.map(drop)
    }

    async fn call<T: DeserializeOwned>(
        &self,
        target: &'static str,
        request: &impl Serialize,
    ) -> Result<T, CallFailed> {
        let body = serde_json::to_vec(request).map_err(CallFailed::Unencoded)?;
        self.0.call(target, body).await
    }
}

impl Execution {
    /// Whether it is running or has succeeded.
    pub(super) fn goes(&self) -> bool {
        matches!(&*self.status, "RUNNING" | "SUCCEEDED")
    }

    /// The second in which it ended; 0 if that is not told.
    pub(super) fn ended_at(&self) -> i64 {
        self.stop_date.map_or(0, |seconds| seconds as i64)
    }
}

/// The service's URL, by the SDK's own rules.
async fn endpoint(config: &Config) -> Result<String, ConfigError> {
    let params = Params::builder()
        .region(config.require(name::AWS_REGION)?)
        .set_endpoint(clients::endpoint(config, "sfn"))
        .build();
    let params = params.map_err(|_| clients::unknown_region())?;
    let resolved = DefaultResolver::new().resolve_endpoint(&params).await;
    Ok(resolved.map_err(|_| clients::unknown_region())?.url().to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn requests_have_the_members_that_the_reference_names() {
        let start = Start {
            state_machine_arn: "arn:machine",
            name: "trip-1.4",
            input: "{}".to_owned(),
            trace_header: None,
        };
        let expected = json!({"stateMachineArn": "arn:machine", "name": "trip-1.4", "input": "{}"});
        assert_eq!(json!(start), expected);
        let traced = json!(Start { trace_header: Some("Root=1".to_owned()), ..start });
        assert_eq!(traced["traceHeader"], "Root=1");
        assert_eq!(json!(Describe { execution_arn: "arn:1" }), json!({"executionArn": "arn:1"}));
        let redrive = json!(Redrive { execution_arn: "arn:1", client_token: Uuid::nil() });
        let token = "00000000-0000-0000-0000-000000000000";
        assert_eq!(redrive, json!({"executionArn": "arn:1", "clientToken": token}));
    }

    #[test]
    fn an_execution_goes_until_it_has_failed_and_ended_in_a_whole_second() {
        for (status, goes) in [("RUNNING", true), ("SUCCEEDED", true), ("TIMED_OUT", false)] {
            let answer = json!({"status": status, "stopDate": 1_767_225_600.75, "name": "x"});
            let execution: Execution = serde_json::from_value(answer).unwrap();
            assert_eq!((execution.goes(), execution.ended_at()), (goes, 1_767_225_600));
        }
        let running: Execution = serde_json::from_value(json!({"status": "RUNNING"})).unwrap();
        assert_eq!(running.ended_at(), 0);
    }
}
