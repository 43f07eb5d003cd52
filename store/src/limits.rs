//! The limits of DynamoDB and EventBridge that a commit must keep; checked before it is sent.

use domain::event::SOURCE;
use serde_dynamo::{AttributeValue, Item};

/// The most actions of one transaction (DynamoDB, `TransactWriteItems`).
pub const MAX_ACTIONS: usize = 100;
/// The most bytes of all items of one transaction.
pub const MAX_TRANSACTION_BYTES: usize = 4 * 1024 * 1024;
/// The most bytes of one item, names and values included.
pub const MAX_ITEM_BYTES: usize = 400 * 1024;
/// The most bytes of one event as EventBridge counts them.
///
/// EventBridge took 256 KB until 2026 and takes 1 MB since, where that has arrived; the smaller
/// limit holds everywhere, and 1 MB would not fit into an item of 400 KB.
pub const MAX_EVENT_BYTES: usize = 256 * 1024;
/// The most characters of an event's type (EventBridge, `DetailType`).
pub const MAX_DETAIL_TYPE: usize = 128;

/// The number of bytes that EventBridge counts for an entry's time.
const TIME_BYTES: usize = 14;

/// A write that was not sent because it breaks a limit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} is {found}; the limit is {limit}")]
pub struct LimitExceeded {
    /// What is too large, and in which unit it is counted.
    pub what: &'static str,
    /// How large it is.
    pub found: usize,
    /// How large it may be.
    pub limit: usize,
}

/// Checks a transaction of puts.
pub(crate) fn check_transaction(items: &[&Item]) -> Result<(), LimitExceeded> {
    check("the number of actions in the transaction", items.len(), MAX_ACTIONS)?;
    for item in items {
        check("the size of an item in bytes", item_bytes(item), MAX_ITEM_BYTES)?;
    }
    let total = items.iter().map(|item| item_bytes(item)).sum();
    check("the size of the transaction in bytes", total, MAX_TRANSACTION_BYTES)
}

/// Checks an event as it will be published.
pub(crate) fn check_event(event_type: &str, detail: &str) -> Result<(), LimitExceeded> {
    let type_length = event_type.chars().count();
    check("the length of the event's type in characters", type_length, MAX_DETAIL_TYPE)?;
    let bytes = event_bytes(event_type, detail.len());
    check("the size of the event in bytes", bytes, MAX_EVENT_BYTES)
}

/// An event's bytes as EventBridge counts them: its time, source, type and detail.
///
/// Source: "Calculating `PutEvents` event entry size" in the EventBridge user guide.
pub(crate) fn event_bytes(event_type: &str, detail_bytes: usize) -> usize {
    TIME_BYTES + SOURCE.len() + event_type.len() + detail_bytes
}

fn check(what: &'static str, found: usize, limit: usize) -> Result<(), LimitExceeded> {
    if found > limit {
        return Err(LimitExceeded { what, found, limit });
    }
    Ok(())
}

/// The size of an item as DynamoDB counts it: UTF-8 bytes of names and values.
fn item_bytes(item: &Item) -> usize {
    item.iter().map(|(name, value)| name.len() + value_bytes(value)).sum()
}

fn value_bytes(value: &AttributeValue) -> usize {
    /// A list or map costs 3 bytes, and one more for each of its entries.
    const COLLECTION: usize = 3;
    match value {
        AttributeValue::S(text) => text.len(),
        // About one byte for every two digits, one for the exponent and one for the sign.
        AttributeValue::N(number) => number.len().div_ceil(2) + 2,
        AttributeValue::Bool(_) | AttributeValue::Null(_) => 1,
        AttributeValue::B(bytes) => bytes.len(),
        AttributeValue::L(values) => {
            COLLECTION + values.iter().map(|value| 1 + value_bytes(value)).sum::<usize>()
        }
        AttributeValue::M(entries) => {
            let entry =
                |(name, value): (&String, &AttributeValue)| 1 + name.len() + value_bytes(value);
            COLLECTION + entries.iter().map(entry).sum::<usize>()
        }
        AttributeValue::Ss(texts) => texts.iter().map(String::len).sum(),
        AttributeValue::Ns(numbers) => {
            numbers.iter().map(|number| number.len().div_ceil(2) + 2).sum()
        }
        AttributeValue::Bs(blobs) => blobs.iter().map(Vec::len).sum(),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn item(bytes: usize) -> Item {
        // The name counts too.
        let value = AttributeValue::S("x".repeat(bytes - 1));
        Item::from(std::collections::HashMap::from([("v".to_owned(), value)]))
    }

    fn refused(items: &[Item]) -> Option<String> {
        let items: Vec<&Item> = items.iter().collect();
        check_transaction(&items).err().map(|error| error.to_string())
    }

    #[test]
    fn what_is_at_the_limit_passes() {
        assert_eq!(refused(&vec![item(10); MAX_ACTIONS]), None);
        assert_eq!(refused(&[item(MAX_ITEM_BYTES)]), None);
        assert_eq!(refused(&vec![item(MAX_TRANSACTION_BYTES / 16); 16]), None);
    }

    #[test]
    fn what_is_beyond_is_named_with_its_limit() {
        let actions = "the number of actions in the transaction is 101; the limit is 100";
        assert_eq!(refused(&vec![item(10); MAX_ACTIONS + 1]).as_deref(), Some(actions));
        let size = "the size of an item in bytes is 409601; the limit is 409600";
        assert_eq!(refused(&[item(MAX_ITEM_BYTES + 1)]).as_deref(), Some(size));
        let total = "the size of the transaction in bytes is 4194320; the limit is 4194304";
        assert_eq!(refused(&vec![item(262_145); 16]).as_deref(), Some(total));
    }

    #[test]
    fn an_event_is_as_large_as_its_time_source_type_and_detail() {
        let (event_type, detail) = ("x".repeat(20), "x".repeat(300));
        assert_eq!(event_bytes(&event_type, detail.len()), 14 + "trip-saga".len() + 20 + 300);
    }

    #[rstest]
    #[case("t", MAX_EVENT_BYTES - 24, true)]
    #[case("t", MAX_EVENT_BYTES - 23, false)]
    #[case(&"t".repeat(128), 1, true)]
    #[case(&"t".repeat(129), 1, false)]
    fn an_event_is_counted_as_eventbridge_counts(
        #[case] event_type: &str,
        #[case] detail: usize,
        #[case] fits: bool,
    ) {
        assert_eq!(check_event(event_type, &"x".repeat(detail)).is_ok(), fits);
    }

    #[rstest]
    #[case(AttributeValue::S("日本".to_owned()), 6)]
    #[case(AttributeValue::N("1234".to_owned()), 4)]
    #[case(AttributeValue::Bool(true), 1)]
    #[case(AttributeValue::L(vec![AttributeValue::S("ab".to_owned())]), 6)]
    #[case(AttributeValue::M([("k".to_owned(), AttributeValue::S("ab".to_owned()))].into()), 7)]
    #[case(AttributeValue::Ss(vec!["ab".to_owned(), "c".to_owned()]), 3)]
    fn a_value_is_counted_as_dynamodb_counts(#[case] value: AttributeValue, #[case] bytes: usize) {
        assert_eq!(value_bytes(&value), bytes);
    }
}
