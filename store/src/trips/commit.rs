//! The only transactional write of the product: state and events together, or neither.

use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use domain::Change;

use super::TripStore;
use super::transaction::{COMMITTING, Transaction};
use crate::backoff::retrying;
use crate::fault::{self, Fault};
use crate::{CommitError, StoreError};

type WriteError = SdkError<TransactWriteItemsError, HttpResponse>;

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
        let actions = transaction.actions(&self.table)?;
        let request = self.client.transact_write_items().client_request_token(transaction.token());
        let request = request.set_transact_items(Some(actions));
        let mut in_doubt = false;
        let fault = |error: &WriteError| {
            in_doubt |= fault::of(error) == Fault::InProgress;
            Some(fault::of(error))
        };
        let sent =
            retrying(self.client.config().sleep_impl(), |_| request.clone().send(), fault).await;
        sent.map(drop).map_err(|error| give_up(fault::of(&error), in_doubt, error))
    }
}

/// `in_doubt`: an earlier attempt was in progress, so only a failed condition is definite.
fn give_up(fault: Fault, in_doubt: bool, error: WriteError) -> CommitError {
    let error = StoreError::of_fault(fault, COMMITTING, error);
    match fault {
        Fault::ConditionFailed => CommitError::LostRace,
        Fault::Unavailable => CommitError::OutcomeUnknown(error),
        _ if in_doubt => CommitError::OutcomeUnknown(error),
        Fault::Conflict => CommitError::LostRace,
        _ => CommitError::Store(error),
    }
}
