//! Money: an exact decimal and an ISO 4217 currency. No amount ever passes through a float.

use std::fmt;

use iso_currency::{Currency, IntoEnumIterator};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Most digits before the decimal point. Bounded so that no sum can overflow the decimal.
pub const MAX_INTEGER_DIGITS: usize = 15;
/// The largest whole number with that many digits.
pub const MAX_WHOLE: u64 = 999_999_999_999_999;
/// The most decimals that may be other than zero: no ISO 4217 currency has a finer minor unit.
pub const MAX_DECIMALS: usize = 4;
/// The most zeros that may follow those decimals: databases and decimal types print as many as they
/// were declared with.
pub const MAX_ZEROS: usize = 15;

/// Currencies that `iso_currency` counts as superseded though they are in use: Venezuela has two
/// codes.
const NOT_SUPERSEDED: [Currency; 1] = [Currency::VES];

/// An amount of one currency, which may be zero: an award seat costs nothing.
///
/// In JSON: `{"value": "80000", "currency": "JPY"}`, always strings, with exactly the decimals that
/// the currency has.
///
/// ```
/// use domain::money::{Money, MoneyError, parse_amount, parse_currency};
///
/// let yen = parse_currency("JPY")?;
/// let price = Money::new(parse_amount("80000")?, yen)?;
/// assert_eq!(serde_json::to_string(&price).unwrap(), r#"{"value":"80000","currency":"JPY"}"#);
/// assert_eq!(Money::new(parse_amount("0.5")?, yen), Err(MoneyError::TooManyDecimals));
/// # Ok::<_, MoneyError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "MoneyText", into = "MoneyText")]
pub struct Money {
    value: Decimal,
    currency: Currency,
}

/// Why something is not a [`Money`]; the message is the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not a plain decimal number within the bounds.
    #[error(
        "must be a decimal string such as \"199.90\", at most 15 digits before the point and 4 after it"
    )]
    Format,
    /// Less than zero. A text with a sign is a [`Self::Format`] error instead.
    #[error("must not be less than zero")]
    Negative,
    /// Finer than the currency's minor unit.
    #[error("has more decimals than the currency allows")]
    TooManyDecimals,
    /// Not a code of ISO 4217.
    #[error("must be an ISO 4217 currency code such as JPY")]
    UnknownCurrency,
    /// The ISO 4217 code of something that is not a currency in use, or not a code at all.
    #[error("must be the ISO 4217 code of a currency that is in use, such as JPY")]
    NotInUse,
}

impl Money {
    /// An amount in the given currency.
    ///
    /// # Errors
    /// [`MoneyError::Negative`] and [`MoneyError::TooManyDecimals`].
    pub fn new(value: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        if value < Decimal::ZERO {
            return Err(MoneyError::Negative);
        }
        // 100 and 100.00 are one amount and must have one hash.
        let value = value.normalize();
        if value.scale() > u32::from(decimals(currency)) {
            return Err(MoneyError::TooManyDecimals);
        }
        Ok(Self { value, currency })
    }

    /// The amount, without its currency.
    #[must_use]
    pub fn value(&self) -> Decimal {
        self.value
    }

    /// The currency.
    #[must_use]
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// The sum of two amounts of one currency.
    pub(crate) fn plus(self, other: Self) -> Self {
        Self { value: (self.value + other.value).normalize(), ..self }
    }

    /// The amount as it is printed: with all decimals of its currency, such as `100.10`.
    pub(crate) fn printed(self) -> String {
        format!("{:.*}", usize::from(decimals(self.currency)), self.value)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.printed(), self.currency.code())
    }
}

/// The number of decimals of the currency's minor unit; 0 for a currency without one.
#[must_use]
pub fn decimals(currency: Currency) -> u16 {
    currency.exponent().unwrap_or(0)
}

