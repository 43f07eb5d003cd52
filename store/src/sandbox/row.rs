//! One row of the books: everything that happened under one idempotency key.

use std::collections::BTreeMap;

use domain::TripId;
use serde::{Deserialize, Serialize};
use serde_dynamo::Item;

use crate::items::{Entity, decode, encode, text};
use crate::{CodecError, keys};

/// The supplier that keeps the books.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Supplier {
    /// The airline.
    Flight,
    /// The hotel.
    Hotel,
    /// The payment provider.
    Payment,
}

/// The state of a key at its supplier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LedgerState {
    /// Asked for, without any effect so far.
    Open,
    /// Reserved or captured.
    Held,
    /// Released, voided or refunded: nothing can be held under the key any more.
    Released,
    /// Refused for good.
    Refused,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerRow {
    /// The idempotency key.
    #[serde(skip)]
    pub key: String,
    /// The trip that the key was derived from.
    pub trip_id: TripId,
    /// The supplier.
    pub supplier: Supplier,
    /// The state of the key.
    pub state: LedgerState,
    /// The supplier's reference, once it gave one.
    pub reference: Option<String>,
    /// How often the effect took place: for payments, the captures.
    pub effects: u32,
    /// How often it was undone.
    pub undone: u32,
    /// How often each operation was asked for.
    pub attempts: BTreeMap<String, u32>,
    /// How the supplier must behave when it undoes this, as the reservation's request said: a
    /// customer's cancellation does not contain that request.
    pub undoing: Option<String>,
    /// An effect that has yet to land: the reference that it will have.
    pub late: Option<String>,
    /// Goes up by one with every write, from 1; [`super::Ledger::update`] sets it.
    pub version: u64,
}

impl LedgerRow {
    /// The row of a key that was never used.
    #[must_use]
    pub fn new(key: impl Into<String>, trip_id: TripId, supplier: Supplier) -> Self {
        Self {
            key: key.into(),
            trip_id,
            supplier,
            state: LedgerState::Open,
            reference: None,
            effects: 0,
            undone: 0,
            attempts: BTreeMap::new(),
            undoing: None,
            late: None,
            version: 0,
        }
    }

    pub(super) fn encode(&self) -> Result<Item, CodecError> {
        encode(Entity::LEDGER_ROW, [(keys::PK, self.key.clone())], self)
    }

    pub(super) fn decode(item: Item) -> Result<Self, CodecError> {
        let key = text(&item, keys::PK)?.to_owned();
        Ok(Self { key, ..decode(Entity::LEDGER_ROW, item)? })
    }
}
