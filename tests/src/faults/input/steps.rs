//! Steps of a saga, run as the state machine runs them.

use bed::{Bed, eventually};
use domain::ErrorCode;
use saga::Operation;
use serde_json::Value;

/// What a step comes to, run again where it met what may pass: a machine that is busy is slower
/// than the bed's suppliers may be.
pub(super) async fn settled(
    bed: &Bed,
    operation: Operation,
    task: &Value,
) -> Result<Value, ErrorCode> {
    eventually("the step to settle", async || match bed.step(operation, task.clone()).await {
        Err(error) if error.code.is_transient() => None,
        other => Some(other.map_err(|error| error.code)),
    })
    .await
}
