//! A booking request as it arrives: its shape, then its rules.
//!
//! Both tiers report everything that is wrong at once. The shape is what one field alone can
//! break, and what the gateway checks before a saga is started. The rules hold across fields, and
//! are checked by the saga, which records a trip that breaks one as failed.

mod rules;
mod sandbox;
mod shape;

use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::{Map, Value};

pub use sandbox::{Behaviour, Sandbox, SandboxStep, Trouble};

use crate::details::{FlightNumber, HotelName};
use crate::{FieldError, TicketTime, TripDetails, TripId};
use shape::Shape;

/// A request of the right shape. Its rules are not checked yet: see [`BookingRequest::details`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BookingRequest {
    /// The id that the caller chose; the gateway fills in one where it is absent.
    pub trip_id: Option<TripId>,
    flight: FlightPart,
    hotel: HotelPart,
    amount: Decimal,
    currency: Currency,
    /// How the sandbox suppliers are to behave; absent for their usual behaviour.
    pub sandbox: Option<Sandbox>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct FlightPart {
    number: FlightNumber,
    departure: TicketTime,
    arrival: TicketTime,
    price: Decimal,
    currency: Currency,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct HotelPart {
    name: HotelName,
    check_in: Date,
    check_out: Date,
    price: Decimal,
    currency: Currency,
}

impl BookingRequest {
    /// Reads the body of a request.
    ///
    /// # Errors
    /// Every field that is missing, unknown or of the wrong shape.
    pub fn parse(body: &Value) -> Result<Self, Vec<FieldError>> {
        let mut shape = Shape::default();
        let request = shape.root(body, &ROOT_FIELDS).and_then(|root| read_root(&mut shape, root));
        shape.finish(request)
    }

    /// What is asked for, once the rules across fields hold.
    ///
    /// # Errors
    /// Every rule that is broken.
    pub fn details(&self) -> Result<TripDetails, Vec<FieldError>> {
        rules::check(self)
    }
}

const ROOT_FIELDS: [&str; 6] =
    ["trip_id", "flight_details", "hotel_details", "amount", "currency", "sandbox"];
const FLIGHT_FIELDS: [&str; 5] =
    ["flight_number", "departure_time", "arrival_time", "price_amount", "price_currency"];
const HOTEL_FIELDS: [&str; 5] =
    ["hotel_name", "check_in_date", "check_out_date", "price_amount", "price_currency"];

// Each part reads all of its fields before it gives up on any, so that all errors are seen.
fn read_root(shape: &mut Shape, root: &Map<String, Value>) -> Option<BookingRequest> {
    let trip_id = shape.optional(root, "", "trip_id", shape::trip_id);
    let flight = shape.object(root, "flight_details", &FLIGHT_FIELDS);
    let flight = flight.and_then(|part| read_flight(shape, part));
    let hotel = shape.object(root, "hotel_details", &HOTEL_FIELDS);
    let hotel = hotel.and_then(|part| read_hotel(shape, part));
    let amount = shape.required(root, "", "amount", shape::amount);
    let currency = shape.required(root, "", "currency", shape::currency);
    let sandbox = sandbox::read(shape, root);
    Some(BookingRequest {
        trip_id,
        flight: flight?,
        hotel: hotel?,
        amount: amount?,
        currency: currency?,
        sandbox,
    })
}

fn read_flight(shape: &mut Shape, part: &Map<String, Value>) -> Option<FlightPart> {
    let path = "flight_details.";
    let number = shape.required(part, path, "flight_number", shape::flight_number);
    let departure = shape.required(part, path, "departure_time", shape::ticket_time);
    let arrival = shape.required(part, path, "arrival_time", shape::ticket_time);
    let price = shape.required(part, path, "price_amount", shape::amount);
    let currency = shape.required(part, path, "price_currency", shape::currency);
    Some(FlightPart {
        number: number?,
        departure: departure?,
        arrival: arrival?,
        price: price?,
        currency: currency?,
    })
}

fn read_hotel(shape: &mut Shape, part: &Map<String, Value>) -> Option<HotelPart> {
    let path = "hotel_details.";
    let name = shape.required(part, path, "hotel_name", shape::hotel_name);
    let check_in = shape.required(part, path, "check_in_date", shape::date);
    let check_out = shape.required(part, path, "check_out_date", shape::date);
    let price = shape.required(part, path, "price_amount", shape::amount);
    let currency = shape.required(part, path, "price_currency", shape::currency);
    Some(HotelPart {
        name: name?,
        check_in: check_in?,
        check_out: check_out?,
        price: price?,
        currency: currency?,
    })
}
