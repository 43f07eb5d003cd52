//! How the two times of a flight and the two dates of a stay must fit together.

use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan};

use crate::TicketTime;

/// The largest difference between the clocks of two places: UTC+14 and UTC-12.
const CLOCKS_APART: SignedDuration = SignedDuration::from_hours(26);
/// Longer than any flight, with its stops.
const LONGEST_FLIGHT: SignedDuration = SignedDuration::from_hours(3 * 24);
const LONGEST_STAY_YEARS: i32 = 2;

/// Why two times are not those of a flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum FlightTimes {
    /// Compared as instants.
    #[error("must be after departure_time")]
    NotAfterDeparture,
    /// Compared as printed: further before the departure than any two clocks differ.
    #[error(
        "is more than 26 hours before departure_time, and no two local times differ by more: if both are \
         right, give both with their UTC offsets, such as +09:00"
    )]
    LongBeforeDeparture,
    /// In either comparison.
    #[error("must be at most three days after departure_time")]
    LongAfterDeparture,
    /// Only the departure has an offset.
    #[error("has no UTC offset, and departure_time has one: add it to this too, such as +09:00")]
    OffsetMissing,
    /// Only the arrival has an offset.
    #[error("has a UTC offset, and departure_time has none: add it to that too, such as +09:00")]
    OffsetAlone,
}

/// Whether a flight may have these times. Tickets print local times; by these, a flight across the
/// date line or through a change of the clocks can land before it took off.
pub(super) fn check_flight(
    departure: &TicketTime,
    arrival: &TicketTime,
) -> Result<(), FlightTimes> {
    let are_instants = departure.has_offset();
    match arrival.since(departure) {
        None if are_instants => Err(FlightTimes::OffsetMissing),
        None => Err(FlightTimes::OffsetAlone),
        Some(lasts) if are_instants && lasts <= SignedDuration::ZERO => {
            Err(FlightTimes::NotAfterDeparture)
        }
        Some(lasts) if lasts < -CLOCKS_APART => Err(FlightTimes::LongBeforeDeparture),
        Some(lasts) if lasts > LONGEST_FLIGHT => Err(FlightTimes::LongAfterDeparture),
        Some(_) => Ok(()),
    }
}

/// Why two dates are not those of a stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum StayDates {
    /// A stay without a night.
    #[error(
        "must be after check_in_date: day use, a stay of the same day without a night, cannot be booked"
    )]
    SameDay,
    /// The dates are in the wrong order.
    #[error("must be after check_in_date")]
    BeforeCheckIn,
    /// Most likely a mistake in the year.
    #[error("must be at most two years after check_in_date")]
    TooLong,
}

/// Whether a stay may have these two dates.
pub(super) fn check_stay(check_in: Date, check_out: Date) -> Result<(), StayDates> {
    let latest = check_in.saturating_add(LONGEST_STAY_YEARS.years());
    match check_out {
        date if date == check_in => Err(StayDates::SameDay),
        date if date < check_in => Err(StayDates::BeforeCheckIn),
        date if date > latest => Err(StayDates::TooLong),
        _ => Ok(()),
    }
}
