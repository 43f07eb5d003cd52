//! The two consumers of the write table's stream.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use aws_sdk_dynamodbstreams::Client;
use domain::Clock;
use event_source_mapping::{
    Age, FailureDestination, Handler, InvokeError, Mapping, MappingConfig, Ports, PositionStore,
    StartingPosition, has_new_images, stream_of_table,
};
use futures::FutureExt;
use futures::future::BoxFuture;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::account::function_arn;
use crate::function::Function;
use crate::functions::Functions;

const AN_HOUR: Duration = Duration::from_secs(60 * 60);

/// What both mappings share.
pub struct Shared {
    /// The functions behind them.
    pub functions: Arc<Functions>,
    /// Where they keep how far they have come.
    pub positions: Arc<dyn PositionStore>,
    /// Where they send what they give up.
    pub on_failure: Arc<dyn FailureDestination>,
    /// What they tell the age of records by.
    pub clock: Arc<dyn Clock>,
}

/// Makes both mappings; neither reads before it is run.
///
/// # Errors
/// When the table has no stream, or a mapping is refused.
pub async fn build(client: &Client, table: &str, shared: &Shared) -> anyhow::Result<Vec<Mapping>> {
    let stream = stream_of_table(client, table).await.context("cannot find the table's stream")?;
    let stream = stream.with_context(|| format!("the table {table} has no stream"))?;
    warn_of_missing_images(client, table, &stream).await?;
    let consumers =
        [(Function::Dispatcher, dispatcher_filter()), (Function::Projector, projector_filter())];
    let mapping = |(function, filter): (Function, Value)| {
        let config = config(function, filter, &stream);
        Mapping::new(config, client.clone(), shared.ports(function))
            .with_context(|| format!("the mapping of {} is refused", function.name()))
    };
    consumers.into_iter().map(mapping).collect()
}

/// Without images neither consumer has anything to work on: events wait for the sweeper, and the
/// view stays as it is.
async fn warn_of_missing_images(client: &Client, table: &str, stream: &str) -> anyhow::Result<()> {
    if !has_new_images(client, stream).await.context("cannot describe the table's stream")? {
        tracing::error!(
            table,
            "the table's stream has no new images, so that the sweeper alone publishes events and the \
             search view stands still: turn the stream on with NEW_AND_OLD_IMAGES"
        );
    }
    Ok(())
}

/// The age at which a record is given up, as on AWS: the sweeper publishes what the dispatcher
/// gives up, but nobody else projects what the projector does.
fn max_record_age(function: Function) -> Duration {
    if function == Function::Projector { 23 * AN_HOUR } else { 6 * AN_HOUR }
}

/// A consumer's own poison records are set aside by the consumer, so that only an outage fails a
/// batch: it is retried without a limit of attempts, and bisected, so that what can pass does.
fn config(function: Function, filter: Value, stream: &str) -> MappingConfig {
    MappingConfig {
        start: StartingPosition::TrimHorizon,
        filters: vec![filter],
        function_arn: function_arn(&function.name()),
        function_timeout: function.timeout(),
        bisect_on_error: true,
        max_retry_attempts: None,
        max_record_age: Some(max_record_age(function)),
        age: Age::Read,
        ..MappingConfig::new(function.name(), stream)
    }
}

impl Shared {
    fn ports(&self, function: Function) -> Ports {
        Ports {
            handler: Arc::new(Consumer { function, functions: Arc::clone(&self.functions) }),
            positions: Arc::clone(&self.positions),
            on_failure: Some(Arc::clone(&self.on_failure)),
            clock: Arc::clone(&self.clock),
        }
    }
}

/// New events only: marking one, or its deletion by TTL, is no news.
fn dispatcher_filter() -> Value {
    json!({"eventName": ["INSERT"], "dynamodb": {"Keys": {"SK": {"S": [{"prefix": "OUTBOX#"}]}}}})
}

/// The trip itself: each of its records carries the whole state.
fn projector_filter() -> Value {
    json!({"dynamodb": {"Keys": {"SK": {"S": ["METADATA"]}}}})
}

struct Consumer {
    function: Function,
    functions: Arc<Functions>,
}

impl Handler for Consumer {
    fn invoke(
        &self,
        request_id: Uuid,
        event: Value,
    ) -> BoxFuture<'static, Result<Value, InvokeError>> {
        let (function, functions) = (self.function, Arc::clone(&self.functions));
        async move {
            let answer = functions.invoke_as(request_id, function, event, None).await;
            answer.map_err(|error| InvokeError::new(error.error_type, error.message))
        }
        .boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_is_waited_out_for_hours_of_running_and_holds_up_only_what_it_strikes() {
        for (function, filter, hours) in [
            (Function::Dispatcher, dispatcher_filter(), 6),
            (Function::Projector, projector_filter(), 23),
        ] {
            let config = config(function, filter, "arn");
            assert_eq!(config.start, StartingPosition::TrimHorizon);
            assert_eq!((config.max_retry_attempts, config.bisect_on_error), (None, true));
            assert_eq!((config.max_record_age, config.age), (Some(hours * AN_HOUR), Age::Read));
            assert!(config.function_arn.ends_with(&function.name()), "{}", config.function_arn);
        }
    }
}
