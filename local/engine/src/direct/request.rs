//! The operations that this process calls often, read from their JSON.

use std::time::Instant;

use dynoxide::actions::transact_write_items::TransactWriteItemsRequest;
use dynoxide::{Database, DynoxideError};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::job::{Answer, Finish, Work};
use super::tokens::{Known, Tokens, digest};

type Outcome<T> = Result<T, DynoxideError>;

/// The work that a request asks for. `None` for all other operations, and for a request that cannot
/// be read.
pub(super) fn read(operation: &str, body: &[u8]) -> Option<Work> {
    match operation {
        "BatchExecuteStatement" => plain(body, Database::batch_execute_statement),
        "BatchGetItem" => plain(body, Database::batch_get_item),
        "DeleteItem" => plain(body, Database::delete_item),
        "GetItem" => plain(body, Database::get_item),
        "GetRecords" => plain(body, Database::get_records),
        "PutItem" => plain(body, Database::put_item),
        "Query" => plain(body, Database::query),
        "TransactGetItems" => plain(body, Database::transact_get_items),
        "TransactWriteItems" => transaction(body),
        "UpdateItem" => plain(body, Database::update_item),
        _ => None,
    }
}

/// Whether the operation may change the database.
pub(super) fn is_write(operation: &str) -> bool {
    !["BatchGetItem", "GetItem", "GetRecords", "Query", "TransactGetItems"].contains(&operation)
}

/// The answer to a write that may not be on disk.
pub(super) fn unsynced(error: &str) -> Finish {
    let error = DynoxideError::InternalServerError(error.to_owned());
    Box::new(move || Some(failed(&error)))
}

fn plain<Q, A>(body: &[u8], run: fn(&Database, Q) -> Outcome<A>) -> Option<Work>
where
    Q: DeserializeOwned + Send + 'static,
    A: Serialize + Send + 'static,
{
    let request: Q = serde_json::from_slice(body).ok()?;
    Some(Box::new(move |database, _| finish(run(database, request))))
}

/// A transaction whose token is known is not done again: its answer is that of a transaction that
/// returned nothing, which is what ours ask for.
fn transaction(body: &[u8]) -> Option<Work> {
    let request: TransactWriteItemsRequest = serde_json::from_slice(body).ok()?;
    if request.return_consumed_capacity.is_some() {
        return None;
    }
    let digest = digest(&serde_json::from_slice(body).ok()?);
    Some(Box::new(move |database, tokens| finish(once(database, tokens, request, digest))))
}

fn once(
    database: &Database,
    tokens: &mut Tokens,
    mut request: TransactWriteItemsRequest,
    digest: u64,
) -> Outcome<impl Serialize + Send + 'static> {
    let Some(token) = request.client_request_token.take() else {
        return database.transact_write_items(request);
    };
    match tokens.look_up(&token, digest, Instant::now()) {
        Known::New => {
            let done = database.transact_write_items(request)?;
            tokens.remember(token, digest, Instant::now());
            Ok(done)
        }
        Known::Done => Ok(Default::default()),
        Known::Other => Err(DynoxideError::IdempotentParameterMismatchException(
            "The token was used for another transaction".to_owned(),
        )),
    }
}

fn finish<A: Serialize + Send + 'static>(outcome: Outcome<A>) -> Finish {
    Box::new(move || match outcome {
        Ok(answer) => Some(match serde_json::to_string(&answer) {
            Ok(body) => Answer { status: 200, body },
            // It was done, so it must not be asked again over HTTP.
            Err(error) => failed(&DynoxideError::InternalServerError(error.to_string())),
        }),
        Err(error) if is_worded(&error) => Some(failed(&error)),
        Err(_) => None,
    })
}

fn failed(error: &DynoxideError) -> Answer {
    Answer { status: error.status_code(), body: error.to_json() }
}

/// Whether the server would word the error in the same way: all but those of requests that are not
/// valid.
fn is_worded(error: &DynoxideError) -> bool {
    matches!(
        error,
        DynoxideError::ConditionalCheckFailedException(..)
            | DynoxideError::IdempotentParameterMismatchException(_)
            | DynoxideError::ResourceNotFoundException(_)
            | DynoxideError::TransactionCanceledException(..)
    )
}