/// Reads a plain decimal: digits, optionally followed by a point and more digits. No sign, no
/// exponent. Zeros at either end are dropped.
///
/// # Errors
/// [`MoneyError::Format`] outside the bounds.
pub fn parse_amount(text: &str) -> Result<Decimal, MoneyError> {
    let (integer, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str, most| {
        (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let exact = decimals.trim_end_matches('0');
    if !digits(integer, MAX_INTEGER_DIGITS)
        || !digits(decimals, MAX_DECIMALS + MAX_ZEROS)
        || exact.len() > MAX_DECIMALS
    {
        return Err(MoneyError::Format);
    }
    let whole = integer.len();
    let end = if exact.is_empty() { whole } else { whole + 1 + exact.len() };
    text[..end].parse().map_err(|_| MoneyError::Format)
}

/// Reads a whole JSON number, however it is spelled: `80000`, `80000.0`, `8e4`. It reads the
/// digits, so that no float can lose any.
///
/// # Errors
/// [`MoneyError::Format`] outside the bounds, and for a number with a fraction.
pub fn parse_whole(number: &str) -> Result<Decimal, MoneyError> {
    let read = match number.contains(['e', 'E']) {
        true => Decimal::from_scientific(number),
        false => number.parse(),
    };
    let exact = read.ok().filter(|_| number.len() <= EXACT_DIGITS);
    match exact.map(|value| value.normalize()) {
        Some(value) if value < Decimal::ZERO => Err(MoneyError::Negative),
        Some(value) if value.is_integer() && value <= Decimal::from(MAX_WHOLE) => Ok(value),
        _ => Err(MoneyError::Format),
    }
}

/// The number of digits that a decimal keeps exactly; it rounds longer numbers.
const EXACT_DIGITS: usize = 28;

/// Reads an ISO 4217 code in capitals, in use or not: old bookings can still be read.
///
/// # Errors
/// [`MoneyError::UnknownCurrency`].
pub fn parse_currency(code: &str) -> Result<Currency, MoneyError> {
    Currency::from_code(code).ok_or(MoneyError::UnknownCurrency)
}

/// Reads the ISO 4217 code of a currency that a trip can be paid with.
///
/// # Errors
/// [`MoneyError::NotInUse`].
pub fn parse_currency_in_use(code: &str) -> Result<Currency, MoneyError> {
    Currency::from_code(code).filter(|currency| is_in_use(*currency)).ok_or(MoneyError::NotInUse)
}

/// The currencies that a trip can be paid with: those that ISO 4217 lists today, without funds,
/// metals, units of account, and codes for tests or for no currency at all.
pub fn currencies_in_use() -> impl Iterator<Item = Currency> {
    Currency::iter().filter(|currency| is_in_use(*currency))
}

fn is_in_use(currency: Currency) -> bool {
    let is_superseded = currency.is_superseded().is_some() && !NOT_SUPERSEDED.contains(&currency);
    !(is_superseded || currency.is_fund() || currency.is_special())
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct MoneyText {
    value: String,
    currency: String,
}

impl From<Money> for MoneyText {
    fn from(money: Money) -> Self {
        Self { value: money.printed(), currency: money.currency.code().to_owned() }
    }
}

impl TryFrom<MoneyText> for Money {
    type Error = MoneyError;

    fn try_from(text: MoneyText) -> Result<Self, Self::Error> {
        Self::new(parse_amount(&text.value)?, parse_currency(&text.currency)?)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("0.10", Ok("0.1"))]
    #[case("19.99", Ok("19.99"))]
    #[case("0", Ok("0"))]
    #[case("0.00", Ok("0"))]
    #[case("00042", Ok("42"))]
    #[case("100.100000", Ok("100.1"))]
    #[case("999999999999999.9999000000000000000", Ok("999999999999999.9999"))]
    #[case("999999999999999.99990000000000000000", Err(MoneyError::Format))]
    #[case("-1", Err(MoneyError::Format))]
    #[case("1e2", Err(MoneyError::Format))]
    #[case("1.", Err(MoneyError::Format))]
    #[case(".5", Err(MoneyError::Format))]
    #[case("1_000", Err(MoneyError::Format))]
    #[case("", Err(MoneyError::Format))]
    #[case("1000000000000000", Err(MoneyError::Format))]
    #[case("0.00001", Err(MoneyError::Format))]
    fn an_amount_is_a_plain_decimal(
        #[case] text: &str,
        #[case] expected: Result<&str, MoneyError>,
    ) {
        assert_eq!(parse_amount(text).map(|value| value.to_string()), expected.map(str::to_owned));
    }

    #[rstest]
    #[case("80000", Ok("80000"))]
    #[case("80000.0", Ok("80000"))]
    #[case("8e4", Ok("80000"))]
    #[case("8.0E+4", Ok("80000"))]
    #[case("8000000e-2", Ok("80000"))]
    #[case("0", Ok("0"))]
    #[case("-0.0", Ok("0"))]
    #[case("999999999999999", Ok("999999999999999"))]
    #[case("9.99999999999999e14", Ok("999999999999999"))]
    #[case("1e15", Err(MoneyError::Format))]
    #[case("1e300", Err(MoneyError::Format))]
    #[case("1e-300", Err(MoneyError::Format))]
    #[case("80000.5", Err(MoneyError::Format))]
    #[case("999999999999999.05", Err(MoneyError::Format))]
    #[case("80000.00000000000000001", Err(MoneyError::Format))]
    #[case("80000.0000000000000000000000000001", Err(MoneyError::Format))]
    #[case("-1", Err(MoneyError::Negative))]
    fn a_number_is_whole_however_it_is_spelled(
        #[case] text: &str,
        #[case] expected: Result<&str, MoneyError>,
    ) {
        assert_eq!(parse_whole(text).map(|value| value.to_string()), expected.map(str::to_owned));
    }

    #[rstest]
    #[case("100.5", "JPY", Err(MoneyError::TooManyDecimals))]
    #[case("100.00", "JPY", Ok("100 JPY"))]
    #[case("19.99", "USD", Ok("19.99 USD"))]
    #[case("100.100000", "USD", Ok("100.10 USD"))]
    #[case("0", "USD", Ok("0.00 USD"))]
    #[case("19.999", "USD", Err(MoneyError::TooManyDecimals))]
    #[case("1.2", "KWD", Ok("1.200 KWD"))]
    fn money_is_printed_with_the_decimals_of_its_minor_unit(
        #[case] value: &str,
        #[case] currency: &str,
        #[case] expected: Result<&str, MoneyError>,
    ) {
        let money = Money::new(parse_amount(value).unwrap(), parse_currency(currency).unwrap());
        assert_eq!(money.map(|money| money.to_string()), expected.map(str::to_owned));
    }

    #[test]
    fn money_is_never_less_than_nothing() {
        assert_eq!(Money::new(Decimal::from(-1), Currency::JPY), Err(MoneyError::Negative));
    }

    #[test]
    fn json_carries_strings_only() {
        let json = r#"{"value":"19.90","currency":"USD"}"#;
        let money: Money = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&money).unwrap(), json);
        assert!(serde_json::from_str::<Money>(r#"{"value":19.99,"currency":"USD"}"#).is_err());
    }

    #[rstest]
    #[case(r#"{"value":"100.1","currency":"USD"}"#, r#"{"value":"100.10","currency":"USD"}"#)]
    #[case(r#"{"value":"5","currency":"BGN"}"#, r#"{"value":"5.00","currency":"BGN"}"#)]
    #[case(r#"{"value":"7","currency":"XAU"}"#, r#"{"value":"7","currency":"XAU"}"#)]
    fn what_earlier_releases_stored_is_read(#[case] stored: &str, #[case] printed: &str) {
        let money: Money = serde_json::from_str(stored).unwrap();
        assert_eq!(serde_json::to_string(&money).unwrap(), printed);
    }

    /// ISO 4217's list one as amended until 2026, without funds (BOV, CHE, CHW, CLF, COU, MXV, USN,
    /// UYI, UYW) and without codes that are not money (XAD, XAG, XAU, XBA, XBB, XBC, XBD, XDR, XPD,
    /// XPT, XSU, XTS, XUA). Removed: HRK (2023), SLL (2024), ZWL (2024), CUC (2021), ANG (2025, now
    /// XCG) and BGN (2026).
    const IN_USE: &str = "\
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF \
        CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ \
        GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP \
        LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR \
        PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC \
        SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF \
        XPF YER ZAR ZMW ZWG";

    #[test]
    fn a_trip_is_paid_in_a_currency_that_is_in_use() {
        let mut codes: Vec<_> = currencies_in_use().map(|currency| currency.code()).collect();
        codes.sort_unstable();
        assert_eq!(codes, IN_USE.split_whitespace().collect::<Vec<_>>());
        assert!(currencies_in_use().all(|currency| currency.exponent().is_some()));
        for refused in [concat!("X", "XX"), "XAU", "BGN", "ANG", "CLF", "yen", "jpy", ""] {
            assert_eq!(parse_currency_in_use(refused), Err(MoneyError::NotInUse), "{refused}");
        }
    }
}
