//! The two consumers of the write table's stream.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use aws_sdk_dynamodbstreams::Client;
use domain::Clock;
use event_source_mapping::{
    FailureDestination, Handler, InvokeError, Mapping, MappingConfig, Ports, PositionStore,
    StartingPosition, stream_of_table,
};
use futures::FutureExt;
use futures::future::BoxFuture;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::account::function_arn;
use crate::functions::{Function, Functions};

/// The age at which a record is given up. Within it every outage is waited out.
const MAX_RECORD_AGE: Duration = Duration::from_secs(6 * 60 * 60);

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
    let consumers =
        [(Function::Dispatcher, dispatcher_filter()), (Function::Projector, projector_filter())];
    let mapping = |(function, filter): (Function, Value)| {
        let config = config(function, filter, &stream);
        Mapping::new(config, client.clone(), shared.ports(function))
            .with_context(|| format!("the mapping of {} is refused", function.name()))
    };
    consumers.into_iter().map(mapping).collect()
}

/// A consumer's own poison records are set aside by the consumer, so that only an outage fails a batch:
/// it is retried without a limit of attempts, and bisected, so that what can pass does.
fn config(function: Function, filter: Value, stream: &str) -> MappingConfig {
    MappingConfig {
        start: StartingPosition::TrimHorizon,
        filters: vec![filter],
        function_arn: function_arn(&function.name()),
        function_timeout: function.timeout(),
        bisect_on_error: true,
        max_retry_attempts: None,
        max_record_age: Some(MAX_RECORD_AGE),
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
    fn an_outage_is_waited_out_for_six_hours_and_holds_up_only_what_it_strikes() {
        for (function, filter) in
            [(Function::Dispatcher, dispatcher_filter()), (Function::Projector, projector_filter())]
        {
            let config = config(function, filter, "arn");
            assert_eq!(config.start, StartingPosition::TrimHorizon);
            assert_eq!((config.max_retry_attempts, config.bisect_on_error), (None, true));
            assert_eq!(config.max_record_age, Some(Duration::from_secs(21_600)));
            assert!(config.function_arn.ends_with(&function.name()), "{}", config.function_arn);
        }
    }
}
