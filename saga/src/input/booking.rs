//! The booking request in a task: the shape first, then the rules across fields.

use domain::request::{BookingRequest, Sandbox};
use domain::{Asked, Failure, FieldError, TripDetails};
use serde_json::Value;

use super::{Task, field_error};

/// What the starter of a compensation adds to the request.
const ADDED_TO_COMPENSATE: [&str; 2] = ["saga_id", "reason"];

/// A request that keeps all rules.
#[derive(Debug)]
pub(crate) struct Booking {
    pub(crate) details: TripDetails,
    pub(crate) sandbox: Sandbox,
}

impl Task {
    /// The request; a `sandbox` object is refused unless `sandbox_allowed`.
    ///
    /// # Errors
    /// `InvalidRequest` with all fields that break a rule, from the first tier that is broken.
    pub(crate) fn booking(&self, sandbox_allowed: bool) -> Result<Booking, Failure> {
        read(&self.request, sandbox_allowed).map_err(Failure::invalid_request)
    }

    /// What the booking asks for, as far as it can be read; a trip that was never written is closed
    /// with it.
    pub(crate) fn asked(&self) -> Asked {
        let mut request = self.request.clone();
        if let Value::Object(request) = &mut request {
            request.retain(|field, _| !ADDED_TO_COMPENSATE.contains(&field.as_str()));
        }
        match read(&request, true) {
            Ok(booking) => Asked::Trip(booking.details),
            Err(_) => Asked::Refused(BookingRequest::departure(&request)),
        }
    }
}

fn read(request: &Value, sandbox_allowed: bool) -> Result<Booking, Vec<FieldError>> {
    let shape = BookingRequest::parse(request);
    let asks_sandbox = request.get("sandbox").is_some_and(|asked| !asked.is_null());
    let forbidden = !sandbox_allowed && asks_sandbox;
    let shape = match (shape, forbidden) {
        (shape, false) => shape?,
        (Ok(_), true) => return Err(vec![no_sandbox()]),
        (Err(broken), true) => return Err([broken, vec![no_sandbox()]].concat()),
    };
    Ok(Booking { details: shape.details()?, sandbox: shape.sandbox.unwrap_or_default() })
}

fn no_sandbox() -> FieldError {
    field_error("sandbox", "not_available", "is taken only where the suppliers are sandboxes")
}

#[cfg(test)]
mod tests {
    use domain::ErrorCode;
    use rstest::rstest;
    use serde_json::json;

    use super::*;
    use crate::testing;

    fn booking(added: Value, sandbox_allowed: bool) -> Result<Booking, Failure> {
        Task::decode(testing::booking_task(added)).unwrap().booking(sandbox_allowed)
    }

    #[test]
    fn what_the_state_machine_added_is_not_part_of_the_request() {
        let added = json!({"results": {"flight": {}}, "error_info": {"Error": "StoreConflict"}});
        assert_eq!(booking(added, true).unwrap().details, testing::details());
    }

    #[rstest]
    #[case(json!({"card_number": "4111"}), &["card_number unknown_field"])]
    #[case(json!({"reason": "cancellation"}), &["reason unknown_field"])]
    #[case(json!({"amount": 1}), &["amount sum_of_prices"])]
    #[case(json!({"amount": 1.5, "currency": "yen"}), &["amount format", "currency format"])]
    fn a_request_that_breaks_rules_is_refused_by_field(
        #[case] added: Value,
        #[case] expected: &[&str],
    ) {
        let failure = booking(added, true).unwrap_err();
        assert_eq!(failure.code, ErrorCode::InvalidRequest);
        let broken = failure.errors.iter().map(|error| format!("{} {}", error.field, error.code));
        assert_eq!(broken.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_sandbox_object_is_refused_where_suppliers_are_real() {
        let sandbox = json!({"sandbox": {"flight": "slow"}});
        assert!(booking(sandbox.clone(), true).is_ok());
        assert!(booking(json!({"sandbox": null}), false).is_ok());
        assert_eq!(booking(sandbox, false).unwrap_err().errors, [no_sandbox()]);
        let worse = json!({"sandbox": {}, "amount": null});
        assert_eq!(booking(worse, false).unwrap_err().errors.len(), 2);
    }
}
