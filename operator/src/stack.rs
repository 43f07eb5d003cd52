//! An installation on AWS: the usual AWS settings, and the outputs of its stack.

use anyhow::Context;
use aws_config::BehaviorVersion;
use aws_sdk_cloudformation::Client;
use aws_sdk_cloudformation::error::{ProvideErrorMetadata, SdkError};
use aws_types::SdkConfig;
use lambda_kit::clients::http_client;
use lambda_kit::config::Config;
use lambda_kit::error::chain;

use super::names::Names;
use crate::failure::NotFound;

/// The usual AWS settings: environment, profiles, single sign-on, the machine's role. They may name
/// other endpoints too.
pub async fn usual_settings() -> SdkConfig {
    let client = http_client(&Config::default());
    aws_config::defaults(BehaviorVersion::latest()).http_client(client).load().await
}

/// The names in the outputs of the stage's stack, as `infra` gives them.
pub(crate) async fn names(config: &SdkConfig, stage: &str) -> anyhow::Result<Names> {
    let stack = format!("TripSaga-{stage}");
    let described = Client::new(config).describe_stacks().stack_name(&stack).send().await;
    let described = match described {
        Ok(described) => described,
        Err(error) if is_missing(&error) => {
            let advice = "is the stage right, and are the region and the account?".to_owned();
            return Err(NotFound::new(format!("there is no stack {stack}"), [advice]).into());
        }
        Err(error) => anyhow::bail!("cannot read the stack {stack}: {}", chain(&error)),
    };
    let found = described.stacks.unwrap_or_default().into_iter().next();
    let outputs = found.and_then(|stack| stack.outputs).unwrap_or_default();
    let output = |key: &str| {
        let output = outputs.iter().find(|output| output.output_key() == Some(key));
        let value = output.and_then(|output| output.output_value()).map(str::to_owned);
        value.with_context(|| format!("the stack {stack} has no output {key}: deploy it anew"))
    };
    Ok(Names {
        trips: output("TripTable")?,
        search: output("SearchTable")?,
        booking: output("BookingStateMachine")?,
        compensation: output("CompensationStateMachine")?,
        dispatcher: output("DispatcherFunction")?,
        projector: output("ProjectorFunction")?,
    })
}

/// CloudFormation has no error of its own for it.
fn is_missing<E: ProvideErrorMetadata>(error: &SdkError<E>) -> bool {
    error.code() == Some("ValidationError")
        && error.message().is_some_and(|message| message.contains("does not exist"))
}
