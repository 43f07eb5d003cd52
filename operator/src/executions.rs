//! What the executions of a trip did.

use domain::TripId;
use serde::Serialize;

use crate::Installation;
use crate::history::Attempt;
use crate::in_flight::load;
use crate::sagas::Execution;

/// An execution and what it did.
#[derive(Clone, Debug, Serialize)]
pub struct Told {
    /// The execution.
    #[serde(flatten)]
    pub execution: Execution,
    /// The attempts of its steps, in order.
    pub attempts: Vec<Attempt>,
}

/// Every execution that worked on a trip, in the order of their starts.
///
/// # Errors
/// When a table or a service cannot be called.
pub async fn of(at: &Installation, id: &TripId) -> anyhow::Result<Vec<Told>> {
    let trip = load(at, id).await?;
    let mut told = Vec::new();
    for execution in at.sagas.of(id, trip.as_ref()).await? {
        let attempts = at.sagas.history(&execution).await?.attempts;
        told.push(Told { execution, attempts });
    }
    told.sort_by_key(|told| told.execution.started_at);
    Ok(told)
}
