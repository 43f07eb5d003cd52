//! The first tier: what each field must be by itself.

use std::fmt::Display;

use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::{Map, Value};

use crate::details::{FlightNumber, HotelName};
use crate::money::{self, MoneyError};
use crate::text::one_line;
use crate::{FieldError, TicketTime, TripId, time};

/// Most errors that one answer lists: a body of nothing but unknown fields must not echo back whole.
const MAX_ERRORS: usize = 50;
/// Longest field name that an error repeats, in characters.
const MAX_NAME: usize = 64;

/// One broken rule, before it is known which field broke it.
pub(super) struct Broken {
    code: &'static str,
    detail: String,
}

/// Collects what is wrong with the shape of a body.
#[derive(Default)]
pub(super) struct Shape {
    errors: Vec<FieldError>,
}

impl Shape {
    /// The body itself, which must be an object of known fields.
    pub(super) fn root<'a>(
        &mut self,
        body: &'a Value,
        known: &[&str],
    ) -> Option<&'a Map<String, Value>> {
        let Some(object) = body.as_object() else {
            self.report("body", "", broken("type", "must be a JSON object"));
            return None;
        };
        self.unknown_fields(object, "", known);
        Some(object)
    }

    /// A required object of known fields.
    pub(super) fn object<'a>(
        &mut self,
        parent: &'a Map<String, Value>,
        key: &str,
        known: &[&str],
    ) -> Option<&'a Map<String, Value>> {
        self.present(parent, "", key)?;
        self.optional_object(parent, key, known)
    }

    /// An object of known fields that may be left out.
    pub(super) fn optional_object<'a>(
        &mut self,
        parent: &'a Map<String, Value>,
        key: &str,
        known: &[&str],
    ) -> Option<&'a Map<String, Value>> {
        let value = parent.get(key)?;
        let Some(object) = value.as_object() else {
            self.report("", key, broken("type", "must be an object"));
            return None;
        };
        self.unknown_fields(object, &format!("{key}."), known);
        Some(object)
    }

    /// A required field.
    pub(super) fn required<T>(
        &mut self,
        object: &Map<String, Value>,
        path: &str,
        key: &str,
        read: fn(&Value) -> Result<T, Broken>,
    ) -> Option<T> {
        self.present(object, path, key)?;
        self.optional(object, path, key, read)
    }

    /// A field that may be left out.
    pub(super) fn optional<T>(
        &mut self,
        object: &Map<String, Value>,
        path: &str,
        key: &str,
        read: fn(&Value) -> Result<T, Broken>,
    ) -> Option<T> {
        match read(object.get(key)?) {
            Ok(value) => Some(value),
            Err(broken) => {
                self.report(path, key, broken);
                None
            }
        }
    }

    /// What was read, if nothing is wrong.
    pub(super) fn finish<T>(self, read: Option<T>) -> Result<T, Vec<FieldError>> {
        match read {
            Some(value) if self.errors.is_empty() => Ok(value),
            _ => Err(self.errors),
        }
    }

    fn present(&mut self, object: &Map<String, Value>, path: &str, key: &str) -> Option<()> {
        if !object.contains_key(key) {
            self.report(path, key, broken("required", "is required"));
            return None;
        }
        Some(())
    }

    fn unknown_fields(&mut self, object: &Map<String, Value>, path: &str, known: &[&str]) {
        for key in object.keys().filter(|key| !known.contains(&key.as_str())) {
            let detail = format!("is not known here; known are {}", known.join(", "));
            self.report(path, key, broken("unknown_field", detail));
        }
    }

    fn report(&mut self, path: &str, key: &str, broken: Broken) {
        if self.errors.len() < MAX_ERRORS {
            let field = format!("{path}{}", one_line(key, MAX_NAME));
            self.errors.push(FieldError {
                field,
                code: broken.code.to_owned(),
                detail: broken.detail,
            });
        }
    }
}

pub(super) fn broken(code: &'static str, detail: impl Display) -> Broken {
    Broken { code, detail: detail.to_string() }
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

pub(super) fn trip_id(value: &Value) -> Result<TripId, Broken> {
    formatted(value, TripId::parse)
}

pub(super) fn flight_number(value: &Value) -> Result<FlightNumber, Broken> {
    formatted(value, FlightNumber::parse)
}

pub(super) fn hotel_name(value: &Value) -> Result<HotelName, Broken> {
    formatted(value, HotelName::parse)
}

pub(super) fn ticket_time(value: &Value) -> Result<TicketTime, Broken> {
    formatted(value, TicketTime::parse)
}

pub(super) fn date(value: &Value) -> Result<Date, Broken> {
    formatted(value, time::parse_date)
}

pub(super) fn currency(value: &Value) -> Result<Currency, Broken> {
    formatted(value, money::parse_currency)
}

/// A decimal string, or a whole JSON number: anything else would have passed through a float.
pub(super) fn amount(value: &Value) -> Result<Decimal, Broken> {
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
