//! Why a compensation runs, and why the booking needs one.

use domain::command::Reason;
use domain::{ErrorCode, Failure};
use serde_json::Value;

use super::{Task, field_error};

/// The longest error name that is repeated, in characters.
const MAX_NAME: usize = 64;

impl Task {
    /// The reason: `input.reason` if a compensation was asked for, otherwise the booking's own
    /// failure.
    ///
    /// # Errors
    /// `InvalidRequest` for a reason that is not known.
    pub(crate) fn reason(&self) -> Result<Reason, Failure> {
        match self.request.get("reason").map(Value::as_str) {
            None => Ok(Reason::Booking(failure(self.error_info.as_ref()))),
            Some(Some("cancellation")) => Ok(Reason::Cancellation),
            Some(Some("operator")) => Ok(Reason::Operator),
            Some(_) => Err(Failure::invalid_request(vec![field_error(
                "reason",
                "unknown",
                "must be cancellation or operator, or be left out by a booking",
            )])),
        }
    }
}

/// Why the booking failed, from what the state machine caught: a step's own error keeps its code;
/// after any other error, the step's outcome is unknown.
fn failure(error_info: Option<&Value>) -> Failure {
    let caught = |field: &str| error_info.and_then(|info| info.get(field)?.as_str());
    let name = caught("Error").unwrap_or("an unnamed error");
    match name.parse::<ErrorCode>() {
        Ok(code) => Failure::new(code, message(caught("Cause")).unwrap_or_else(|| name.to_owned())),
        Err(_) => Failure::new(ErrorCode::OutcomeUnknown, unknown(name)),
    }
}

fn unknown(name: &str) -> String {
    let name: String = name.chars().take(MAX_NAME).collect();
    format!("a step ended with {name}; what it did was unknown and has been undone")
}

/// The first line of the message in Lambda's error object; field errors may follow it.
fn message(cause: Option<&str>) -> Option<String> {
    let error: Value = serde_json::from_str(cause?).ok()?;
    error.get("errorMessage")?.as_str()?.lines().next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;
    use crate::testing;

    fn reason(state: Value) -> Result<Reason, Failure> {
        Task::decode(testing::task(state)).unwrap().reason()
    }

    #[test]
    fn a_compensation_that_was_asked_for_says_by_whom() {
        assert_eq!(reason(json!({"reason": "cancellation"})), Ok(Reason::Cancellation));
        assert_eq!(reason(json!({"reason": "operator"})), Ok(Reason::Operator));
    }

    #[rstest]
    #[case(json!({"reason": "boredom"}))]
    #[case(json!({"reason": 7}))]
    #[case(json!({"reason": null}))]
    fn any_other_reason_is_refused(#[case] state: Value) {
        assert_eq!(reason(state).unwrap_err().code, ErrorCode::InvalidRequest);
    }

    const DECLINED: &str = r#"{"errorType":"PaymentDeclined","errorMessage":"no funds\n[]"}"#;

    #[rstest]
    #[case("PaymentDeclined", DECLINED, ErrorCode::PaymentDeclined, "no funds")]
    #[case("SupplierTimeout", "cut off", ErrorCode::SupplierTimeout, "SupplierTimeout")]
    #[case("States.Timeout", "", ErrorCode::OutcomeUnknown, "States.Timeout")]
    #[case("Lambda.Unknown", DECLINED, ErrorCode::OutcomeUnknown, "Lambda.Unknown")]
    fn a_booking_failed_with_what_the_state_machine_caught(
        #[case] name: &str,
        #[case] cause: &str,
        #[case] code: ErrorCode,
        #[case] told: &str,
    ) {
        let caught = json!({"error_info": {"Error": name, "Cause": cause}});
        let Ok(Reason::Booking(failure)) = reason(caught) else { panic!("a booking's reason") };
        assert_eq!(failure.code, code);
        assert!(failure.detail.contains(told), "{}", failure.detail);
    }

    #[test]
    fn an_error_of_any_size_leaves_a_short_detail() {
        for info in [json!({"Error": "E".repeat(10_000)}), json!("caught"), json!(null)] {
            let reason = reason(json!({"error_info": info})).unwrap();
            let Reason::Booking(failure) = reason else { panic!("a booking's reason") };
            assert_eq!(failure.code, ErrorCode::OutcomeUnknown);
            assert!(failure.detail.len() < 200, "{}", failure.detail);
        }
    }
}
