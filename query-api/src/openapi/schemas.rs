//! The schemas of values that are in several answers.

use domain::TripId;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat};
use utoipa::openapi::{Array, ArrayBuilder, Object, Ref, Required, Type};
use utoipa::{IntoParams, ToSchema};

/// The path's parameter, as the contract describes it.
pub(crate) struct TripParameter;

impl TripParameter {
    pub(super) fn describe() -> Parameter {
        let parameter = ParameterBuilder::new().name("trip_id").parameter_in(ParameterIn::Path);
        let parameter = parameter.required(Required::True).schema(Some(trip_id()));
        parameter.description(Some("The trip's id.")).build()
    }
}

impl IntoParams for TripParameter {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![Self::describe()]
    }
}

/// The path's parameter that names an event type.
pub(crate) struct EventTypeParameter;

impl IntoParams for EventTypeParameter {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let event_type = text().pattern(Some(r"^[a-z]+\.[a-z]+\.v[0-9]+$"));
        let event_type = event_type.examples(["trip.confirmed.v1"]).build();
        let parameter = ParameterBuilder::new().name("event_type").parameter_in(ParameterIn::Path);
        let parameter = parameter.required(Required::True).schema(Some(event_type));
        vec![parameter.description(Some("The event's type, with its version.")).build()]
    }
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

pub(super) fn names<'a>(names: impl Iterator<Item = &'a str>) -> Object {
    text().enum_values(Some(names)).build()
}

pub(crate) fn trip_id() -> Object {
    let id = text().pattern(Some("^[A-Za-z0-9_-]{1,64}$")).description(Some(TripId::RULE));
    id.examples(["trip-0001"]).build()
}

pub(crate) fn timestamp() -> Object {
    let time = text().format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)));
    time.examples(["2026-02-14T09:30:00.125Z"]).build()
}

/// Local time as printed on the ticket, with an offset where the booking gave one.
pub(crate) fn ticket_time() -> Object {
    let pattern = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}([+-]\d{2}:\d{2})?$";
    let time = text().pattern(Some(pattern)).examples(["2026-03-01T10:00:00"]);
    time.description(Some("Local time as printed on the ticket.")).build()
}

pub(crate) fn date() -> Object {
    let date = text().format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)));
    date.examples(["2026-03-01"]).build()
}

/// The component of this name as a parameter's type. Beside `schema_with`, utoipa drops what else a
/// parameter says: its description, its style, whether it explodes.
#[derive(ToSchema)]
#[schema(as = TripStatus)]
#[expect(dead_code, reason = "it only names")]
pub(crate) struct TripStatusName(String);

/// How a search is sorted, by departure.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "it only describes")]
pub(crate) enum Order {
    Asc,
    Desc,
}

/// Declares references to components by their names.
macro_rules! references {
    ($($function:ident => $name:literal,)*) => {$(
        pub(crate) fn $function() -> Ref {
            Ref::from_schema_name($name)
        }
    )*};
}

references! {
    trip_status => "TripStatus",
    reservation_status => "ReservationStatus",
    payment_status => "PaymentStatus",
    error_code => "ErrorCode",
    money => "Money",
    failure => "Failure",
    event => "Event",
}

pub(crate) fn events() -> Array {
    ArrayBuilder::new().items(Ref::from_schema_name("TimelineEntry")).build()
}

pub(crate) fn rows() -> Array {
    ArrayBuilder::new().items(Ref::from_schema_name("SearchRow")).build()
}
