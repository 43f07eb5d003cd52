//! The schemas of values that stand in several answers.

use domain::member::{PaymentStatus, ReservationStatus};
use domain::{ErrorCode, TripId, TripStatus};
use utoipa::IntoParams;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat};
use utoipa::openapi::{Array, ArrayBuilder, Object, Ref, Type};

/// The path's parameter, as the contract describes it.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "it only describes; `TripPath` reads")]
pub(crate) struct TripParameter {
    #[param(schema_with = trip_id)]
    trip_id: String,
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

fn names<'a>(names: impl Iterator<Item = &'a str>) -> Object {
    text().enum_values(Some(names)).build()
}

pub(crate) fn trip_id() -> Object {
    text().pattern(Some("^[A-Za-z0-9_-]{1,64}$")).description(Some(TripId::RULE)).build()
}

pub(crate) fn trip_status() -> Object {
    names(TripStatus::ALL.iter().map(|status| status.as_str()))
}

pub(crate) fn reservation_status() -> Object {
    names(ReservationStatus::ALL.iter().map(|status| status.as_str()))
}

pub(crate) fn payment_status() -> Object {
    names(PaymentStatus::ALL.iter().map(|status| status.as_str()))
}

pub(crate) fn error_code() -> Object {
    names(ErrorCode::ALL.iter().map(|code| code.name()))
}

pub(crate) fn timestamp() -> Object {
    text().format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime))).build()
}

/// Local time as printed on the ticket, with an offset where the booking gave one.
pub(crate) fn ticket_time() -> Object {
    let pattern = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}([+-]\d{2}:\d{2})?$";
    text().pattern(Some(pattern)).build()
}

pub(crate) fn date() -> Object {
    text().format(Some(SchemaFormat::KnownFormat(KnownFormat::Date))).build()
}

/// An amount is a decimal text, never a number.
pub(crate) fn money() -> Object {
    ObjectBuilder::new()
        .property("value", text().pattern(Some(r"^\d{1,15}(\.\d{1,4})?$")))
        .property("currency", text().pattern(Some("^[A-Z]{3}$")))
        .required("value")
        .required("currency")
        .build()
}

pub(crate) fn trip_statuses() -> Array {
    ArrayBuilder::new().items(trip_status()).build()
}

pub(crate) fn order() -> Object {
    names(["asc", "desc"].into_iter())
}

pub(crate) fn failure() -> Ref {
    Ref::from_schema_name("Failure")
}

pub(crate) fn events() -> Array {
    ArrayBuilder::new().items(Ref::from_schema_name("Event")).build()
}

pub(crate) fn rows() -> Array {
    ArrayBuilder::new().items(Ref::from_schema_name("SearchRow")).build()
}
