//! The text for a person after the start of a system: its addresses, the tokens, and a first
//! booking to paste.

use std::path::{Path, PathBuf};

use domain::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan};
use local::Urls;
use operator::hint::quoted;

use crate::palette::Palette;
use crate::render::Table;

/// The data of the text.
pub(super) struct Welcome<'a> {
    pub(super) urls: &'a Urls,
    /// Where everything is kept; absent if nothing is kept.
    pub(super) data: Option<&'a Path>,
    pub(super) now: Timestamp,
    /// This program's path, unless a shell finds it by its name.
    pub(super) program: Option<PathBuf>,
}

impl Welcome<'_> {
    /// The whole text.
    pub(super) fn text(&self, palette: Palette) -> String {
        let paragraphs = [
            palette.strong(palette.good("Trip Saga is up.")),
            self.places(palette),
            tokens(palette),
            self.first_booking(palette),
            self.next_commands(palette),
            palette.faint("Ctrl-C stops it."),
        ];
        paragraphs.join("\n\n")
    }

    fn places(&self, palette: Palette) -> String {
        let data = match self.data {
            Some(directory) => (directory.display().to_string(), "kept for the next start"),
            None => ("a temporary directory".to_owned(), "gone when this stops"),
        };
        let mut table = Table::default();
        for (name, place, what) in [
            ("Console", format!("{}/", self.urls.api), "trips and their sagas, live in a browser"),
            ("API", self.urls.api.clone(), "trips over HTTP"),
            ("DynamoDB", self.urls.dynamodb.clone(), "tables and streams, for AWS clients"),
            ("AWS", self.urls.aws.clone(), "EventBridge, Step Functions, Lambda, for AWS clients"),
            ("Data", data.0, data.1),
        ] {
            table.row([name.to_owned(), palette.code(place), palette.faint(what)]);
        }
        table.lines("  ").join("\n")
    }

    /// A booking that is valid whenever it is pasted, and a read of its trip.
    fn first_booking(&self, palette: Palette) -> String {
        let (api, id, body) = (&self.urls.api, self.trip_id(), self.booking());
        let commands = format!(
            "  curl -sw '\\n' {api}/trips \\\n    \
               -H 'Authorization: Bearer dev-operator' -H 'Content-Type: application/json' \\\n    \
               -d '{body}'\n  \
             sleep 1; curl -sw '\\n' {api}/trips/{id} -H 'Authorization: Bearer dev-operator'"
        );
        format!("Book a first trip, and look at it once it is there:\n\n{}", palette.code(commands))
    }

    fn next_commands(&self, palette: Palette) -> String {
        let (id, exports) = (self.trip_id(), self.exports().unwrap_or_default());
        let alias = self.alias().unwrap_or_default();
        let commands = format!(
            "{alias}{exports}  trip timeline {id}\n  trip search --status CONFIRMED\n  \
             trip events tail --since 1h"
        );
        format!("Then, in another terminal:\n\n{}", palette.code(commands))
    }

    /// What makes the other commands work as they are written.
    fn alias(&self) -> Option<String> {
        let program = self.program.as_ref()?;
        Some(format!("  alias trip={}\n", quoted(program.display())))
    }

    /// The variables that tell the other commands about addresses other than the defaults.
    fn exports(&self) -> Option<String> {
        let Urls { api, dynamodb, aws } = self.urls;
        let places = [
            ("TRIP_ENDPOINT", api, "http://127.0.0.1:8080"),
            ("TRIP_AWS_ENDPOINT", aws, "http://127.0.0.1:8081"),
            ("TRIP_DYNAMODB_ENDPOINT", dynamodb, "http://127.0.0.1:8000"),
        ];
        let unusual = places.iter().filter(|(_, place, usual)| place != usual);
        let settings: Vec<_> = unusual.map(|(name, place, _)| format!("{name}={place}")).collect();
        (!settings.is_empty()).then(|| format!("  export {}\n", settings.join(" ")))
    }

    /// A different id at each start, since the trips of earlier starts may still be there.
    fn trip_id(&self) -> String {
        self.now.as_jiff().strftime("first-%Y%m%d-%H%M%S").to_string()
    }

    fn booking(&self) -> String {
        let (id, [departs, returns]) = (self.trip_id(), self.dates());
        format!(
            r#"{{
      "trip_id": "{id}",
      "flight_details": {{
        "flight_number": "NH1",
        "departure_time": "{departs}T10:00:00", "arrival_time": "{departs}T14:30:00",
        "price_amount": "50000", "price_currency": "JPY"
      }},
      "hotel_details": {{
        "hotel_name": "Grand Hotel Tokyo",
        "check_in_date": "{departs}", "check_out_date": "{returns}",
        "price_amount": "30000", "price_currency": "JPY"
      }},
      "amount": "80000", "currency": "JPY"
    }}"#
        )
    }

    /// In a month, for three nights.
    fn dates(&self) -> [Date; 2] {
        let today = self.now.as_jiff().to_zoned(TimeZone::UTC).date();
        let later = |span: Span| today.saturating_add(span);
        [later(1.month()), later(1.month().days(3))]
    }
}

