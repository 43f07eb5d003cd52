//! The only transactional write of the product: state and events together, or neither.

use aws_json::CallFailed;
use domain::Change;
use serde::de::IgnoredAny;

use super::TripStore;
use super::transaction::{COMMITTING, Transaction};
use crate::backoff::retrying;
use crate::fault::{self, Fault};
use crate::request::TRANSACT;
use crate::{CommitError, StoreError};

impl TripStore {
    /// Commits the trip's next state together with the events that make it known.
    ///
    /// The same request is retried after a conflict, after throttling, and while an earlier attempt
    /// is still in progress. A failed condition is never retried here.
    ///
    /// # Errors
    /// [`CommitError`]; if the change breaks a limit, nothing is sent.
    pub async fn commit(&self, change: &Change) -> Result<(), CommitError> {
        let transaction = Transaction::of(change, &self.trace, self.schemas.as_deref())?;
        let body = serde_json::to_vec(&transaction.request(&self.table));
        let body = body.map_err(StoreError::unbuilt(COMMITTING))?;
        let send = |_| self.client.call::<IgnoredAny>(TRANSACT, body.clone());
        let mut in_doubt = false;
        let fault = |error: &CallFailed| {
            in_doubt |= fault::of_call(error) == Fault::InProgress;
            Some(fault::of_call(error))
        };
        let sent = retrying(self.client.sleep(), send, fault).await;
        sent.map(drop).map_err(|error| give_up(fault::of_call(&error), in_doubt, error))
    }
}

/// `in_doubt`: an earlier attempt was in progress, so only a failed condition is definite.
fn give_up(fault: Fault, in_doubt: bool, error: CallFailed) -> CommitError {
    let error = StoreError::of_fault(fault, COMMITTING, error);
    match fault {
        Fault::ConditionFailed => CommitError::LostRace,
        Fault::Unavailable => CommitError::OutcomeUnknown(error),
        _ if in_doubt => CommitError::OutcomeUnknown(error),
        Fault::Conflict => CommitError::LostRace,
        _ => CommitError::Store(error),
    }
}
