//! Trips that a search found.

use store::view::SearchRow;

use super::Table;
use super::trip::shown;
use crate::client::Page;
use crate::palette::Palette;

const HEADER: [&str; 7] = ["TRIP", "STATUS", "CUSTOMER", "DEPARTURE", "FLIGHT", "HOTEL", "AMOUNT"];

/// A row a trip.
pub(crate) fn render(page: &Page, palette: Palette) -> String {
    let more = page.next_cursor.as_ref().map(|_| MORE);
    let trips = if page.trips.is_empty() { NONE.to_owned() } else { table(&page.trips, palette) };
    std::iter::once(trips.as_str()).chain(more).collect::<Vec<_>>().join("\n\n")
}

const NONE: &str = "no trips found";
const MORE: &str = "There are more: --all shows them.";

fn table(trips: &[SearchRow], palette: Palette) -> String {
    let mut table = Table::with_header(HEADER, palette);
    for trip in trips {
        table.row(cells(trip, palette));
    }
    table.right(6).text()
}

fn cells(trip: &SearchRow, palette: Palette) -> [String; 7] {
    let departure = trip.departure_time.map(|time| time.local().strftime("%Y-%m-%d %H:%M"));
    let status = match trip.failure_code {
        Some(code) => format!("{} {}", palette.status(trip.status), palette.faint(code)),
        None => palette.status(trip.status),
    };
    [
        trip.trip_id.to_string(),
        status,
        trip.customer_id.to_string(),
        shown(departure.as_ref()),
        shown(trip.flight_number.as_ref()),
        shown(trip.hotel_name.as_ref()),
        shown(trip.amount.as_ref()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn text(trips: &[Value], next_cursor: Option<&str>) -> String {
        let page = json!({"trips": trips, "count": trips.len(), "next_cursor": next_cursor});
        render(&serde_json::from_value(page).unwrap(), Palette::PLAIN)
    }

    fn trip(id: &str, status: &str, amount: &str) -> Value {
        json!({
            "trip_id": id, "customer_id": "alice", "status": status, "version": 4,
            "created_at": "2026-03-01T01:00:00.000Z", "updated_at": "2026-03-01T01:00:01.500Z",
            "status_changed_at": "2026-03-01T01:00:01.500Z",
            "departure_time": "2026-04-01T10:00:00", "flight_number": "NH1",
            "hotel_name": "Grand Hotel", "amount": {"value": amount, "currency": "USD"},
        })
    }

    #[test]
    fn trips_are_listed_in_columns_with_amounts_to_the_right() {
        let mut failed = trip("trip-22", "FAILED", "1200");
        failed["failure_code"] = "HotelUnavailable".into();
        assert_eq!(
            text(&[trip("trip-1", "CONFIRMED", "99.9"), failed], None),
            "\
TRIP     STATUS                   CUSTOMER  DEPARTURE         FLIGHT  HOTEL             AMOUNT
trip-1   CONFIRMED                alice     2026-04-01 10:00  NH1     Grand Hotel    99.90 USD
trip-22  FAILED HotelUnavailable  alice     2026-04-01 10:00  NH1     Grand Hotel  1200.00 USD"
        );
    }

    #[test]
    fn a_page_that_is_not_all_says_so() {
        assert!(text(&[trip("trip-1", "FAILED", "1")], Some("1.k.e30.AA")).ends_with(MORE));
        // A page may be empty where the search had to look at many trips of other statuses.
        assert_eq!(text(&[], Some("1.k.e30.AA")), format!("{NONE}\n\n{MORE}"));
        assert_eq!(text(&[], None), NONE);
    }
}
