//! Requests in DynamoDB's JSON, and their answers: of single items and transactions here, of many
//! items in the modules.
//!
//! Source: `GetItem`, `PutItem`, `UpdateItem`, `DeleteItem` and `TransactWriteItems` in the
//! DynamoDB API reference.

mod batch;
mod read;

use std::borrow::Cow;

use aws_json::{CallFailed, Refusal};
use serde::{Deserialize, Serialize, Serializer};
use serde_dynamo::{AttributeValue, Item};

pub(crate) use batch::{Batch, Batched};
pub(crate) use read::{Page, Read};

/// The operation of a transaction.
pub(crate) const TRANSACT: &str = "DynamoDB_20120810.TransactWriteItems";

/// What to do with one item: the members that the operations share have the same names.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Request<'a> {
    #[serde(skip)]
    target: &'static str,
    table_name: &'a str,
    #[serde(skip_serializing_if = "Members::is_empty")]
    key: Members<'a, AttributeValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<&'a Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    consistent_read: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    update_expression: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition_expression: Option<&'a str>,
    #[serde(skip_serializing_if = "Members::is_empty")]
    expression_attribute_names: Members<'a, &'a str>,
    #[serde(skip_serializing_if = "Members::is_empty")]
    expression_attribute_values: Members<'a, AttributeValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    return_values_on_condition_check_failure: Option<&'a str>,
}

/// Writes that take effect together, or not at all.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Transaction<'a> {
    /// Lets DynamoDB recognise a repeat of a transaction that has taken effect.
    pub(crate) client_request_token: &'a str,
    pub(crate) transact_items: Vec<Action<'a>>,
}

/// One write of a transaction.
#[derive(Debug, Serialize)]
pub(crate) enum Action<'a> {
    /// As the operation of its own would do it.
    Put(Request<'a>),
}

/// The members of a JSON object.
#[derive(Clone, Debug)]
struct Members<'a, V>(Vec<(Cow<'a, str>, V)>);

/// The answer to a request, as far as anybody reads it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Answer {
    /// The item that was asked for, or that a failed condition is about.
    #[serde(default)]
    pub(crate) item: Option<Item>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Cancelled {
    #[serde(default)]
    cancellation_reasons: Vec<Reason>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Reason {
    #[serde(default)]
    code: Option<String>,
}

/// The code of each reason for which a transaction was cancelled; `None` if this is another error.
pub(crate) fn reasons(refusal: &Refusal) -> Option<Vec<String>> {
    if !refusal.is("TransactionCanceledException") {
        return None;
    }
    let reasons = serde_json::from_slice(&refusal.body)
        .map_or_else(|_| Vec::new(), |Cancelled { cancellation_reasons }| cancellation_reasons);
    Some(reasons.into_iter().filter_map(|reason| reason.code).collect())
}

/// The item that stands where a condition has failed, if the request asked for it.
pub(crate) fn old_item(error: &CallFailed) -> Option<Item> {
    let CallFailed::Refused(refusal) = error else { return None };
    serde_json::from_slice(&refusal.body).ok().and_then(|Answer { item }| item)
}

impl<'a> Request<'a> {
    /// Reads an item, strongly consistent.
    pub(crate) fn get(table: &'a str) -> Self {
        let target = "DynamoDB_20120810.GetItem";
        Self { consistent_read: Some(true), ..Self::on(table, target) }
    }

    /// Puts an item in place of whatever has its key.
    pub(crate) fn put(table: &'a str, item: &'a Item) -> Self {
        Self { item: Some(item), ..Self::on(table, "DynamoDB_20120810.PutItem") }
    }

    /// Changes an item.
    pub(crate) fn update(table: &'a str, expression: &'a str) -> Self {
        let target = "DynamoDB_20120810.UpdateItem";
        Self { update_expression: Some(expression), ..Self::on(table, target) }
    }

    /// Removes an item.
    pub(crate) fn delete(table: &'a str) -> Self {
        Self::on(table, "DynamoDB_20120810.DeleteItem")
    }

    fn on(table_name: &'a str, target: &'static str) -> Self {
        Self {
            target,
            table_name,
            key: Members(Vec::new()),
            item: None,
            consistent_read: None,
            update_expression: None,
            condition_expression: None,
            expression_attribute_names: Members(Vec::new()),
            expression_attribute_values: Members(Vec::new()),
            return_values_on_condition_check_failure: None,
        }
    }

    /// One more attribute of the item's key.
    pub(crate) fn key(mut self, name: &'a str, value: AttributeValue) -> Self {
        self.key.add(name, value);
        self
    }

    /// Only if the condition holds.
    pub(crate) fn only_if(self, condition: &'a str) -> Self {
        Self { condition_expression: Some(condition), ..self }
    }

    /// What a name in the expressions stands for.
    pub(crate) fn name(mut self, name: &'a str, attribute: &'a str) -> Self {
        self.expression_attribute_names.add(name, attribute);
        self
    }

    /// What a value in the expressions stands for.
    pub(crate) fn value(mut self, name: &'a str, value: AttributeValue) -> Self {
        self.expression_attribute_values.add(name, value);
        self
    }

    /// The item that stands there is returned if the condition fails.
    pub(crate) fn or_return_the_old(self) -> Self {
        Self { return_values_on_condition_check_failure: Some("ALL_OLD"), ..self }
    }

    pub(crate) fn target(&self) -> &'static str {
        self.target
    }
}

impl<'a, V> Members<'a, V> {
    fn add(&mut self, name: impl Into<Cow<'a, str>>, value: V) {
        self.0.push((name.into(), value));
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<V: Serialize> Serialize for Members<'_, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

#[cfg(test)]
mod tests;
