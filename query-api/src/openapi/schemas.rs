//! The schemas of values that stand in several answers.

use domain::TripId;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat};
use utoipa::openapi::{Array, ArrayBuilder, Object, Ref, Required, Type};

/// The path's parameter, as the contract describes it.
pub(crate) struct TripParameter;

impl TripParameter {
    pub(super) fn describe() -> Parameter {
        let parameter = ParameterBuilder::new().name("trip_id").parameter_in(ParameterIn::Path);
        parameter.required(Required::True).schema(Some(trip_id())).build()
    }
}

impl IntoParams for TripParameter {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![Self::describe()]
    }
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

pub(super) fn names<'a>(names: impl Iterator<Item = &'a str>) -> Object {
    text().enum_values(Some(names)).build()
}

pub(crate) fn trip_id() -> Object {
    text().pattern(Some("^[A-Za-z0-9_-]{1,64}$")).description(Some(TripId::RULE)).build()
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
}

pub(crate) fn trip_statuses() -> Array {
    ArrayBuilder::new().items(trip_status()).build()
}

pub(crate) fn order() -> Object {
    names(["asc", "desc"].into_iter())
}

pub(crate) fn events() -> Array {
    ArrayBuilder::new().items(Ref::from_schema_name("TimelineEntry")).build()
}

pub(crate) fn rows() -> Array {
    ArrayBuilder::new().items(Ref::from_schema_name("SearchRow")).build()
}
