//! The two consumers of the write table's stream.

use std::sync::Arc;

use anyhow::Context;
use async_trait::async_trait;
use aws_sdk_dynamodbstreams::Client;
use domain::Clock;
use event_source_mapping::{
    Age, FailureDestination, Handler, InvokeError, Mapping, MappingConfig, Ports, PositionStore,
    Source, StartingPosition, has_new_images, stream_of_table,
};
use serde_json::Value;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::account::function_arn;
use crate::function::Function;
use crate::functions::Functions;
use crate::runtime::Consumer;

/// What both mappings share.
pub struct Shared {
    /// The functions behind them.
    pub functions: Arc<Functions>,
    /// Where they store their positions.
    pub positions: Arc<dyn PositionStore>,
    /// Where they send the batches that they give up.
    pub on_failure: Arc<dyn FailureDestination>,
    /// The clock for the age of records.
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
    let source = Source::from(client.clone());
    let mapping = |consumer: Consumer| {
        let function = consumer.function;
        Mapping::new(config(consumer, &stream), source.clone(), shared.ports(function))
            .with_context(|| format!("the mapping of {} is refused", function.name()))
    };
    [Consumer::dispatcher(), Consumer::projector()].into_iter().map(mapping).collect()
}

/// Without images neither consumer has anything to work on: events wait for the sweeper, and the
/// view does not change.
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

/// The age of a record counts from its reading, so no record is given up because this machine was
/// off.
fn config(consumer: Consumer, stream: &str) -> MappingConfig {
    let function = consumer.function;
    MappingConfig {
        start: StartingPosition::TrimHorizon,
        filters: vec![consumer.filter],
        batch_size: consumer.batch_size,
        parallelization_factor: consumer.parallelization_factor,
        function_arn: function_arn(&function.name()),
        function_timeout: function.timeout(),
        bisect_on_error: true,
        max_retry_attempts: None,
        max_record_age: Some(consumer.max_record_age),
        age: Age::Read,
        ..MappingConfig::new(function.name(), stream)
    }
}

impl Shared {
    fn ports(&self, function: Function) -> Ports {
        Ports {
            handler: Arc::new(Hosted { function, functions: Arc::clone(&self.functions) }),
            positions: Arc::clone(&self.positions),
            on_failure: Some(Arc::clone(&self.on_failure)),
            clock: Arc::clone(&self.clock),
        }
    }
}

/// A function as a mapping invokes it.
struct Hosted {
    function: Function,
    functions: Arc<Functions>,
}

#[async_trait]
impl Handler for Hosted {
    async fn invoke(&self, request_id: Uuid, event: Box<RawValue>) -> Result<Value, InvokeError> {
        let answer = self.functions.invoke_as(request_id, self.function, event, None).await;
        answer.map_err(|error| InvokeError::new(error.error_type, error.message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_is_tried_for_ever_and_holds_up_only_what_it_strikes() {
        for consumer in [Consumer::dispatcher(), Consumer::projector()] {
            let (name, age) = (consumer.function.name(), consumer.max_record_age);
            let config = config(consumer, "arn");
            assert_eq!(config.start, StartingPosition::TrimHorizon);
            assert_eq!((config.max_retry_attempts, config.bisect_on_error), (None, true));
            assert_eq!((config.max_record_age, config.age), (Some(age), Age::Read));
            assert!(config.function_arn.ends_with(&name), "{}", config.function_arn);
        }
    }
}
