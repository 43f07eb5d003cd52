//! The fields of a booking, between a form, where each has its path as its name, and the API's
//! JSON.

use serde_json::{Map, Value};

use crate::form::Form;

/// The one field for all three currencies of a request.
pub(super) const CURRENCY: &str = "currency";
const CURRENCIES: [&str; 3] =
    ["flight_details.price_currency", "hotel_details.price_currency", CURRENCY];
/// The objects of a request, which the form always has.
const OBJECTS: [&str; 2] = ["flight_details", "hotel_details"];

/// Values by the path of their field, such as `flight_details.price_amount`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// The fields of a request's body.
    pub(super) fn of(body: &Value) -> Self {
        let mut fields = Vec::new();
        flatten("", body, &mut fields);
        Self(fields)
    }

    /// The fields of a sent form that were filled in.
    pub(super) fn sent(form: &Form) -> Self {
        let is_ours =
            |name: &str| name.contains('.') || ["trip_id", "amount", CURRENCY].contains(&name);
        let fields = form.0.iter().filter(|(name, _)| is_ours(name));
        let fields = fields.map(|(name, value)| (name.clone(), value.trim().to_owned()));
        Self(fields.filter(|(_, value)| !value.is_empty()).collect())
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The value of a field; empty if it has none.
    pub(super) fn get(&self, path: &str) -> &str {
        self.all().find(|(name, _)| *name == path).map_or("", |(_, value)| value)
    }

    /// The request's body. Its objects are there even where all of their fields are blank, so that
    /// the API tells what is wrong with each field.
    pub(super) fn body(&self) -> Value {
        let empty = || Value::Object(Map::new());
        let mut body: Map<_, _> =
            OBJECTS.iter().map(|name| ((*name).to_owned(), empty())).collect();
        for (path, value) in self.all() {
            put(&mut body, path, value);
        }
        if !self.get(CURRENCY).is_empty() {
            for path in CURRENCIES {
                put(&mut body, path, self.get(CURRENCY));
            }
        }
        Value::Object(body)
    }
}

/// Errors by the form's fields, where the API has them by its own.
pub(super) fn at_fields(
    errors: impl IntoIterator<Item = (String, String)>,
) -> Vec<(String, String)> {
    let mut told = Vec::new();
    for (field, detail) in errors {
        let is_currency = CURRENCIES.contains(&field.as_str());
        let error = (if is_currency { CURRENCY.to_owned() } else { field }, detail);
        if !told.contains(&error) {
            told.push(error);
        }
    }
    told
}

fn put(body: &mut Map<String, Value>, path: &str, value: &str) {
    let Some((object, member)) = path.split_once('.') else {
        body.insert(path.to_owned(), value.into());
        return;
    };
    let object = body.entry(object).or_insert_with(|| Value::Object(Map::new()));
    if let Some(object) = object.as_object_mut() {
        object.insert(member.to_owned(), value.into());
    }
}

fn flatten(path: &str, value: &Value, fields: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                flatten(&path, member, fields);
            }
        }
        Value::String(text) => fields.push((path.to_owned(), text.clone())),
        other => fields.push((path.to_owned(), other.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use domain::request::BookingRequest;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_form_and_a_request_say_the_same() {
        let body = json!({
            "trip_id": "trip-1",
            "flight_details": {
                "flight_number": "NH1", "departure_time": "2026-03-01T10:00:00",
                "arrival_time": "2026-03-01T14:00:00", "price_amount": "50000", "price_currency": "JPY",
            },
            "hotel_details": {
                "hotel_name": "<script>", "check_in_date": "2026-03-01", "check_out_date": "2026-03-03",
                "price_amount": "30000", "price_currency": "JPY",
            },
            "amount": "80000", "currency": "JPY",
            "sandbox": {"payment": "declined"},
        });
        let form = Form(
            Fields::of(&body).0.into_iter().chain([("token".to_owned(), "t".to_owned())]).collect(),
        );
        let read = Fields::sent(&form).body();
        assert_eq!(read, body);
        assert!(BookingRequest::parse(&read).unwrap().details().is_ok());
    }

    #[test]
    fn a_field_that_nobody_filled_in_is_left_out() {
        let form = Form(vec![("sandbox.hotel".to_owned(), " ".to_owned())]);
        let body = Fields::sent(&form).body();
        assert_eq!(body, json!({"flight_details": {}, "hotel_details": {}}));
    }

    #[test]
    fn what_is_wrong_with_a_currency_is_told_once_at_its_field() {
        let error = |field: &str| (field.to_owned(), "is required".to_owned());
        let told = at_fields(CURRENCIES.map(error).into_iter().chain([error("amount")]));
        assert_eq!(told, [error(CURRENCY), error("amount")]);
    }
}
