//! What was asked for: the flight, the hotel and the total, checked once and then fixed.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{Money, TicketTime};

/// An airline designator (two letters or digits) and one to four digits, in capitals: `NH1`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FlightNumber(String);

/// The name of a hotel: 1 to 100 Unicode code points, none of them a control character, without the
/// white space around it.
///
/// One rule for all scripts: beyond that a name is kept, compared and shown code point by code point.
/// Nothing is normalised, cased or reordered, so a composed and a decomposed letter are two names, and
/// right-to-left text, joiners and emoji come back as they were sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HotelName(String);

/// Why a text is no flight number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be two letters or digits and then 1 to 4 digits, such as NH001")]
pub struct FlightNumberFormat;

/// Why a text is no hotel name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 100 characters after trimming, none of them a control character")]
pub struct HotelNameFormat;

impl FlightNumber {
    /// Reads a flight number, in capitals or not.
    ///
    /// # Errors
    /// [`FlightNumberFormat`].
    pub fn parse(text: &str) -> Result<Self, FlightNumberFormat> {
        let (airline, number) = text.split_at_checked(2).ok_or(FlightNumberFormat)?;
        let fits = airline.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && (1..=4).contains(&number.len())
            && number.bytes().all(|byte| byte.is_ascii_digit());
        fits.then(|| Self(text.to_ascii_uppercase())).ok_or(FlightNumberFormat)
    }
}

impl HotelName {
    /// Most code points of a text that is read as a name, white space around it included.
    pub(crate) const LONGEST_UNTRIMMED: usize = 200;

    /// Trims and reads a hotel's name.
    ///
    /// # Errors
    /// [`HotelNameFormat`].
    pub fn parse(text: &str) -> Result<Self, HotelNameFormat> {
        let name = text.trim();
        let fits = (1..=100).contains(&name.chars().count())
            && text.chars().count() <= Self::LONGEST_UNTRIMMED
            && !name.contains(char::is_control);
        fits.then(|| Self(name.to_owned())).ok_or(HotelNameFormat)
    }
}

macro_rules! text_value {
    ($name:ident, $error:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $error;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }
    };
}

text_value!(FlightNumber, FlightNumberFormat);
text_value!(HotelName, HotelNameFormat);

/// The flight that was asked for. It arrives after it departs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FlightDetails {
    number: FlightNumber,
    departure: TicketTime,
    arrival: TicketTime,
    price: Money,
}

/// Why two ticket times are no flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FlightTimes {
    /// Both comparable, in the wrong order.
    #[error("must be after departure_time")]
    ArrivalNotAfterDeparture,
    /// One has an offset and the other has none.
    #[error(
        "must have a UTC offset if departure_time has one, and none if it has none: add offsets to both"
    )]
    OffsetOnOne,
}

impl FlightDetails {
    /// A flight from its parts.
    ///
    /// # Errors
    /// [`FlightTimes`] where arrival is not after departure.
    pub fn new(
        number: FlightNumber,
        departure: TicketTime,
        arrival: TicketTime,
        price: Money,
    ) -> Result<Self, FlightTimes> {
        Self::check_times(&departure, &arrival)?;
        Ok(Self { number, departure, arrival, price })
    }

    /// Whether a flight may have these times.
    ///
    /// # Errors
    /// [`FlightTimes`] where arrival is not after departure, or cannot be compared with it.
    pub fn check_times(departure: &TicketTime, arrival: &TicketTime) -> Result<(), FlightTimes> {
        match arrival.is_after(departure) {
            Some(true) => Ok(()),
            Some(false) => Err(FlightTimes::ArrivalNotAfterDeparture),
            None => Err(FlightTimes::OffsetOnOne),
        }
    }

    /// The flight number.
    #[must_use]
    pub fn number(&self) -> &FlightNumber {
        &self.number
    }

    /// When it departs, as printed on the ticket.
    #[must_use]
    pub fn departure(&self) -> &TicketTime {
        &self.departure
    }

    /// When it arrives, as printed on the ticket.
    #[must_use]
    pub fn arrival(&self) -> &TicketTime {
        &self.arrival
    }

    /// What it costs.
    #[must_use]
    pub fn price(&self) -> Money {
        self.price
    }
}

/// The hotel stay that was asked for. It ends after the day it begins.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HotelDetails {
    name: HotelName,
    check_in: Date,
    check_out: Date,
    price: Money,
}

