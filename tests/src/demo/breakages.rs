//! One breakage an invariant, done to a running system: through its tables, its bus, or the
//! suppliers' books. Each on trips of its own, so that none hides another.

mod events;

use aws_sdk_dynamodb::types::AttributeValue;
use cli::demo::check::Invariant;
use domain::TripId;
use futures::FutureExt;
use futures::future::BoxFuture;
use lambda_kit::config::name;
use store::keys;
use store::sandbox::{LedgerRow, LedgerState, Supplier};

use super::played::Played;

/// What is done to the system.
type Breakage = fn(&Played) -> BoxFuture<'_, ()>;

/// Every breakage, and the one invariant that must name it.
pub(super) const BREAKAGES: &[(Invariant, Breakage)] = &[
    (Invariant::Ended, |played| reopen_a_trip(played).boxed()),
    (Invariant::AsPlanned, |played| blame_another(played).boxed()),
    (Invariant::NoOpenWork, |played| events::park_an_event(played).boxed()),
    (Invariant::Published, |played| events::commit_without_publishing(played).boxed()),
    (Invariant::Published, |played| events::publish_without_committing(played).boxed()),
    (Invariant::SameEvent, |played| events::publish_another_under_one_id(played).boxed()),
    (Invariant::Sequences, |played| events::skip_a_number(played).boxed()),
    (Invariant::ConfirmedStands, |played| events::fail_a_confirmed_trip(played).boxed()),
    (Invariant::ViewIsFold, |played| delete_a_row(played).boxed()),
    (Invariant::SearchIsView, |played| take_a_row_out_of_the_index(played).boxed()),
    (Invariant::Holdings, |played| leave_a_reservation(played).boxed()),
    (Invariant::OneCapture, |played| charge_again(played).boxed()),
];

fn s(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

/// Changes an attribute of a trip as a commit would: with the next version, which the view follows.
async fn change(played: &Played, trip: &TripId, attribute: &str, value: &str) {
    let update = played.client.update_item().table_name(played.setting(name::TRIP_TABLE));
    let update = update.key(keys::PK, s(keys::trip(trip))).key(keys::SK, s(keys::METADATA));
    update
        .update_expression("SET #attribute = :value ADD version :one")
        .condition_expression("attribute_exists(version)")
        .expression_attribute_names("#attribute", attribute)
        .expression_attribute_values(":value", s(value))
        .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
        .send()
        .await
        .unwrap();
}

async fn reopen_a_trip(played: &Played) {
    change(played, &played.trip("CONFIRMED", 0), "status", "PENDING").await;
}

async fn blame_another(played: &Played) {
    let trip = played.trip("FAILED FlightUnavailable", 0);
    change(played, &trip, "failure_code", "PaymentDeclined").await;
}

async fn delete_a_row(played: &Played) {
    let delete = played.client.delete_item().table_name(played.setting(name::SEARCH_TABLE));
    let key = s(played.trip("CONFIRMED", 1).as_str());
    delete.key("trip_id", key).send().await.unwrap();
}

async fn take_a_row_out_of_the_index(played: &Played) {
    let update = played.client.update_item().table_name(played.setting(name::SEARCH_TABLE));
    let key = s(played.trip("CONFIRMED", 2).as_str());
    update.key("trip_id", key).update_expression("REMOVE departure_key").send().await.unwrap();
}

/// The saga gave the seat back; the airline's books now say that it never did.
async fn leave_a_reservation(played: &Played) {
    let trip = played.trip("FAILED HotelUnavailable", 0);
    let rows = played.ledger().all().await.unwrap();
    let is_seat = |row: &&LedgerRow| row.trip_id == trip && row.supplier == Supplier::Flight;
    let seat = rows.iter().find(is_seat).unwrap();
    let held = LedgerRow { state: LedgerState::Held, ..seat.clone() };
    played.ledger().update(&seat.key, |_| held.clone()).await.unwrap();
}

/// A second charge of the same trip, under another key, and refunded at once.
async fn charge_again(played: &Played) {
    let trip = played.trip("CONFIRMED", 3);
    let charge = LedgerRow {
        state: LedgerState::Released,
        effects: 1,
        undone: 1,
        ..LedgerRow::new("payment/again", trip, Supplier::Payment)
    };
    played.ledger().update("payment/again", |_| charge.clone()).await.unwrap();
}
