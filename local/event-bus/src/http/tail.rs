//! `GET /archive/events`: a subscription as a streamed answer.

use std::str::FromStr;

use axum::body::{Body, Bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use domain::Timestamp;
use futures::{StreamExt, TryStreamExt};
use serde::de::Error;
use serde::{Deserialize, Deserializer};

use crate::archive::{ArchivedEvent, EventStream, Filter, Position};
use crate::bus::EventBus;
use crate::error::AwsError;
use crate::wire::WireResponse;

/// The query parameters. A misspelt one is refused, so that the client notices it.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Parameters {
    #[serde(deserialize_with = "number")]
    after: Option<Position>,
    since: Option<Timestamp>,
    pattern: Option<String>,
    rule: Option<String>,
    #[serde(deserialize_with = "number")]
    limit: Option<usize>,
    follow: bool,
}

/// Reads a number; the message names an example, since the standard library's names none.
fn number<'de, D: Deserializer<'de>, N: FromStr>(from: D) -> Result<Option<N>, D::Error> {
    let text = String::deserialize(from)?;
    let read = text.parse().map_err(|_| "must be a whole number, such as 100");
    read.map(Some).map_err(Error::custom)
}

pub(super) async fn tail(
    State(bus): State<EventBus>,
    parameters: Result<Query<Parameters>, QueryRejection>,
) -> Response {
    let parameters = parameters.map_err(|error| AwsError::validation(error.body_text()));
    match answer(&bus, parameters).await {
        Ok(response) => response,
        Err(error) => WireResponse::failure(&error).into_response(),
    }
}

async fn answer(
    bus: &EventBus,
    parameters: Result<Query<Parameters>, AwsError>,
) -> Result<Response, AwsError> {
    let Query(parameters) = parameters?;
    let filter = filter(bus, &parameters)?;
    let after = start(bus, &parameters).await?;
    let events = match parameters.follow {
        true => bus.archive().subscribe(after, filter),
        false => bus.archive().replay(after, filter),
    };
    let limit = parameters.limit.unwrap_or(usize::MAX);
    let headers = [(CONTENT_TYPE, "application/x-ndjson")];
    Ok((headers, Body::from_stream(lines(events, limit))).into_response())
}

fn filter(bus: &EventBus, parameters: &Parameters) -> Result<Filter, AwsError> {
    let mut filter = Filter::default();
    if let Some(pattern) = &parameters.pattern {
        filter = filter.matching(pattern.parse()?);
    }
    if let Some(rule) = &parameters.rule {
        if !bus.rules().has_named(rule) {
            return Err(AwsError::not_found(format!(
                "Rule {rule} does not exist on any EventBus."
            )));
        }
        filter = filter.of_rule(rule);
    }
    Ok(filter)
}

async fn start(bus: &EventBus, parameters: &Parameters) -> Result<Position, AwsError> {
    match (parameters.after, parameters.since) {
        (Some(_), Some(_)) => Err(AwsError::validation("Give either after or since.")),
        (None, Some(time)) => Ok(bus.archive().since(time).await?),
        (after, None) => Ok(after.unwrap_or(Position::START)),
    }
}

/// On an error the body breaks off, so that the client does not take it for complete.
fn lines(
    events: EventStream,
    limit: usize,
) -> impl futures::Stream<Item = Result<Bytes, axum::Error>> + Send {
    let lines = events.map_err(axum::Error::new).and_then(|event| async move { line(&event) });
    lines.take(limit).inspect_err(|error| {
        tracing::error!(error = error as &dyn std::error::Error, "a subscription failed");
    })
}

fn line(event: &ArchivedEvent) -> Result<Bytes, axum::Error> {
    let mut line = serde_json::to_vec(event).map_err(axum::Error::new)?;
    line.push(b'\n');
    Ok(line.into())
}
