//! A booking request as it arrives: its shape, then its rules.
//!
//! Both tiers report everything that is wrong at once. The shape is what one field alone can
//! break, and what the gateway checks before a saga is started; [`BookingRequest::schema`] says the
//! same to others. The rules hold across fields, and are checked by the saga, which records a trip
//! that breaks one as failed.

mod fields;
mod rules;
mod sandbox;
mod shape;

use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::{Map, Value};

pub use rules::RULES;
pub use sandbox::{Behaviour, Sandbox, SandboxStep, Trouble};

use crate::details::{FlightNumber, HotelName};
use crate::{FieldError, TicketTime, TripDetails, TripId};
use shape::{Shape, Shaped, object};

object! {
    /// A request of the right shape. Its rules are not checked yet: see [`BookingRequest::details`].
    pub struct BookingRequest {
        /// The id that the caller chose; the gateway fills in one where it is absent.
        pub trip_id: Option<TripId>,
        flight_details: FlightPart,
        hotel_details: HotelPart,
        amount: Decimal,
        currency: Currency,
        /// How the sandbox suppliers are to behave; absent for their usual behaviour.
        pub sandbox: Option<Sandbox>,
    }
}

object! {
    struct FlightPart {
        flight_number: FlightNumber,
        departure_time: TicketTime,
        arrival_time: TicketTime,
        price_amount: Decimal,
        price_currency: Currency,
    }
}

object! {
    struct HotelPart {
        hotel_name: HotelName,
        check_in_date: Date,
        check_out_date: Date,
        price_amount: Decimal,
        price_currency: Currency,
    }
}

impl BookingRequest {
    /// Reads the body of a request.
    ///
    /// # Errors
    /// Every field that is missing, unknown or of the wrong shape.
    pub fn parse(body: &Value) -> Result<Self, Vec<FieldError>> {
        Shape::default().read("", body)
    }

    /// The JSON Schema (draft 4) of the bodies that [`BookingRequest::parse`] takes, and of no other.
    /// A body that it accepts can still break one of [`RULES`].
    #[must_use]
    pub fn schema() -> Value {
        <Self as Shaped>::schema()
    }

    /// The schema that is published: of those bodies in which an amount is a text. Generators make nothing
    /// useful of a union of types.
    #[must_use]
    pub fn published_schema() -> Value {
        fn texts_only(schema: &mut Value) {
            let text =
                schema.get_mut("anyOf").and_then(|either| either.get_mut(0)).map(Value::take);
            if let Some(mut text) = text {
                text["description"] = schema["description"].take();
                *schema = text;
            }
            let members = schema.as_object_mut().into_iter().flat_map(Map::values_mut);
            members.filter(|member| member.is_object()).for_each(texts_only);
        }
        let mut schema = Self::schema();
        texts_only(&mut schema);
        schema
    }

    /// What is asked for, once the rules across fields hold.
    ///
    /// # Errors
    /// Every rule that is broken, each of them one of [`RULES`].
    pub fn details(&self) -> Result<TripDetails, Vec<FieldError>> {
        rules::check(self)
    }
}
