//! What one commit writes: the root, the members that changed, and one outbox item for each event.

use domain::event::{Envelope, Event};
use domain::{Change, EventId, Trip, TripState};
use serde_dynamo::Item;
use uuid::Uuid;

use super::{Trace, draw_event_id};
use crate::items::{FlightItem, HotelItem, Metadata, PaymentItem, n};
use crate::outbox::{OutboxRecord, OutboxStatus};
use crate::request::{self, Action, Request};
use crate::{CodecError, CommitError, keys, limits};

pub(super) const COMMITTING: &str = "committing the trip";

/// A fixed payload: the same for every attempt to send it.
pub(super) struct Transaction {
    /// The client request token, 36 characters.
    token: String,
    root: Item,
    others: Vec<Item>,
    /// The version that the root must have; absent if there must be no root.
    expected_version: Option<u64>,
}

impl Transaction {
    /// Encodes `change`, generates its event ids and its token, and checks the limits. `schemas` is
    /// the address of the events' schemas, if it is known.
    pub(super) fn of(
        change: &Change,
        trace: &Trace,
        schemas: Option<&str>,
    ) -> Result<Self, CommitError> {
        let mut others = changed_members(change)?;
        for event in &change.events {
            let id = draw_event_id(event.occurred_at);
            others.push(outbox_item(change.trip.state(), event, id, trace, schemas)?);
        }
        let transaction = Self {
            token: Uuid::new_v4().to_string(),
            root: Metadata::of(change.trip.state()).encode()?,
            others,
            expected_version: change.before.as_ref().map(|trip| trip.state().version),
        };
        transaction.check_limits()?;
        Ok(transaction)
    }

    /// The request that writes it to `table`.
    pub(super) fn request<'a>(&'a self, table: &'a str) -> request::Transaction<'a> {
        let others = self.others.iter().map(|item| Request::put(table, item));
        let puts = std::iter::once(self.guarded_root(table)).chain(others);
        request::Transaction {
            client_request_token: &self.token,
            transact_items: puts.map(Action::Put).collect(),
        }
    }

    fn guarded_root<'a>(&'a self, table: &'a str) -> Request<'a> {
        let put = Request::put(table, &self.root);
        match self.expected_version {
            None => put.only_if("attribute_not_exists(#pk)").name("#pk", keys::PK),
            Some(version) => put
                .only_if("#version = :version")
                .name("#version", "version")
                .value(":version", n(version)),
        }
    }

    fn check_limits(&self) -> Result<(), crate::LimitExceeded> {
        let items: Vec<&Item> = std::iter::once(&self.root).chain(&self.others).collect();
        limits::check_transaction(&items)
    }
}

fn changed_members(change: &Change) -> Result<Vec<Item>, CodecError> {
    let (trip, before) = (change.trip.state(), change.before.as_ref().map(Trip::state));
    let flight = changed(&trip.flight, before.map(|trip| &trip.flight));
    let hotel = changed(&trip.hotel, before.map(|trip| &trip.hotel));
    let payment = changed(&trip.payment, before.map(|trip| &trip.payment));
    let items = [
        flight.map(|flight| FlightItem::encode(trip, flight)),
        hotel.map(|hotel| HotelItem::encode(trip, hotel)),
        payment.map(|payment| PaymentItem::encode(trip, payment)),
    ];
    items.into_iter().flatten().collect()
}

fn changed<'a, M: PartialEq>(now: &'a Option<M>, before: Option<&Option<M>>) -> Option<&'a M> {
    now.as_ref().filter(|_| before != Some(now))
}

fn outbox_item(
    trip: &TripState,
    event: &Event,
    id: EventId,
    trace: &Trace,
    schemas: Option<&str>,
) -> Result<Item, CommitError> {
    let event_type = event.fact.event_type();
    let detail = envelope(trip, event, id, trace, schemas)?;
    limits::check_event(event_type, &detail)?;
    let record = OutboxRecord {
        trip_id: trip.id.clone(),
        event_id: id,
        sequence: event.sequence,
        event_type: event_type.to_owned(),
        occurred_at: event.occurred_at,
        status: OutboxStatus::Pending,
        detail,
        traceparent: trace.traceparent.clone(),
        trace_header: trace.trace_header.clone(),
        dispatched_at: None,
        parked_reason: None,
        discarded_at: None,
        refused_since: None,
    };
    Ok(record.encode_pending()?)
}

/// The event's envelope as it will be published.
fn envelope(
    trip: &TripState,
    event: &Event,
    id: EventId,
    trace: &Trace,
    schemas: Option<&str>,
) -> Result<String, CodecError> {
    let traced = |envelope| Envelope { traceparent: trace.traceparent.clone(), ..envelope };
    let envelope = Envelope::wrap(trip, event, id).map(traced);
    let envelope = match schemas {
        Some(schemas) => envelope.map(|envelope| envelope.with_schemas_at(schemas)),
        None => envelope,
    };
    envelope.and_then(|envelope| serde_json::to_string(&envelope)).map_err(CodecError::envelope)
}