/// Why two dates are no stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be after check_in_date")]
pub struct StayDates;

impl HotelDetails {
    /// A stay from its parts.
    ///
    /// # Errors
    /// [`StayDates`] where check-out is not after check-in.
    pub fn new(
        name: HotelName,
        check_in: Date,
        check_out: Date,
        price: Money,
    ) -> Result<Self, StayDates> {
        Self::check_dates(check_in, check_out)?;
        Ok(Self { name, check_in, check_out, price })
    }

    /// Whether a stay may have these dates.
    ///
    /// # Errors
    /// [`StayDates`] where check-out is not after check-in.
    pub fn check_dates(check_in: Date, check_out: Date) -> Result<(), StayDates> {
        if check_out > check_in { Ok(()) } else { Err(StayDates) }
    }

    /// The hotel's name.
    #[must_use]
    pub fn name(&self) -> &HotelName {
        &self.name
    }

    /// The first night's date.
    #[must_use]
    pub fn check_in(&self) -> Date {
        self.check_in
    }

    /// The date of leaving.
    #[must_use]
    pub fn check_out(&self) -> Date {
        self.check_out
    }

    /// What the stay costs.
    #[must_use]
    pub fn price(&self) -> Money {
        self.price
    }
}

/// The whole trip that was asked for: one currency, and a total that is the sum of its parts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TripDetails {
    flight: FlightDetails,
    hotel: HotelDetails,
    total: Money,
}

/// Why the prices do not make a trip.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TripPrices {
    /// More than one currency.
    #[error("must be one currency for the whole trip")]
    MixedCurrencies,
    /// The total is another than the sum, which is given.
    #[error("must equal the sum of the flight's and the hotel's price, which is {0}")]
    NotTheSum(String),
}

impl TripDetails {
    /// A trip from its parts.
    ///
    /// # Errors
    /// [`TripPrices`] where the currencies differ or the total is not the sum.
    pub fn new(
        flight: FlightDetails,
        hotel: HotelDetails,
        total: Money,
    ) -> Result<Self, TripPrices> {
        Self::check_prices(flight.price, hotel.price, total)?;
        Ok(Self { flight, hotel, total })
    }

    /// Whether three prices make one trip.
    ///
    /// # Errors
    /// [`TripPrices`] where the currencies differ or the total is not the sum.
    pub fn check_prices(flight: Money, hotel: Money, total: Money) -> Result<(), TripPrices> {
        if flight.currency() != total.currency() || hotel.currency() != total.currency() {
            return Err(TripPrices::MixedCurrencies);
        }
        let sum = flight.value() + hotel.value();
        if sum != total.value() {
            return Err(TripPrices::NotTheSum(sum.normalize().to_string()));
        }
        Ok(())
    }

    /// The flight.
    #[must_use]
    pub fn flight(&self) -> &FlightDetails {
        &self.flight
    }

    /// The hotel stay.
    #[must_use]
    pub fn hotel(&self) -> &HotelDetails {
        &self.hotel
    }

    /// What the trip costs.
    #[must_use]
    pub fn total(&self) -> Money {
        self.total
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("NH001", Some("NH001"))]
    #[case("nh1", Some("NH1"))]
    #[case("9W1234", Some("9W1234"))]
    #[case("NH", None)]
    #[case("NH12345", None)]
    #[case("ANA1", None)]
    #[case("日本1", None)]
    fn a_flight_number_is_a_designator_and_digits(#[case] text: &str, #[case] is: Option<&str>) {
        assert_eq!(FlightNumber::parse(text).ok().map(String::from).as_deref(), is);
    }

    #[rstest]
    #[case("  Grand Hotel Tokyo ", Some("Grand Hotel Tokyo"))]
    #[case("Hôtel d'Été 🏨", Some("Hôtel d'Été 🏨"))]
    #[case("   ", None)]
    #[case("a\nb", None)]
    fn a_hotel_name_is_trimmed_and_not_blank(#[case] text: &str, #[case] is: Option<&str>) {
        assert_eq!(HotelName::parse(text).ok().map(String::from).as_deref(), is);
    }

    #[test]
    fn a_hotel_name_is_counted_in_characters() {
        assert!(HotelName::parse(&"館".repeat(100)).is_ok());
        assert_eq!(HotelName::parse(&"館".repeat(101)), Err(HotelNameFormat));
    }
}
