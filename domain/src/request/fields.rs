//! What stands in single fields: how each is read, and the JSON Schema of the same texts and numbers.
//!
//! Patterns keep to what JSON Schema draft 4 and ECMA 262 have in common with other engines: no
//! look-around, no classes whose members differ from engine to engine.

use std::fmt::Display;

use iso_currency::{Currency, IntoEnumIterator};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::shape::{Broken, Scalar, broken};
use crate::details::{FlightNumber, HotelName};
use crate::money::{self, MoneyError};
use crate::{TicketTime, TripId, time};

/// A real date of the years 0000 to 9999: by the months' lengths, then 29 February of leap years.
const DATE: &str = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])\
    |[0-9]{4}-(0[13-9]|1[0-2])-(29|30)\
    |[0-9]{4}-(0[13578]|1[02])-31\
    |([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29";
const CLOCK: &str = "T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?";
const OFFSET: &str = "(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?";

/// White space as Unicode has it, written out: engines disagree on their own class.
const SPACE: &str = r"\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000";
const CONTROL: &str = r"\u0000-\u001f\u007f-\u009f";

impl Scalar for TripId {
    fn parse(value: &Value) -> Result<Self, Broken> {
        formatted(value, Self::parse)
    }

    fn schema() -> Value {
        let mut schema = pattern("^[A-Za-z0-9_-]{1,64}$", Self::RULE);
        schema["not"] = json!({ "enum": ["search"] });
        schema
    }
}

impl Scalar for FlightNumber {
    fn parse(value: &Value) -> Result<Self, Broken> {
        formatted(value, Self::parse)
    }

    fn schema() -> Value {
        pattern("^[A-Za-z0-9]{2}[0-9]{1,4}$", crate::details::FlightNumberFormat)
    }
}

impl Scalar for HotelName {
    fn parse(value: &Value) -> Result<Self, Broken> {
        formatted(value, Self::parse)
    }

    fn schema() -> Value {
        let (inner, outer) = (format!("[^{CONTROL}]"), format!("[^{SPACE}{CONTROL}]"));
        let name = format!("^[{SPACE}]*{outer}({inner}{{0,98}}{outer})?[{SPACE}]*$");
        let mut schema = pattern(&name, crate::details::HotelNameFormat);
        schema["maxLength"] = json!(Self::LONGEST_UNTRIMMED);
        schema
    }
}

impl Scalar for TicketTime {
    fn parse(value: &Value) -> Result<Self, Broken> {
        formatted(value, Self::parse)
    }

    fn schema() -> Value {
        pattern(&format!("^({DATE}){CLOCK}{OFFSET}$"), time::TimeFormat)
    }
}

impl Scalar for Date {
    fn parse(value: &Value) -> Result<Self, Broken> {
        formatted(value, time::parse_date)
    }

    fn schema() -> Value {
        pattern(&format!("^({DATE})$"), time::DateFormat)
    }
}

impl Scalar for Currency {
    fn parse(value: &Value) -> Result<Self, Broken> {
        formatted(value, money::parse_currency)
    }

    fn schema() -> Value {
        let mut codes: Vec<_> = Self::iter().map(|currency| currency.code()).collect();
        codes.sort_unstable();
        json!({ "type": "string", "enum": codes, "description": MoneyError::UnknownCurrency.to_string() })
    }
}

/// A decimal string, or a whole JSON number: anything else would have passed through a float.
impl Scalar for Decimal {
    fn parse(value: &Value) -> Result<Self, Broken> {
        let digits = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) if !number.is_f64() => number.to_string(),
            Value::Number(_) => return Err(broken("format", MoneyError::Format)),
            _ => return Err(broken("type", "must be a decimal string or a whole number")),
        };
        money::parse_amount(&digits).map_err(|error| match error {
            MoneyError::NotPositive => broken("positive", error),
            _ => broken("format", error),
        })
    }

    fn schema() -> Value {
        let text = json!({
            "type": "string", "pattern": r"^[0-9]{1,15}(\.[0-9]{1,4})?$", "not": { "pattern": "^[0.]*$" },
        });
        let whole = json!({ "type": "integer", "minimum": 1, "maximum": 999_999_999_999_999_u64 });
        json!({ "anyOf": [text, whole], "description": MoneyError::Format.to_string() })
    }
}

pub(super) fn text(value: &Value) -> Result<&str, Broken> {
    value.as_str().ok_or_else(|| broken("type", "must be a string"))
}

fn formatted<T, E: Display>(
    value: &Value,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Result<T, Broken> {
    parse(text(value)?).map_err(|error| broken("format", error))
}

/// The schema of texts that match `pattern`, described by the rule that an error tells.
pub(super) fn pattern(pattern: &str, rule: impl Display) -> Value {
    json!({ "type": "string", "pattern": pattern, "description": rule.to_string() })
}
