//! The three tables as constants. Every key attribute is a string; billing is on demand.

use serde::Serialize;

use super::{CUSTOMER_DEPARTURE, CUSTOMER_STATUS_DEPARTURE, EXPIRES_AT, GSI1, STATUS_DEPARTURE};
use crate::keys;

/// One table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TableSpec {
    /// Its default name.
    pub name: &'static str,
    /// The partition key.
    pub partition_key: &'static str,
    /// The sort key, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort_key: Option<&'static str>,
    /// Its global secondary indexes.
    pub indexes: &'static [Index],
    /// The view type of its stream; absent if it has no stream.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream: Option<&'static str>,
    /// The attribute of its items' time to live; absent if they have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_to_live_attribute: Option<&'static str>,
}

/// One global secondary index. It holds the items that have both of its keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Index {
    /// Its name.
    pub name: &'static str,
    /// The partition key.
    pub partition_key: &'static str,
    /// The sort key.
    pub sort_key: &'static str,
    /// What it holds of each item.
    pub projection: Projection,
}

/// What an index holds of each item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Projection {
    /// The keys of the table and of the index.
    KeysOnly,
    /// Everything.
    All,
}

/// The write model: trips, their members, and their events.
pub const TRIP_SAGA: TableSpec = TableSpec {
    name: "TripSagaTable",
    partition_key: keys::PK,
    sort_key: Some(keys::SK),
    indexes: &[Index {
        name: GSI1,
        partition_key: keys::GSI1_PK,
        sort_key: keys::GSI1_SK,
        projection: Projection::KeysOnly,
    }],
    stream: Some("NEW_AND_OLD_IMAGES"),
    time_to_live_attribute: Some(EXPIRES_AT),
};

/// The search view: one row for each trip.
pub const TRIP_SEARCH: TableSpec = TableSpec {
    name: "TripSearchTable",
    partition_key: "trip_id",
    sort_key: None,
    indexes: &[
        Index {
            name: STATUS_DEPARTURE,
            partition_key: "status_month",
            sort_key: "departure_key",
            projection: Projection::All,
        },
        Index {
            name: CUSTOMER_DEPARTURE,
            partition_key: "customer_id",
            sort_key: "departure_key",
            projection: Projection::All,
        },
        Index {
            name: CUSTOMER_STATUS_DEPARTURE,
            partition_key: "customer_status",
            sort_key: "departure_key",
            projection: Projection::All,
        },
    ],
    stream: None,
    time_to_live_attribute: None,
};

/// The sandbox suppliers' books: one row for each idempotency key.
pub const SANDBOX: TableSpec = TableSpec {
    name: "SandboxTable",
    partition_key: keys::PK,
    sort_key: None,
    indexes: &[],
    stream: None,
    time_to_live_attribute: None,
};
