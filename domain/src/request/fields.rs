//! Single fields: how each is read, and the JSON Schema for the same texts and numbers.
//!
//! Patterns use only what JSON Schema draft 4 and ECMA 262 share with other engines: no
//! look-around, no classes whose members differ between engines.

use std::fmt::Display;

use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::form::Form;
use super::json::Json;
use super::shape::{Bodies, Broken, Scalar, broken};
use crate::details::{FlightNumber, HotelName};
use crate::money::{self, MoneyError};
use crate::{TicketTime, TripId, time};

/// A real date of the years 0000 to 9999: by the months' lengths, then 29 February of leap years.
const DATE: &str = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])\
    |[0-9]{4}-(0[13-9]|1[0-2])-(29|30)\
    |[0-9]{4}-(0[13578]|1[02])-31\
    |([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29";
const CLOCK: &str = r"[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.0{1,9})?)?";
const OFFSET: &str = "( ?(Z|[+-](0[0-9]|1[0-3])(:?[0-5][0-9])?|[+-]14(:?00)?))?";

/// White space as Unicode defines it, written out: engines disagree on their own class.
const SPACE: &str = r"\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000";
const CONTROL: &str = r"\u0000-\u001f\u007f-\u009f";

impl Scalar for TripId {
    fn parse(value: Json<'_>) -> Result<Self, Broken> {
        formatted(value, Self::parse)
    }

    fn text(&self) -> String {
        self.to_string()
    }

    fn schema(of: Bodies) -> Value {
        let mut schema = pattern("^[A-Za-z0-9_-]{1,64}$", Self::RULE);
        if of == Bodies::Taken {
            schema["not"] = json!({ "enum": ["search"] });
        }
        schema
    }
}

impl Scalar for FlightNumber {
    fn parse(value: Json<'_>) -> Result<Self, Broken> {
        formatted(value, Self::parse)
    }

    fn text(&self) -> String {
        self.to_string()
    }

    fn schema(_: Bodies) -> Value {
        let airline = "([A-Za-z][A-Za-z0-9]|[0-9][A-Za-z])";
        let number = "([1-9][0-9]{0,3}|0[1-9][0-9]{0,2}|00[1-9][0-9]?|000[1-9])";
        let text = format!("^{airline} ?{number}[A-Za-z]?$");
        pattern(&text, crate::details::FlightNumberFormat)
    }

    fn form() -> Form {
        let rewrites = vec![(" ".to_owned(), ""), ("^(..)0+".to_owned(), "$1")];
        Form::Text { in_capitals: true, rewrites }
    }
}

impl Scalar for HotelName {
    fn parse(value: Json<'_>) -> Result<Self, Broken> {
        formatted(value, Self::parse)
    }

    fn text(&self) -> String {
        self.to_string()
    }

    fn schema(_: Bodies) -> Value {
        let (inner, outer) = (format!("[^{CONTROL}]"), format!("[^{SPACE}{CONTROL}]"));
        let name = format!("^[{SPACE}]*{outer}({inner}{{0,98}}{outer})?[{SPACE}]*$");
        let mut schema = pattern(&name, crate::details::HotelNameFormat);
        schema["maxLength"] = json!(Self::LONGEST_UNTRIMMED);
        schema
    }

    fn form() -> Form {
        let rewrites = vec![(format!("^[{SPACE}]+|[{SPACE}]+$"), "")];
        Form::Text { in_capitals: false, rewrites }
    }
}

impl Scalar for TicketTime {
    fn parse(value: Json<'_>) -> Result<Self, Broken> {
        formatted(value, Self::parse)
    }

    fn text(&self) -> String {
        self.to_string()
    }

    fn schema(_: Bodies) -> Value {
        pattern(&format!("^({DATE}){CLOCK}{OFFSET}$"), time::TimeFormat)
    }

    fn form() -> Form {
        let rewrites = [
            ("^(.{10}) ", "$1T"),
            (" ", ""),
            (r"\.0+", ""),
            ("Z$", "+00:00"),
            ("(T.*[+-][0-9]{2})$", "$1:00"),
            ("(T.*[+-][0-9]{2})([0-9]{2})$", "$1:$2"),
            ("-00:00$", "+00:00"),
            ("(T[0-9]{2}:[0-9]{2})([+-].*)?$", "$1:00$2"),
        ];
        let rewrites = rewrites.map(|(find, put)| (find.to_owned(), put)).into();
        Form::Text { in_capitals: false, rewrites }
    }
}

impl Scalar for Date {
    fn parse(value: Json<'_>) -> Result<Self, Broken> {
        formatted(value, time::parse_date)
    }

    fn text(&self) -> String {
        self.to_string()
    }

    fn schema(_: Bodies) -> Value {
        pattern(&format!("^({DATE})$"), time::DateFormat)
    }
}

impl Scalar for Currency {
    fn parse(value: Json<'_>) -> Result<Self, Broken> {
        formatted(value, money::parse_currency_in_use)
    }

    fn text(&self) -> String {
        self.code().to_owned()
    }

    fn schema(_: Bodies) -> Value {
        let mut codes: Vec<_> =
            money::currencies_in_use().map(|currency| currency.code()).collect();
        codes.sort_unstable();
        json!({ "type": "string", "enum": codes, "description": MoneyError::NotInUse.to_string() })
    }
}

/// The price of a part of a trip; may be zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Price(pub(super) Decimal);

/// The price of a trip; must be greater than zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Total(pub(super) Decimal);

const AMOUNT: &str = r"^[0-9]{1,15}(\.[0-9]{1,4}0{0,15})?$";
/// Without superfluous zeros in front. Neither published pattern needs a `not` in the schema.
const AMOUNT_PUBLISHED: &str = r"^(0|[1-9][0-9]{0,14})(\.[0-9]{1,4})?$";
const POSITIVE_PUBLISHED: &str = r"^([1-9][0-9]{0,14}(\.[0-9]{1,4})?|0\.([1-9][0-9]{0,3}|0[1-9][0-9]{0,2}|00[1-9][0-9]?|000[1-9]))$";
const POSITIVE: &str = "must be greater than zero";

impl Scalar for Price {
    fn parse(value: Json<'_>) -> Result<Self, Broken> {
        amount(value).map(Self)
    }

    fn text(&self) -> String {
        self.0.to_string()
    }

    fn schema(of: Bodies) -> Value {
        match of {
            Bodies::Taken => amount_taken(json!({ "type": "string", "pattern": AMOUNT }), 0),
            Bodies::Published => pattern(AMOUNT_PUBLISHED, MoneyError::Format),
        }
    }

    fn form() -> Form {
        digits()
    }
}

impl Scalar for Total {
    fn parse(value: Json<'_>) -> Result<Self, Broken> {
        match amount(value)? {
            zero if zero.is_zero() => Err(broken("positive", POSITIVE)),
            amount => Ok(Self(amount)),
        }
    }

    fn text(&self) -> String {
        self.0.to_string()
    }

    fn schema(of: Bodies) -> Value {
        let text = json!({ "type": "string", "pattern": AMOUNT, "not": { "pattern": "^[0.]*$" } });
        match of {
            Bodies::Taken => amount_taken(text, 1),
            Bodies::Published => pattern(POSITIVE_PUBLISHED, MoneyError::Format),
        }
    }

    fn form() -> Form {
        digits()
    }
}

/// A decimal string, or a whole JSON number: a number with a fraction has usually been a float.
fn amount(value: Json<'_>) -> Result<Decimal, Broken> {
    let read = match (value.text(), value.number()) {
        (Some(text), _) => money::parse_amount(&text),
        (None, Some(number)) => money::parse_whole(number),
        (None, None) => return Err(broken("type", "must be a decimal string or a whole number")),
    };
    read.map_err(|error| match error {
        MoneyError::Negative => broken("positive", error),
        error => broken("format", error),
    })
}

/// A text, or a number without a fraction, whatever an engine considers an integer.
fn amount_taken(text: Value, least: u64) -> Value {
    let whole = json!({
        "type": "number", "multipleOf": 1, "minimum": least, "maximum": money::MAX_WHOLE,
    });
    json!({ "anyOf": [text, whole], "description": MoneyError::Format.to_string() })
}

fn digits() -> Form {
    // A float can be zero with a sign.
    let rewrites =
        [("^-", ""), ("^0+([0-9])", "$1"), (r"\.0+$", ""), (r"(\.[0-9]*[1-9])0+$", "$1")];
    Form::Digits(rewrites.map(|(find, put)| (find.to_owned(), put)).into())
}

pub(super) fn text(value: Json<'_>) -> Result<String, Broken> {
    value.text().ok_or_else(|| broken("type", "must be a string"))
}

fn formatted<T, E: Display>(
    value: Json<'_>,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Result<T, Broken> {
    parse(&text(value)?).map_err(|error| broken("format", error))
}

/// The schema of texts that match `pattern`, described by the rule that an error states.
pub(super) fn pattern(pattern: &str, rule: impl Display) -> Value {
    json!({ "type": "string", "pattern": pattern, "description": rule.to_string() })
}
