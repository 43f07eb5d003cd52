//! A record of a stream, as a reader hands it on.

use std::sync::Arc;

use serde_json::value::RawValue;
use tokio::time::Instant;

/// A record as it was read.
#[derive(Clone, Debug)]
pub struct ReadRecord {
    /// Its place in the shard; see [`rank`](crate::rank).
    pub sequence_number: String,
    /// Milliseconds since the epoch.
    pub created_at: Option<i64>,
    /// When its reader read it, however long another reader knew it.
    pub read_at: Instant,
    /// As Lambda hands it to a function: the text of what [`lambda_record`](crate::lambda_record)
    /// gives.
    pub json: Arc<RawValue>,
}
