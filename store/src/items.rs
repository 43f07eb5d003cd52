//! The items of the tables: the codecs between them and the domain.
//!
//! A codec's struct holds an item's body. [`encode`] adds the key, `entity_type` and
//! `schema_version`; [`decode`] checks the latter two before it reads the body.

mod flight;
mod hotel;
mod metadata;
mod payment;
#[cfg(test)]
mod tests;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_dynamo::{AttributeValue, Item};

use crate::CodecError;

pub(crate) use flight::FlightItem;
pub(crate) use hotel::HotelItem;
pub(crate) use metadata::Metadata;
pub(crate) use payment::PaymentItem;

/// A kind of item, and the one schema version that this release reads and writes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entity {
    name: &'static str,
    schema_version: &'static str,
}

impl Entity {
    pub(crate) const TRIP: Self = Self::version_1("Trip");
    pub(crate) const FLIGHT: Self = Self::version_1("FlightReservation");
    pub(crate) const HOTEL: Self = Self::version_1("HotelBooking");
    pub(crate) const PAYMENT: Self = Self::version_1("PaymentTransaction");
    pub(crate) const EVENT: Self = Self::version_1("OutboxEvent");
    pub(crate) const SEARCH_ROW: Self = Self::version_1("SearchRow");
    pub(crate) const UNREAD_CHANGE: Self = Self::version_1("UnreadChange");
    pub(crate) const VERIFICATION: Self = Self::version_1("Verification");
    pub(crate) const LEDGER_ROW: Self = Self::version_1("SupplierLedgerRow");

    const fn version_1(name: &'static str) -> Self {
        Self { name, schema_version: "1" }
    }
}

/// An attribute of a key: its name and its value.
pub(crate) type KeyAttribute = (&'static str, String);

/// The item at `key` with this `body`.
///
/// Absent values are left out, not written as NULL: sparse indexes depend on it.
pub(crate) fn encode(
    entity: Entity,
    key: impl IntoIterator<Item = KeyAttribute>,
    body: &impl Serialize,
) -> Result<Item, CodecError> {
    let mut item: Item = serde_dynamo::to_item(body).map_err(|source| entity.bad(source))?;
    item.retain(|_, value| !matches!(value, AttributeValue::Null(_)));
    item.insert("entity_type".to_owned(), AttributeValue::S(entity.name.to_owned()));
    item.insert("schema_version".to_owned(), AttributeValue::N(entity.schema_version.to_owned()));
    let key = key.into_iter().map(|(name, value)| (name.to_owned(), AttributeValue::S(value)));
    item.extend(key);
    Ok(item)
}

/// The body of an item of the given kind.
pub(crate) fn decode<T: DeserializeOwned>(entity: Entity, item: Item) -> Result<T, CodecError> {
    entity.check(&item)?;
    serde_dynamo::from_item(item).map_err(|source| entity.bad(source))
}

impl Entity {
    /// Whether `item` is of this kind, in a form that this release knows.
    fn check(self, item: &Item) -> Result<(), CodecError> {
        let found = text(item, "entity_type")?;
        if found != self.name {
            return Err(CodecError::EntityType { expected: self.name, found: found.to_owned() });
        }
        match item.get("schema_version") {
            Some(AttributeValue::N(found)) if found == self.schema_version => Ok(()),
            Some(AttributeValue::N(found)) => {
                Err(CodecError::SchemaVersion { entity: self.name, found: found.clone() })
            }
            _ => Err(CodecError::Missing("schema_version")),
        }
    }

    /// Whether these are the marks of an item of this kind, in a form that this release knows.
    pub(crate) fn is(self, entity_type: &str, schema_version: &str) -> bool {
        entity_type == self.name && schema_version == self.schema_version
    }

    fn bad(self, source: serde_dynamo::Error) -> CodecError {
        CodecError::Attribute { entity: self.name, source }
    }
}

/// A string attribute.
pub(crate) fn text<'a>(item: &'a Item, name: &'static str) -> Result<&'a str, CodecError> {
    match item.get(name) {
        Some(AttributeValue::S(text)) => Ok(text),
        _ => Err(CodecError::Missing(name)),
    }
}

/// A string in the form of a request: ours, or the SDK's.
pub(crate) fn s<V: From<AttributeValue>>(text: impl Into<String>) -> V {
    AttributeValue::S(text.into()).into()
}

/// A number in the form of a request: ours, or the SDK's.
pub(crate) fn n<V: From<AttributeValue>>(number: impl ToString) -> V {
    AttributeValue::N(number.to_string()).into()
}
