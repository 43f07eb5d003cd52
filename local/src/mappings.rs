//! The two consumers of the write table's stream.

use std::sync::Arc;

use anyhow::Context;
use aws_sdk_dynamodbstreams::Client;
use event_source_mapping::{Handler, InvokeError, Mapping, MappingConfig, stream_of_table};
use futures::FutureExt;
use futures::future::BoxFuture;
use serde_json::{Value, json};

use crate::functions::{Function, Functions};
use crate::positions::Positions;

/// Makes both mappings; neither reads before it is run.
///
/// # Errors
/// When the table has no stream, or a mapping is refused.
pub async fn build(
    client: &Client,
    table: &str,
    functions: &Arc<Functions>,
    positions: &Arc<Positions>,
) -> anyhow::Result<Vec<Mapping>> {
    let stream = stream_of_table(client, table).await.context("cannot find the table's stream")?;
    let stream = stream.with_context(|| format!("the table {table} has no stream"))?;
    let consumers =
        [(Function::Dispatcher, dispatcher_filter()), (Function::Projector, projector_filter())];
    let mapping = |(function, filter): (Function, Value)| {
        let mut config = MappingConfig::new(function.name(), &stream);
        config.filters = vec![filter];
        config.function_timeout = function.timeout();
        let handler = Arc::new(Consumer { function, functions: Arc::clone(functions) });
        Mapping::new(config, client.clone(), handler, Arc::clone(positions) as _)
            .with_context(|| format!("the mapping of {} is refused", function.name()))
    };
    consumers.into_iter().map(mapping).collect()
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
    fn invoke(&self, event: Value) -> BoxFuture<'static, Result<Value, InvokeError>> {
        let (function, functions) = (self.function, Arc::clone(&self.functions));
        async move {
            let answer = functions.invoke(function, event, None).await;
            answer.map_err(|error| InvokeError::new(error.error_type, error.message))
        }
        .boxed()
    }
}
