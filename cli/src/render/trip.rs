//! One trip in its present state.

use std::fmt::Display;

use domain::details::{FlightNumber, HotelName};
use domain::member::{PaymentStatus, ReservationStatus};
use domain::{CustomerId, Failure, Money, TicketTime, Timestamp, TripId, TripStatus};
use jiff::civil::Date;
use serde::Deserialize;

use super::{Table, outside};
use crate::client::field_lines;
use crate::palette::Palette;

/// A trip in the API's answer.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Trip {
    pub(crate) trip_id: TripId,
    pub(crate) status: TripStatus,
    version: u64,
    customer_id: CustomerId,
    created_at: Timestamp,
    updated_at: Timestamp,
    amount: Option<Money>,
    flight: Option<Flight>,
    hotel: Option<Hotel>,
    payment: Option<Payment>,
    failure: Option<Failure>,
    progress: Option<Progress>,
}

/// The step that a trip in flight waits for.
#[derive(Clone, Debug, Deserialize)]
struct Progress {
    waits_for: String,
    since: Timestamp,
    stalled: bool,
    gave_up: Option<GaveUp>,
}

/// The end of its execution.
#[derive(Clone, Debug, Deserialize)]
struct GaveUp {
    at: Timestamp,
    error: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
struct Flight {
    status: ReservationStatus,
    flight_number: Option<FlightNumber>,
    departure_time: Option<TicketTime>,
    arrival_time: Option<TicketTime>,
    price: Option<Money>,
}

#[derive(Clone, Debug, Deserialize)]
struct Hotel {
    status: ReservationStatus,
    hotel_name: Option<HotelName>,
    check_in_date: Option<Date>,
    check_out_date: Option<Date>,
    price: Option<Money>,
}

#[derive(Clone, Debug, Deserialize)]
struct Payment {
    status: PaymentStatus,
    amount: Option<Money>,
}

/// The trip, its members and its failure, if it has one.
pub(crate) fn render(trip: &Trip, palette: Palette) -> String {
    let mut lines = vec![title(trip, palette), String::new()];
    lines.extend(facts(trip, palette));
    lines.push(String::new());
    lines.extend(members(trip, palette));
    lines.extend(trip.failure.iter().flat_map(|failure| why(failure, palette)));
    lines.join("\n").trim_end().to_owned()
}

fn title(trip: &Trip, palette: Palette) -> String {
    let (id, status) = (palette.strong(&trip.trip_id), palette.status(trip.status));
    format!("{id}  {status}  {}", shown(trip.amount.as_ref())).trim_end().to_owned()
}

fn facts(trip: &Trip, palette: Palette) -> Vec<String> {
    let mut table = Table::default();
    let mut fact = |name: &str, value: String| {
        table.row([palette.faint(name), value]);
    };
    fact("customer", trip.customer_id.to_string());
    fact("booked", trip.created_at.to_string());
    fact("changed", format!("{} (version {})", trip.updated_at, trip.version));
    if let Some(progress) = &trip.progress {
        fact("waits for", progress.waits_for());
        if let Some(trouble) = progress.trouble() {
            fact("given up", palette.bad(trouble));
        }
    }
    table.lines("  ")
}

fn members(trip: &Trip, palette: Palette) -> Vec<String> {
    let mut table = Table::default();
    let flight = trip.flight.as_ref().map(|flight| flight.cells(palette));
    let hotel = trip.hotel.as_ref().map(|hotel| hotel.cells(palette));
    let payment = trip.payment.as_ref().map(|payment| payment.cells(palette));
    for cells in [flight, hotel, payment].into_iter().flatten() {
        table.row(cells);
    }
    table.right(4).lines("  ")
}

impl Progress {
    fn waits_for(&self) -> String {
        format!("{} since {}", outside(&self.waits_for), self.since)
    }

