//! The projector's handler: a batch of the table's stream in, the first undone record out.

use lambda_kit::deadline::Deadline;
use lambda_kit::error::FunctionError;
use lambda_kit::stream::{Batch, BatchResponse, Text};
use lambda_runtime::LambdaEvent;
use serde_json::Value;
use serde_json::value::RawValue;
use store::image::Keys;
use store::view::SearchRow;

use crate::Deps;
use crate::aside::set_aside;
use crate::intake::Intake;
use crate::projection::project;

/// Brings the view up to date with a batch of changes, and keeps those that cannot be read. Returns
/// `batchItemFailures` with the first record of a trip whose row was not written, or the first
/// record that could not be kept; Lambda retries the batch from that record.
///
/// # Errors
/// `InvalidRequest` for a payload that is not a batch of stream records.
pub async fn handle(
    deps: &Deps,
    event: LambdaEvent<Box<RawValue>>,
) -> Result<Value, FunctionError> {
    let deadline = Deadline::of(&event.context, &*deps.clock);
    let text = Text::without_old_images(&event.payload);
    let batch = Batch::read(&text, |_: &Keys<'_>, image| SearchRow::of(image))?;
    let Intake { trips, poison, numbers } = Intake::of(batch);
    let unwritten = project(deps, trips, deadline).await;
    let unkept = set_aside(deps, poison, deadline).await;
    let undone = [unwritten, unkept].into_iter().flatten().min();
    let first = undone.and_then(|place| numbers.into_iter().nth(place));
    first.map_or_else(BatchResponse::default, BatchResponse::failed_from).into_json()
}

#[cfg(test)]
mod tests;
