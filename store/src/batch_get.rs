//! Reads many items of one table by key, strongly consistent, until none is left unprocessed.

use std::collections::HashMap;

use aws_json::CallFailed;
use serde_dynamo::{AttributeValue, Item};

use crate::backoff::retrying;
use crate::fault::Fault;
use crate::items::s;
use crate::request::{Batch, Batched};
use crate::{Client, StoreError};

/// The most keys of one call (DynamoDB, `BatchGetItem`).
const MAX_KEYS: usize = 100;

/// The attributes of a primary key.
pub(crate) type PrimaryKey = Item;

/// A primary key of these attributes: in our tables all are strings.
pub(crate) fn primary_key<N: Into<String>>(
    attributes: impl IntoIterator<Item = (N, String)>,
) -> PrimaryKey {
    let attributes = attributes.into_iter().map(|(name, text)| (name.into(), s(text)));
    attributes.collect::<HashMap<_, AttributeValue>>().into()
}

/// Which items to read, and which of their attributes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) table: &'a str,
    /// Must be distinct.
    pub(crate) keys: &'a [PrimaryKey],
    /// The attributes to read; empty means all.
    pub(crate) attributes: &'a [&'a str],
    /// The name of the operation, for errors.
    pub(crate) operation: &'static str,
}

/// The wanted items that exist, in no order.
pub(crate) async fn batch_get(
    client: &Client,
    wanted: Wanted<'_>,
) -> Result<Vec<Item>, StoreError> {
    let mut items = Vec::with_capacity(wanted.keys.len());
    for keys in wanted.keys.chunks(MAX_KEYS) {
        items.extend(get(client, Wanted { keys, ..wanted }).await?);
    }
    Ok(items)
}

/// Reads the items for the keys of one call.
async fn get(client: &Client, wanted: Wanted<'_>) -> Result<Vec<Item>, StoreError> {
    let (mut items, mut left) = (Vec::new(), wanted.keys.to_vec());
    while !left.is_empty() {
        let send = |_| call(client, Wanted { keys: &left, ..wanted });
        let answer = retrying(client.sleep(), send, |(fault, _)| *fault).await;
        let (found, unread) = answer.map_err(|(_, error)| error)?;
        items.extend(found);
        left = unread;
    }
    Ok(items)
}

/// One call: the items found, and the keys left unprocessed. A full response leaves keys over too;
/// only a response without progress is a failure.
async fn call(
    client: &Client,
    wanted: Wanted<'_>,
) -> Result<(Vec<Item>, Vec<PrimaryKey>), (Option<Fault>, StoreError)> {
    let batch = Batch::new(wanted.keys, wanted.attributes).of(wanted.table);
    let answer: Result<Batched, _> = match batch {
        Ok(body) => client.call(Batch::TARGET, body).await,
        Err(error) => Err(CallFailed::Unencoded(error)),
    };
    let failed = |error| (None, StoreError::of_call(wanted.operation)(error));
    let (found, left) = answer.map_err(failed)?.parts();
    if found.is_empty() && !left.is_empty() {
        let (fault, cause) = (Fault::Throttled, "items stayed unprocessed");
        return Err((Some(fault), StoreError::of_fault(fault, wanted.operation, cause)));
    }
    Ok((found, left))
}