fn tokens(palette: Palette) -> String {
    let mut table = Table::default();
    for (token, who) in [
        ("dev-operator", "sees all trips"),
        ("dev-customer-1", "is customer 1; any other id will do as well"),
    ] {
        let header = format!("Authorization: Bearer {token}");
        table.row([palette.code(header), palette.faint(who)]);
    }
    let why = "Sign in with a development token, accepted because it listens on loopback only:";
    format!("{why}\n\n{}", table.lines("  ").join("\n"))
}

#[cfg(test)]
mod tests {
    use domain::request::BookingRequest;

    use super::*;

    /// The default addresses.
    fn usual() -> Urls {
        let at = |port: u16| format!("http://127.0.0.1:{port}");
        Urls { api: at(8080), dynamodb: at(8000), aws: at(8081) }
    }

    fn text(urls: &Urls, data: Option<&Path>) -> String {
        let now = "2026-01-30T12:34:56Z".parse().unwrap();
        Welcome { urls, data, now, program: None }.text(Palette::PLAIN)
    }

    #[test]
    fn a_program_that_no_shell_finds_by_its_name_gets_one() {
        let (urls, now) = (usual(), Timestamp::from_millis(0));
        let program = Some(PathBuf::from("/a b/target/debug/trip"));
        let text = Welcome { urls: &urls, data: None, now, program }.text(Palette::PLAIN);
        assert!(text.contains("  alias trip='/a b/target/debug/trip'\n  trip timeline"), "{text}");
        assert!(!self::text(&urls, None).contains("alias"));
    }

    #[test]
    fn the_first_booking_is_valid_also_at_the_end_of_a_month() {
        let urls = usual();
        let text = text(&urls, None);
        let (_, rest) = text.split_once("-d '").unwrap();
        let (body, _) = rest.split_once('\'').unwrap();
        let request = BookingRequest::parse(&serde_json::from_str(body).unwrap()).unwrap();
        let details = request.details().unwrap();
        assert_eq!(details.flight().departure.to_string(), "2026-02-28T10:00:00");
        assert_eq!(request.trip_id.unwrap().as_str(), "first-20260130-123456");
        assert!(text.contains("/trips/first-20260130-123456 "), "{text}");
    }

    #[test]
    fn it_says_where_everything_is_and_whether_it_stays() {
        let urls = usual();
        let kept = text(&urls, Some(Path::new("./.trip")));
        assert!(kept.contains("Console"), "{kept}");
        for place in ["http://127.0.0.1:8000", "http://127.0.0.1:8081", "./.trip", "loopback"] {
            assert!(kept.contains(place), "{place}");
        }
        assert!(text(&urls, None).contains("gone when this stops"));
    }

    #[test]
    fn unusual_addresses_are_exported_for_the_other_commands() {
        assert!(!text(&usual(), None).contains("export"));
        let elsewhere = Urls { aws: "http://127.0.0.1:4711".to_owned(), ..usual() };
        let text = text(&elsewhere, None);
        assert!(text.contains("  export TRIP_AWS_ENDPOINT=http://127.0.0.1:4711\n"), "{text}");
    }
}
