//! A booking request as it arrives: its shape, then its rules.
//!
//! Both tiers report everything that is wrong at once. The shape is what one field alone can
//! break, and what the gateway checks before a saga is started; [`BookingRequest::schema`] says the
//! same to others. The rules hold across fields, and are checked by the saga, which records a trip
//! that breaks one as failed.

mod fields;
mod form;
mod json;
mod rules;
mod sandbox;
mod shape;
mod times;

use iso_currency::Currency;
use jiff::civil::Date;
use serde_json::{Map, Value};

use crate::details::{FlightNumber, HotelName};
use crate::{FieldError, TicketTime, TripId};
use fields::{Price, Total};
use shape::{Bodies, Shape, Shaped, object};

pub use rules::RULES;
pub use sandbox::{Behaviour, Sandbox, SandboxStep, Trouble};

object! {
    /// A request of the right shape. Its rules are not checked yet: see
    /// [`BookingRequest::details`].
    pub struct BookingRequest {
        /// The id that the caller chose; the gateway fills in one where it is absent.
        pub trip_id: Option<TripId>,
        flight_details: FlightPart,
        hotel_details: HotelPart,
        amount: Total,
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
        price_amount: Price,
        price_currency: Currency,
    }
}

object! {
    struct HotelPart {
        hotel_name: HotelName,
        check_in_date: Date,
        check_out_date: Date,
        price_amount: Price,
        price_currency: Currency,
    }
}

impl BookingRequest {
    /// Reads the text of a request's body.
    ///
    /// # Errors
    /// Every field that is missing, unknown, given twice or of the wrong shape; the field `body`
    /// where the text is not JSON.
    pub fn read(text: &str) -> Result<Self, Vec<FieldError>> {
        Shape::default().read("", text)
    }

    /// Reads a body that was decoded before, in which nothing can be given twice any more.
    ///
    /// # Errors
    /// As [`BookingRequest::read`].
    pub fn parse(body: &Value) -> Result<Self, Vec<FieldError>> {
        Self::read(&body.to_string())
    }

    /// The request's members in one order and each in one spelling: equal for two requests that ask
    /// for the same, however they were written.
    ///
    /// ```
    /// use domain::request::BookingRequest;
    ///
    /// # let text = r#"{ "amount": 8e4, "currency": "JPY", "flight_details": {
    /// #   "flight_number": "NH 001", "price_amount": 50000, "price_currency": "JPY",
    /// #   "departure_time": "2026-03-01 10:00", "arrival_time": "2026-03-01T14:00"},
    /// # "hotel_details": {"hotel_name": "Grand Hotel", "price_amount": 30000,
    /// #   "price_currency": "JPY",
    /// #   "check_in_date": "2026-03-01", "check_out_date": "2026-03-03"} }"#;
    /// let request = BookingRequest::read(text).unwrap();
    /// assert_eq!(request.canonical()["amount"], "80000");
    /// assert_eq!(request.canonical()["flight_details"]["flight_number"], "NH1");
    /// ```
    #[must_use]
    pub fn canonical(&self) -> Map<String, Value> {
        match Shaped::canonical(self) {
            Some(Value::Object(members)) => members,
            _ => Map::new(),
        }
    }

    /// How a body that the schema takes becomes its canonical form, for whoever cannot call
    /// [`BookingRequest::canonical`]: an object has `members`, each with its `name`, whether it is
    /// `optional`, and its own form; a `text` is put `in_capitals` or not, and then `rewrites` are
    /// applied, each a regular expression and its replacement; `digits` are a text or a whole
    /// number, whose digits are rewritten.
    #[must_use]
    pub fn form() -> Value {
        <Self as Shaped>::form().describe()
    }

    /// The JSON Schema (draft 4) of the bodies that [`BookingRequest::parse`] takes, and of no
    /// other. A body that it accepts can still break one of [`RULES`].
    #[must_use]
    pub fn schema() -> Value {
        <Self as Shaped>::schema(Bodies::Taken)
    }

    /// The schema that is published: of those bodies in which an amount is a text without needless
    /// zeros in front, and what is left out is not there. Generators make nothing useful of a union
    /// of types, nor of what a value is not; so only words tell that `search` is not a trip's id.
    #[must_use]
    pub fn published_schema() -> Value {
        <Self as Shaped>::schema(Bodies::Published)
    }

    /// The departure that a body asks for, whatever else is wrong with it; absent where it cannot
    /// be read.
    #[must_use]
    pub fn departure(body: &Value) -> Option<TicketTime> {
        TicketTime::parse(body["flight_details"]["departure_time"].as_str()?).ok()
    }
}
