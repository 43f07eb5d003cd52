//! Reads many items of one table by key, strongly consistent, until none is left unprocessed.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use serde_dynamo::Item;

use crate::StoreError;
use crate::backoff::retrying;
use crate::fault::Fault;

/// The most keys of one call (DynamoDB, `BatchGetItem`).
const MAX_KEYS: usize = 100;

/// A primary key in the SDK's form.
pub(crate) type PrimaryKey = HashMap<String, AttributeValue>;

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
    let request = request(&wanted).map_err(StoreError::unbuilt(wanted.operation))?;
    let (mut items, mut open) = (Vec::new(), Some(request));
    while let Some(request) = open {
        let send = |_| call(client, &wanted, request.clone());
        let answer = retrying(client.config().sleep_impl(), send, |(fault, _)| *fault).await;
        let (found, left) = answer.map_err(|(_, error)| error)?;
        items.extend(found);
        open = left;
    }
    Ok(items)
}

fn request(wanted: &Wanted<'_>) -> Result<KeysAndAttributes, BuildError> {
    let mut request =
        KeysAndAttributes::builder().set_keys(Some(wanted.keys.to_vec())).consistent_read(true);
    for name in wanted.attributes {
        request = request.expression_attribute_names(format!("#{name}"), *name);
    }
    let names: Vec<_> = wanted.attributes.iter().map(|name| format!("#{name}")).collect();
    let projection = (!names.is_empty()).then(|| names.join(", "));
    request.set_projection_expression(projection).build()
}

/// One call: the items found, and the keys left unprocessed. A full response leaves keys over too;
/// only a response without progress is a failure.
async fn call(
    client: &Client,
    wanted: &Wanted<'_>,
    request: KeysAndAttributes,
) -> Result<(Vec<Item>, Option<KeysAndAttributes>), (Option<Fault>, StoreError)> {
    let call = client.batch_get_item().request_items(wanted.table, request);
    let answer = call.send().await.map_err(StoreError::during(wanted.operation));
    let answer = answer.map_err(|error| (None, error))?;
    let found = answer.responses.unwrap_or_default().into_values().flatten();
    let found: Vec<_> = found.map(Item::from).collect();
    let left = answer.unprocessed_keys.unwrap_or_default().into_values().next();
    if found.is_empty() && left.is_some() {
        let (fault, cause) = (Fault::Throttled, "items stayed unprocessed");
        return Err((Some(fault), StoreError::of_fault(fault, wanted.operation, cause)));
    }
    Ok((found, left))
}
