//! All of a trip's events that are still in the table, each with its status: what an ordered bus's
//! publisher must know before it sends one of them.

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use domain::TripId;
use serde_dynamo::Item;

use super::timeline::sequence;
use super::{Outbox, OutboxRecord, OutboxStatus, decode};
use crate::items::s;
use crate::{StoreError, keys};

const READING: &str = "reading a trip's events";

/// A trip's events. Those that are missing were dispatched, and expired since: nothing else removes
/// an event.
#[derive(Clone, Debug, Default)]
pub struct TripEvents {
    /// Those that this release can read, in no order.
    pub records: Vec<OutboxRecord>,
    /// The others.
    pub damaged: Vec<DamagedEvent>,
}

/// What can be read of an event that is damaged, or written by a later release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DamagedEvent {
    /// Its place among the trip's events, from 1.
    pub sequence: Option<u64>,
    /// Its status on the way to the bus.
    pub status: Option<OutboxStatus>,
}

impl Outbox {
    /// All events of a trip, whatever their status. Strongly consistent.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn events_of(&self, trip: &TripId) -> Result<TripEvents, StoreError> {
        let mut pages = self.query_trip(trip).into_paginator().items().send();
        let mut events = TripEvents::default();
        while let Some(item) = pages.next().await {
            events.add(item.map_err(StoreError::during(READING))?.into());
        }
        Ok(events)
    }

    /// The strongly consistent query for all events of a trip.
    pub(super) fn query_trip(&self, trip: &TripId) -> QueryFluentBuilder {
        self.client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("#pk = :trip AND begins_with(#sk, :events)")
            .expression_attribute_names("#pk", keys::PK)
            .expression_attribute_names("#sk", keys::SK)
            .expression_attribute_values(":trip", s(keys::trip(trip)))
            .expression_attribute_values(":events", s(keys::OUTBOX_PREFIX))
    }
}

impl TripEvents {
    fn add(&mut self, item: Item) {
        let damaged = DamagedEvent { sequence: sequence(&item), status: OutboxStatus::of(&item) };
        match decode(item) {
            Ok(record) => self.records.push(record),
            Err(_) => self.damaged.push(damaged),
        }
    }
}
