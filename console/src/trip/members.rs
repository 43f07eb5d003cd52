//! The flight, the hotel and the payment.

use maud::{Markup, html};
use serde_json::Value;

use super::read::Trip;
use crate::parts::{money, status};
use crate::text::ticket_time;

/// A card for each member.
pub(super) fn part(trip: &Trip) -> Markup {
    let body = trip.body.clone().unwrap_or_default();
    let time = |value: &Value| value.as_str().map(ticket_time);
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let (flight, hotel, payment) = (&body["flight"], &body["hotel"], &body["payment"]);
    html! {
        section #members.members aria-label="Members" {
            (card("Flight", flight, &[
                ("Number", text(&flight["flight_number"])),
                ("Departs", time(&flight["departure_time"])),
                ("Arrives", time(&flight["arrival_time"])),
                ("Price", money(&flight["price"])),
            ]))
            (card("Hotel", hotel, &[
                ("Name", text(&hotel["hotel_name"])),
                ("Check-in", text(&hotel["check_in_date"])),
                ("Check-out", text(&hotel["check_out_date"])),
                ("Price", money(&hotel["price"])),
            ]))
            (card("Payment", payment, &[("Amount", money(&payment["amount"]))]))
        }
    }
}

fn card(name: &str, member: &Value, facts: &[(&str, Option<String>)]) -> Markup {
    html! {
        div.card {
            h2 { (name) " " @if let Some(name) = member["status"].as_str() { (status(name)) } @else { span.status.off { "not begun" } } }
            dl {
                @for (name, value) in facts {
                    @if let Some(value) = value { div { dt { (name) } dd { (value) } } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_hotel_that_is_a_script_is_shown_as_text() {
        let trip = Trip {
            id: domain::TripId::parse("trip-1").unwrap(),
            now: domain::Timestamp::from_millis(0),
            body: Some(
                json!({"hotel": {"status": "RESERVED", "hotel_name": "<script>alert('x')</script>"}}),
            ),
            timeline: Value::Null,
            runs: vec![],
            machines: Default::default(),
            items: vec![],
        };
        let shown = part(&trip).0;
        assert!(shown.contains("&lt;script&gt;alert('x')&lt;/script&gt;"), "{shown}");
        assert!(!shown.contains("<script"), "{shown}");
    }
}
