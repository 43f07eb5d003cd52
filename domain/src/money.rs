//! Money: an exact decimal and an ISO 4217 currency. No amount ever passes through a float.

use std::fmt;

use iso_currency::Currency;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Most digits before the decimal point. Bounded so that no sum can overflow the decimal.
pub const MAX_INTEGER_DIGITS: usize = 15;
/// Most digits after it: no ISO 4217 currency has a finer minor unit.
pub const MAX_DECIMALS: usize = 4;

/// A positive amount of one currency.
///
/// In JSON: `{"value": "80000", "currency": "JPY"}`, always strings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "MoneyText", into = "MoneyText")]
pub struct Money {
    value: Decimal,
    currency: Currency,
}

/// Why something is no [`Money`]; the message is the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not a plain decimal number within the bounds.
    #[error(
        "must be a decimal string such as \"199.90\", at most 15 digits before the point and 4 after it"
    )]
    Format,
    /// Zero; a sign does not even have the form.
    #[error("must be greater than zero")]
    NotPositive,
    /// Finer than the currency's minor unit.
    #[error("has more decimals than the currency allows")]
    TooManyDecimals,
    /// Not a code of ISO 4217.
    #[error("must be an ISO 4217 currency code such as JPY")]
    UnknownCurrency,
}

impl Money {
    /// An amount in the given currency.
    ///
    /// # Errors
    /// [`MoneyError::NotPositive`] and [`MoneyError::TooManyDecimals`].
    pub fn new(value: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        if value <= Decimal::ZERO {
            return Err(MoneyError::NotPositive);
        }
        // 100 and 100.00 are one amount and must have one hash and one text.
        let value = value.normalize();
        let finest = currency.exponent().unwrap_or(0);
        if value.scale() > u32::from(finest) {
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
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.value, self.currency.code())
    }
}

/// Reads a plain decimal: digits, and perhaps a point and more digits. No sign, no exponent.
///
/// # Errors
/// [`MoneyError::Format`] outside the bounds, [`MoneyError::NotPositive`] for zero.
pub fn parse_amount(text: &str) -> Result<Decimal, MoneyError> {
    let (integer, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str, most| {
        (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !digits(integer, MAX_INTEGER_DIGITS) || !digits(decimals, MAX_DECIMALS) {
        return Err(MoneyError::Format);
    }
    match text.parse::<Decimal>() {
        Ok(value) if value.is_zero() => Err(MoneyError::NotPositive),
        Ok(value) => Ok(value),
        Err(_) => Err(MoneyError::Format),
    }
}

/// Reads an ISO 4217 code in capitals.
///
/// # Errors
/// [`MoneyError::UnknownCurrency`].
pub fn parse_currency(code: &str) -> Result<Currency, MoneyError> {
    Currency::from_code(code).ok_or(MoneyError::UnknownCurrency)
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct MoneyText {
    value: String,
    currency: String,
}

impl From<Money> for MoneyText {
    fn from(money: Money) -> Self {
        Self { value: money.value.to_string(), currency: money.currency.code().to_owned() }
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
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("0.10", Ok("0.10"))]
    #[case("19.99", Ok("19.99"))]
    #[case("999999999999999.9999", Ok("999999999999999.9999"))]
    #[case("0", Err(MoneyError::NotPositive))]
    #[case("0.00", Err(MoneyError::NotPositive))]
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
    #[case("100.5", "JPY", Err(MoneyError::TooManyDecimals))]
    #[case("100.00", "JPY", Ok("100 JPY"))]
    #[case("19.99", "USD", Ok("19.99 USD"))]
    #[case("19.999", "USD", Err(MoneyError::TooManyDecimals))]
    #[case("1.234", "KWD", Ok("1.234 KWD"))]
    fn decimals_stop_at_the_minor_unit(
        #[case] value: &str,
        #[case] currency: &str,
        #[case] expected: Result<&str, MoneyError>,
    ) {
        let money = Money::new(parse_amount(value).unwrap(), parse_currency(currency).unwrap());
        assert_eq!(money.map(|money| money.to_string()), expected.map(str::to_owned));
    }

    #[test]
    fn json_carries_strings_only() {
        let json = r#"{"value":"19.99","currency":"USD"}"#;
        let money: Money = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&money).unwrap(), json);
        assert!(serde_json::from_str::<Money>(r#"{"value":19.99,"currency":"USD"}"#).is_err());
    }
}
