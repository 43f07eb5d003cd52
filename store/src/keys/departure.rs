//! The keys of the search view's indexes: months, and places within them by departure.

use domain::{TicketTime, TripId, TripStatus};

/// Sorts after every character of a trip id.
const AFTER_ANY_ID: char = '~';
/// Sorts before every character of a trip id.
const BEFORE_ANY_ID: char = '!';

/// The partition of `status-departure-index`: `CONFIRMED#2026-03`.
#[must_use]
pub fn status_month(status: TripStatus, month: &str) -> String {
    format!("{status}#{month}")
}

/// A trip's place among others by departure: `2026-03-01T10:00#trip-1`.
///
/// ```
/// use domain::{TicketTime, TripId};
/// use store::keys::{departure_ceiling, departure_floor, departure_key};
///
/// let departure = TicketTime::parse("2026-03-01T10:00:00+09:00").unwrap();
/// let key = departure_key(&departure, &TripId::parse("trip-1").unwrap());
/// assert!(departure_floor("2026-03-01T10:00") < key);
/// assert!(key < departure_ceiling("2026-03-01T10:00"));
/// ```
#[must_use]
pub fn departure_key(departure: &TicketTime, trip: &TripId) -> String {
    format!("{}#{trip}", departure.to_minute())
}

/// Sorts before the trips that depart at `minute` (`YYYY-MM-DDThh:mm`), and after all earlier ones.
#[must_use]
pub fn departure_floor(minute: &str) -> String {
    format!("{minute}#")
}

/// Sorts after the trips that depart at `minute`, and before all later ones.
#[must_use]
pub fn departure_ceiling(minute: &str) -> String {
    format!("{minute}#{AFTER_ANY_ID}")
}

/// Sorts right after `key`: no departure key lies between.
#[must_use]
pub fn just_after(key: &str) -> String {
    format!("{key}{BEFORE_ANY_ID}")
}

/// Sorts right before `key`: no departure key lies between. DynamoDB takes one condition on a sort
/// key, so an open upper end has to become a closed one within a range.
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
        // one.
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
            let minute = &key[..16];
            let within = departure_floor(minute) < other && other < departure_ceiling(minute);
            prop_assert_eq!(within, &other[..16] == minute);
        }
    }

    #[test]
    fn keys_look_as_documented() {
        let departure = TicketTime::parse("2026-03-01T10:00:59+09:00").unwrap();
        let trip = TripId::parse("trip-1").unwrap();
        assert_eq!(departure_key(&departure, &trip), "2026-03-01T10:00#trip-1");
        assert_eq!(status_month(TripStatus::Confirmed, "2026-03"), "CONFIRMED#2026-03");
    }
}
