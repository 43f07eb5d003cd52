//! The trips of a search.

use store::view::SearchRow;

use super::trip::shown;
use super::{Table, count};
use crate::client::Page;
use crate::palette::Palette;

const HEADER: [&str; 7] = ["TRIP", "STATUS", "CUSTOMER", "DEPARTURE", "FLIGHT", "HOTEL", "AMOUNT"];

/// One row per trip.
pub(crate) fn render(page: &Page, palette: Palette) -> String {
    let trips = match (page.trips.is_empty(), page.next_cursor.is_some()) {
        (false, _) => table(&page.trips, palette),
        (true, false) => NONE.to_owned(),
        // The search had to skip many others, or cannot read its rows.
        (true, true) => NONE_YET.to_owned(),
    };
    let unreadable = (page.unreadable > 0).then(|| palette.bad(left_out(page.unreadable)));
    let more = page.next_cursor.is_some().then(|| MORE.to_owned());
    std::iter::once(trips).chain(unreadable).chain(more).collect::<Vec<_>>().join("\n\n")
}

const NONE: &str = "no trips found";
const NONE_YET: &str = "No trips on this page, which is not the last.";
const MORE: &str = "There may be more: --all shows them.";

fn left_out(unreadable: usize) -> String {
    format!(
        "{} left out, since this release cannot read the row: see `trip verify`",
        count(unreadable, "trip")
    )
}

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
    use serde_json::{Value, json};

    use super::*;

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
        assert_eq!(text(&[], Some("1.k.e30.AA")), format!("{NONE_YET}\n\n{MORE}"));
        assert_eq!(text(&[], None), NONE);
    }

    #[test]
    fn trips_that_are_left_out_are_counted() {
        let page = json!({"trips": [], "count": 0, "unreadable": 2});
        let text = render(&serde_json::from_value(page).unwrap(), Palette::PLAIN);
        assert!(text.starts_with(NONE) && text.contains("2 trips left out"), "{text}");
    }
}
