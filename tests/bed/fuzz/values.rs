//! The readers of text and requests: total, and true to what they accepted.

use std::fmt::{Debug, Display};

use domain::details::{FlightNumber, HotelName};
use domain::money::parse_amount;
use domain::request::BookingRequest;
use domain::time::parse_date;
use domain::{EventId, TicketTime, TripId};
use serde_json::Value;

/// A body is refused with at least one error, or gives details that the rules accept or refuse
/// likewise. What was read is read again from its canonical form, and is the same.
pub(super) fn request(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let request = match BookingRequest::read(text) {
        Ok(request) => request,
        Err(errors) => return assert!(!errors.is_empty(), "refused without a reason: {text}"),
    };
    let canonical = request.canonical();
    let again = BookingRequest::parse(&Value::Object(canonical.clone())).unwrap();
    assert_eq!((again.details(), again.canonical()), (request.details(), canonical), "{text}");
    let is_refused = request.details().is_err_and(|errors| errors.is_empty());
    assert!(!is_refused, "refused without a reason: {text}");
}

/// Every kind of value that is read from a text.
pub(super) fn texts(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    rereads(text, TripId::parse);
    rereads(text, EventId::parse);
    rereads(text, FlightNumber::parse);
    rereads(text, HotelName::parse);
    rereads(text, TicketTime::parse);
    rereads(text, parse_amount);
    rereads(text, parse_date);
}

/// What was accepted, is accepted again as it is written, and is the same.
fn rereads<T: Display + Debug + PartialEq, E: Debug>(text: &str, parse: fn(&str) -> Result<T, E>) {
    if let Ok(value) = parse(text) {
        let written = value.to_string();
        assert_eq!(parse(&written).unwrap(), value, "{text:?} was written as {written:?}");
    }
}
