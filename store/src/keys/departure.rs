//! The keys of the search view's indexes: months, and the order by departure within them.

use std::fmt;

use domain::time::to_minute;
use domain::{CustomerId, TicketTime, TripId, TripStatus};
use jiff::civil::{Date, DateTime};

/// Sorts after every character of a trip id.
const AFTER_ANY_ID: char = '~';
/// Sorts before every character of a trip id.
const BEFORE_ANY_ID: char = '!';

/// A month of departure, counted from January of the year 0. Written as `2026-03`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(i32);

impl Month {
    /// The month of a date.
    #[must_use]
    pub fn of(date: Date) -> Self {
        Self(i32::from(date.year()) * 12 + i32::from(date.month()) - 1)
    }

    /// The months from this one to `last`.
    pub fn to(self, last: Self) -> impl DoubleEndedIterator<Item = Self> {
        (self.0..=last.0).map(Self)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0 / 12, self.0 % 12 + 1)
    }
}

/// The partition of `status-departure-index`: `CONFIRMED#2026-03`.
#[must_use]
pub fn status_month(status: TripStatus, month: Month) -> String {
    format!("{status}#{month}")
}

/// The partition of `customer-status-departure-index`: `customer-1#CONFIRMED`.
#[must_use]
pub fn customer_status(customer: &CustomerId, status: TripStatus) -> String {
    format!("{customer}#{status}")
}

/// A trip's place among others by departure: `2026-03-01T10:00#trip-1`.
///
/// ```
/// use domain::{TicketTime, TripId};
/// use store::keys::{departure_ceiling, departure_floor, departure_key};
///
/// let departure = TicketTime::parse("2026-03-01T10:00:00+09:00").unwrap();
/// let key = departure_key(&departure, &TripId::parse("trip-1").unwrap());
/// assert!(departure_floor(departure.local()) < key);
/// assert!(key < departure_ceiling(departure.local()));
/// ```
#[must_use]
pub fn departure_key(departure: &TicketTime, trip: &TripId) -> String {
    format!("{}#{trip}", departure.to_minute())
}

/// The month of a [`departure_key`]; `None` if the key is damaged.
#[must_use]
pub fn month_of(key: &str) -> Option<Month> {
    let date = key.split_once('T')?.0;
    date.parse().ok().map(Month::of)
}

/// Sorts before the trips that depart in the minute of `time`, and after all earlier ones.
#[must_use]
pub fn departure_floor(time: DateTime) -> String {
    format!("{}#", to_minute(time))
}

/// Sorts after the trips that depart in the minute of `time`, and before all later ones.
#[must_use]
pub fn departure_ceiling(time: DateTime) -> String {
    format!("{}#{AFTER_ANY_ID}", to_minute(time))
}

/// Sorts directly after `key`: no departure key lies between.
#[must_use]
pub fn just_after(key: &str) -> String {
    format!("{key}{BEFORE_ANY_ID}")
}

/// Sorts directly before `key`: no departure key lies between. DynamoDB accepts one condition on a
/// sort key, so the open upper end of a range has to become a closed one.
#[must_use]
pub fn just_before(key: &str) -> String {
    let mut chars: Vec<char> = key.chars().collect();
    let last = chars.pop().and_then(|last| char::from_u32(u32::from(last).wrapping_sub(1)));
    chars.extend(last);
    chars.push(AFTER_ANY_ID);
    chars.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key() -> impl Strategy<Value = String> {
        let minute = "2026-0[1-3]-0[1-3]T0[0-2]:0[0-2]";
        // A small alphabet makes prefixes and neighbours likely; its ends are those of the real
        // alphabet.
        (minute, "[-09AZ_az]{1,4}").prop_map(|(minute, trip)| format!("{minute}#{trip}"))
    }

    proptest! {
        #[test]
        fn nothing_lies_between_a_key_and_its_bounds(key in key(), other in key()) {
            prop_assert_eq!(other > just_after(&key), other > key);
            prop_assert_eq!(other < just_after(&key), other <= key);
            prop_assert_eq!(other < just_before(&key), other < key);
            prop_assert_eq!(other > just_before(&key), other >= key);
        }

        #[test]
        fn floor_and_ceiling_enclose_one_minute(key in key(), other in key()) {
            let minute = key[..16].parse().unwrap();
            let within = departure_floor(minute) < other && other < departure_ceiling(minute);
            prop_assert_eq!(within, other[..16] == key[..16]);
        }
    }

    #[test]
    fn keys_look_as_documented() {
        let departure = TicketTime::parse("2026-03-01T10:00:59+09:00").unwrap();
        let trip = TripId::parse("trip-1").unwrap();
        let (key, month) = (departure_key(&departure, &trip), Month::of(departure.date()));
        assert_eq!((key.as_str(), month_of(&key)), ("2026-03-01T10:00#trip-1", Some(month)));
        assert_eq!(status_month(TripStatus::Confirmed, month), "CONFIRMED#2026-03");
        let customer = CustomerId::parse("customer-1").unwrap();
        assert_eq!(customer_status(&customer, TripStatus::Confirmed), "customer-1#CONFIRMED");
    }
}
