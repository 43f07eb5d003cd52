//! One projector for many batches: its client connects once.

use bed::{Bed, batch, invocation, reported};
use lambda_kit::stream::raw;
use serde_json::Value;

/// The projector on a bed.
pub(in crate::faults) struct Projector(projector::Deps);

impl Projector {
    pub(in crate::faults) async fn on(bed: &Bed) -> Self {
        Self(bed.projector().await)
    }

    /// Takes a batch in, to its end.
    pub(in crate::faults) async fn take(&self, records: &[Value]) {
        let event = invocation(batch(records));
        let answer = projector::handle(&self.0, raw(event)).await.unwrap();
        assert_eq!(reported(&answer), [""; 0]);
    }
}