    /// Why nobody tries any more.
    fn trouble(&self) -> Option<String> {
        match &self.gave_up {
            Some(GaveUp { at, error: Some(error) }) => Some(format!("{at}: {}", outside(error))),
            Some(GaveUp { at, error: None }) => Some(format!("{at}: its execution was stopped")),
            None => self.stalled.then(|| SILENT.to_owned()),
        }
    }
}

/// The state of a step that has not been recorded for longer than its retries take.
const SILENT: &str = "nothing was heard for longer than all retries of the step take";

impl Flight {
    fn cells(&self, palette: Palette) -> [String; 5] {
        [
            palette.faint("flight"),
            reservation(self.status, palette),
            shown(self.flight_number.as_ref()),
            span(minute(self.departure_time), minute(self.arrival_time)),
            shown(self.price.as_ref()),
        ]
    }
}

impl Hotel {
    fn cells(&self, palette: Palette) -> [String; 5] {
        [
            palette.faint("hotel"),
            reservation(self.status, palette),
            shown(self.hotel_name.as_ref()),
            span(self.check_in_date, self.check_out_date),
            shown(self.price.as_ref()),
        ]
    }
}

impl Payment {
    fn cells(&self, palette: Palette) -> [String; 5] {
        let status = match self.status {
            PaymentStatus::Captured => palette.good(self.status),
            PaymentStatus::Declined => palette.bad(self.status),
            PaymentStatus::Refunded => palette.faint(self.status),
        };
        let amount = shown(self.amount.as_ref());
        [palette.faint("payment"), status, String::new(), String::new(), amount]
    }
}

fn reservation(status: ReservationStatus, palette: Palette) -> String {
    match status {
        ReservationStatus::Reserved => palette.busy(status),
        ReservationStatus::Confirmed => palette.good(status),
        ReservationStatus::Rejected => palette.bad(status),
        ReservationStatus::Cancelled => palette.faint(status),
    }
}

fn why(failure: &Failure, palette: Palette) -> Vec<String> {
    let Failure { code, detail, errors } = failure;
    let detail = outside(detail);
    let mut lines = vec![String::new(), format!("{} {detail}", palette.bad(format!("{code}:")))];
    lines.extend(field_lines(errors).iter().map(|line| format!("  {line}")));
    lines.push(palette.faint(format!("  see docs/errors/{code}.md")));
    lines
}

fn minute(time: Option<TicketTime>) -> Option<String> {
    time.map(|time| time.local().strftime("%Y-%m-%d %H:%M").to_string())
}

fn span<T: ToString>(from: Option<T>, to: Option<T>) -> String {
    match (from, to) {
        (Some(from), Some(to)) => format!("{} → {}", from.to_string(), to.to_string()),
        _ => String::new(),
    }
}

/// The known value; empty if there is none.
pub(super) fn shown<T: Display>(value: Option<&T>) -> String {
    value.map(outside).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn text(trip: Value) -> String {
        render(&serde_json::from_value(trip).unwrap(), Palette::PLAIN)
    }

    /// The text for one of bob's trips, with these members.
    fn bobs(id: &str, status: &str, version: u64, members: Value) -> String {
        let mut trip = json!({
            "trip_id": id, "status": status, "version": version, "customer_id": "bob",
            "created_at": "2026-03-01T01:00:00.000Z", "updated_at": "2026-03-01T01:00:02.000Z",
        });
        let Value::Object(members) = members else { panic!("an object of members") };
        trip.as_object_mut().unwrap().extend(members);
        text(trip)
    }

    #[test]
    fn a_confirmed_trip_shows_its_members_in_columns() {
        let trip = json!({
            "trip_id": "trip-1", "status": "CONFIRMED", "version": 4, "customer_id": "alice",
            "created_at": "2026-03-01T01:00:00.000Z", "updated_at": "2026-03-01T01:00:01.500Z",
            "amount": {"value": "80000", "currency": "JPY"},
            "flight": {
                "status": "CONFIRMED", "flight_number": "NH1",
                "departure_time": "2026-04-01T10:00:00+09:00",
                "arrival_time": "2026-04-01T12:10:00+09:00",
                "price": {"value": "50000", "currency": "JPY"},
            },
            "hotel": {
                "status": "CONFIRMED", "hotel_name": "Grand Hotel Tokyo",
                "check_in_date": "2026-04-01", "check_out_date": "2026-04-03",
                "price": {"value": "30000", "currency": "JPY"},
            },
            "payment": {"status": "CAPTURED", "amount": {"value": "80000", "currency": "JPY"}},
        });
        assert_eq!(
            text(trip),
            "\
trip-1  CONFIRMED  80000 JPY

  customer  alice
  booked    2026-03-01T01:00:00.000Z
  changed   2026-03-01T01:00:01.500Z (version 4)

  flight   CONFIRMED  NH1                2026-04-01 10:00 → 2026-04-01 12:10  50000 JPY
  hotel    CONFIRMED  Grand Hotel Tokyo  2026-04-01 → 2026-04-03              30000 JPY
  payment  CAPTURED                                                           80000 JPY"
        );
    }

    #[test]
    fn a_failed_trip_says_why_by_field_and_names_the_page() {
        let members = json!({
            "flight": {"status": "REJECTED"},
            "failure": {
                "code": "InvalidRequest", "detail": "the request breaks 2 rules",
                "errors": [
                    {"field": "amount", "code": "sum_of_prices", "detail": "must equal the sum"},
                    {"field": "currency", "code": "one_currency", "detail": "must be one"},
                ],
            },
        });
        assert_eq!(
            bobs("trip-2", "FAILED", 1, members),
            "\
trip-2  FAILED

  customer  bob
  booked    2026-03-01T01:00:00.000Z
  changed   2026-03-01T01:00:02.000Z (version 1)

  flight  REJECTED

InvalidRequest: the request breaks 2 rules
  amount    must equal the sum
  currency  must be one
  see docs/errors/InvalidRequest.md"
        );
    }

    #[test]
    fn a_trip_in_flight_says_what_it_waits_for_and_whether_anybody_tries() {
        let trip = |stalled, gave_up| {
            let since = "2026-03-01T01:00:02.000Z";
            let progress = json!({
                "waits_for": "CancelHotel", "since": since, "stalled": stalled, "gave_up": gave_up,
            });
            let members = json!({"flight": {"status": "RESERVED"}, "progress": progress});
            bobs("trip-3", "COMPENSATING", 4, members)
        };
        let waits = "  waits for  CancelHotel since 2026-03-01T01:00:02.000Z\n";
        let at = "2026-03-01T01:09:00.000Z";
        let failed = json!({"at": at, "error": "SupplierUnavailable"});
        let failing = "  given up   2026-03-01T01:09:00.000Z: SupplierUnavailable\n";
        let stopped = "  given up   2026-03-01T01:09:00.000Z: its execution was stopped\n";
        let silent = format!("  given up   {SILENT}\n");
        for (text, told) in [
            (trip(false, Value::Null), ""),
            (trip(true, Value::Null), silent.as_str()),
            (trip(true, failed), failing),
            (trip(true, json!({"at": at})), stopped),
        ] {
            assert!(text.contains(&format!("{waits}{told}\n")), "{text}");
        }
    }

    #[test]
    fn a_name_cannot_act_on_the_text_around_it() {
        let members = json!({
            "hotel": {"status": "REJECTED", "hotel_name": "Grand\u{202e}letoH\u{2028}x\u{200b}"},
            "failure": {"code": "HotelUnavailable", "detail": "no\u{2066} room"},
        });
        let text = bobs("trip-4", "FAILED", 1, members);
        for escaped in [r"Grand\u{202e}letoH\u{2028}x\u{200b}", r"no\u{2066} room"] {
            assert!(text.contains(escaped), "{text}");
        }
    }
}
