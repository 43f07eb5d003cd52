//! What was asked for: the flight, the hotel and the total, checked once and then fixed.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::text::text_value;
use crate::{Money, TicketTime};

/// An airline designator of two characters, at least one of them a letter, then a number of up to
/// four digits, and perhaps a letter that tells two departures apart: `NH1`, `BA15D`.
///
/// Kept in capitals, without a blank and without leading zeros: `nh 001` is kept as `NH1`. Texts
/// that earlier releases accepted but that are not flight numbers, such as `001234`, are kept as
/// they were stored.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FlightNumber(String);

/// The name of a hotel: 1 to 100 Unicode code points, none of them a control character, without the
/// white space around it.
///
/// One rule for all scripts: beyond that a name is kept, compared and shown code point by code
/// point. Nothing is normalised, cased or reordered, so a composed and a decomposed letter are two
/// names, and right-to-left text, joiners and emoji come back as they were sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HotelName(String);

/// The text is not a flight number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be an airline's two characters, one of them a letter, and then 1 to 4 digits, not all zero, such as NH1 or BA15D"
)]
pub struct FlightNumberFormat;

/// The text is not a hotel name.
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
        let number = number.strip_prefix(' ').unwrap_or(number);
        let digits = number.strip_suffix(|last: char| last.is_ascii_alphabetic()).unwrap_or(number);
        let significant = number.trim_start_matches('0');
        let fits = airline.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && airline.bytes().any(|byte| byte.is_ascii_alphabetic())
            && (1..=4).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && significant.starts_with(|first: char| first.is_ascii_digit());
        fits.then(|| Self(format!("{airline}{significant}").to_ascii_uppercase()))
            .ok_or(FlightNumberFormat)
    }

    /// Reads what this or an earlier release stored.
    fn stored(text: &str) -> Result<Self, FlightNumberFormat> {
        let was_taken = (3..=6).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && text.bytes().skip(2).all(|byte| byte.is_ascii_digit());
        Self::parse(text).or_else(|error| was_taken.then(|| Self(text.to_owned())).ok_or(error))
    }
}

impl HotelName {
    /// The most code points of a text that is read as a name, including white space around it.
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

text_value!(FlightNumber, FlightNumberFormat, read by stored);
text_value!(HotelName, HotelNameFormat, read by parse);

/// The flight that was asked for. How its parts must fit together is a rule of the request.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FlightDetails {
    /// The flight's number.
    pub number: FlightNumber,
    /// When it leaves, as printed on the ticket.
    pub departure: TicketTime,
    /// When it arrives, as printed on the ticket.
    pub arrival: TicketTime,
    /// What it costs.
    pub price: Money,
}

/// The hotel stay that was asked for. How its parts must fit together is a rule of the request.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HotelDetails {
    /// The hotel's name.
    pub name: HotelName,
    /// The first night's date.
    pub check_in: Date,
    /// The date of leaving.
    pub check_out: Date,
    /// What the stay costs.
    pub price: Money,
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
    /// The total differs from the sum of the prices; holds the sum.
    #[error("must equal the sum of the flight's and the hotel's price, which is {}", .0.printed())]
    NotTheSum(Money),
}

impl TripDetails {
    /// A trip from its parts.
    ///
    /// # Errors
    /// [`TripPrices`] if the currencies differ or the total is not the sum.
    pub fn new(
        flight: FlightDetails,
        hotel: HotelDetails,
        total: Money,
    ) -> Result<Self, TripPrices> {
        let currency = total.currency();
        if flight.price.currency() != currency || hotel.price.currency() != currency {
            return Err(TripPrices::MixedCurrencies);
        }
        match flight.price.plus(hotel.price) {
            sum if sum == total => Ok(Self { flight, hotel, total }),
            sum => Err(TripPrices::NotTheSum(sum)),
        }
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
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("NH1", Some("NH1"))]
    #[case("NH001", Some("NH1"))]
    #[case("nh 0010", Some("NH10"))]
    #[case("9W1234", Some("9W1234"))]
    #[case("U2 8", Some("U28"))]
    #[case("BA015D", Some("BA15D"))]
    #[case("ba 1234d", Some("BA1234D"))]
    #[case("NH", None)]
    #[case("NH ", None)]
    #[case("NH  1", None)]
    #[case("NH1 D", None)]
    #[case("NH1DE", None)]
    #[case("NHD", None)]
    #[case("NH0", None)]
    #[case("NH00D", None)]
    #[case("1234", None)]
    #[case("001234", None)]
    #[case("00000", None)]
    #[case("NH12345", None)]
    #[case("ANA1", None)]
    #[case("日本1", None)]
    fn a_flight_number_is_a_designator_and_digits(#[case] text: &str, #[case] is: Option<&str>) {
        assert_eq!(FlightNumber::parse(text).ok().map(String::from).as_deref(), is);
    }

    /// A saga that was started under an earlier release continues with what that release stored.
    #[rstest]
    #[case("NH001", "NH1")]
    #[case("NH1", "NH1")]
    #[case("BA15D", "BA15D")]
    #[case("001234", "001234")]
    #[case("00000", "00000")]
    #[case("NH0", "NH0")]
    fn what_earlier_releases_stored_is_read(#[case] stored: &str, #[case] is: &str) {
        let number = FlightNumber::try_from(stored.to_owned()).unwrap();
        assert_eq!(String::from(number), is);
        assert!(FlightNumber::try_from(format!("{stored}-")).is_err());
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
