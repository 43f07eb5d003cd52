//! The operations on event source mappings: list them, look at one, pause it and resume it.

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use event_bus::{AwsError, WireResponse};
use event_source_mapping::MappingConfig;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::named::{function, invalid, not_found};
use crate::consumers::{Consumer, Consumers};
use crate::function::Function;
use crate::wire::services::Services;

/// The code of a change of a mapping, which is not over when it is answered.
const ACCEPTED: u16 = 202;

/// The filters of a list. There are fewer mappings than a page holds.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Asked {
    function_name: Option<String>,
    event_source_arn: Option<String>,
}

/// The only change that can be made here.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Change {
    enabled: Option<bool>,
}

pub(super) async fn list(State(services): State<Services>, Query(asked): Query<Asked>) -> Response {
    respond(200, listed(&services.consumers, &asked))
}

pub(super) async fn one(State(services): State<Services>, Path(id): Path<String>) -> Response {
    let consumers = &services.consumers;
    respond(200, found(consumers, &id).map(|consumer| described(consumers, consumer)))
}

pub(super) async fn update(
    State(services): State<Services>,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    respond(ACCEPTED, updated(&services.consumers, &id, &body).await)
}

fn listed(consumers: &Consumers, asked: &Asked) -> Result<Value, AwsError> {
    let wanted = asked.function_name.as_deref().map(function).transpose()?;
    let mappings = consumers.all().iter().filter(|consumer| {
        let MappingConfig { name, stream_arn, .. } = consumer.config();
        let is_of = |wanted: Function| wanted.name() == *name;
        wanted.is_none_or(is_of)
            && asked.event_source_arn.as_ref().is_none_or(|arn| arn == stream_arn)
    });
    let mappings: Vec<_> = mappings.map(|consumer| described(consumers, consumer)).collect();
    Ok(json!({"EventSourceMappings": mappings}))
}

async fn updated(consumers: &Consumers, id: &str, body: &[u8]) -> Result<Value, AwsError> {
    let consumer = found(consumers, id)?;
    let change: Change =
        serde_json::from_slice(body).map_err(|error| invalid(error.to_string()))?;
    if let Some(enabled) = change.enabled {
        let changed = consumers.enable(consumer, enabled).await;
        changed.map_err(|error| AwsError::new(500, "ServiceException", error.to_string()))?;
    }
    Ok(described(consumers, consumer))
}

fn found<'a>(consumers: &'a Consumers, id: &str) -> Result<&'a Consumer, AwsError> {
    let consumer = Uuid::parse_str(id).ok().and_then(|id| consumers.of_id(id));
    consumer.ok_or_else(|| not_found("The resource you requested does not exist."))
}

fn described(consumers: &Consumers, consumer: &Consumer) -> Value {
    let config = consumer.config();
    let filters = config.filters.iter().map(|filter| json!({"Pattern": filter.to_string()}));
    let last = match (consumer.problem(), consumer.has_processed()) {
        (Some(problem), _) => format!("PROBLEM: {problem}"),
        (None, true) => "OK".to_owned(),
        (None, false) => "No records processed".to_owned(),
    };
    json!({
        "UUID": consumer.id(),
        "FunctionArn": config.function_arn,
        "EventSourceArn": config.stream_arn,
        "State": consumer.state(),
        "StateTransitionReason": "USER_INITIATED",
        "LastProcessingResult": last,
        "StartingPosition": "TRIM_HORIZON",
        "BatchSize": config.batch_size,
        "MaximumBatchingWindowInSeconds": config.batching_window.as_secs(),
        "ParallelizationFactor": config.parallelization_factor,
        "BisectBatchOnFunctionError": config.bisect_on_error,
        "MaximumRetryAttempts": config.max_retry_attempts.map_or(-1, i64::from),
        "MaximumRecordAgeInSeconds": config.max_record_age.map_or(-1, |age| age.as_secs() as i64),
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "FilterCriteria": {"Filters": filters.collect::<Vec<_>>()},
        "DestinationConfig": {"OnFailure": {
            "Destination": format!("file://{}", consumers.on_failure().display()),
        }},
    })
}

fn respond(status: u16, answer: Result<Value, AwsError>) -> Response {
    let answer =
        answer.map(|body| WireResponse { status, error_type: None, body: body.to_string().into() });
    answer.unwrap_or_else(|error| WireResponse::failure(&error)).into_response()
}
