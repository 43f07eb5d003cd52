//! The payload of a state machine's task: `{"input": <the execution's state>, "saga_id": "…",
//! "step": {…}}`. The last member names the state, for the step's span; no rule reads it.

mod booking;
mod reason;

use domain::ids::IdFormat;
use domain::request::Sandbox;
use domain::{Claim, CustomerId, ErrorCode, Failure, FieldError, SagaId, TripId};
use serde_json::{Map, Value};

pub(crate) use booking::Booking;

/// A decoded task.
#[derive(Debug)]
pub(crate) struct Task {
    /// Which saga sends the task, and for whose trip.
    pub(crate) claim: Claim,
    /// The execution's state without what the state machine added: the request as sent, and what
    /// the starter of a compensation adds to it.
    request: Value,
    /// Why the booking failed, as the state machine caught it.
    error_info: Option<Value>,
}

impl Task {
    /// Reads the claim. The rest of the state is read when a step needs it.
    ///
    /// # Errors
    /// `InvalidRequest` for a payload without valid ids: nothing can be recorded under invalid ids.
    pub(crate) fn decode(mut payload: Value) -> Result<Self, Failure> {
        let state = payload.get_mut("input").map(Value::take);
        let (Value::Object(payload), Some(Value::Object(mut state))) = (payload, state) else {
            return Err(Failure::new(ErrorCode::InvalidRequest, FORM));
        };
        let claim = claim(&payload, &state).map_err(Failure::invalid_request)?;
        let [_, _, error_info] = ADDED.map(|field| state.shift_remove(field));
        Ok(Self { claim, request: Value::Object(state), error_info })
    }

    /// How sandbox suppliers must behave during a compensation. An unreadable value counts as
    /// absent: such a request was refused before any supplier was called, and its compensation must
    /// not fail because of it.
    pub(crate) fn sandbox(&self) -> Sandbox {
        let sandbox = self.request.get("sandbox").map(Sandbox::parse);
        sandbox.and_then(Result::ok).unwrap_or_default()
    }
}

/// What the gateway and the state machine add to the request.
const ADDED: [&str; 3] = ["customer_id", "results", "error_info"];

const FORM: &str = "the payload must be an object with an object input and a string saga_id";

fn claim(
    payload: &Map<String, Value>,
    state: &Map<String, Value>,
) -> Result<Claim, Vec<FieldError>> {
    let mut broken = Vec::new();
    let trip_id = id(state, "trip_id", TripId::parse, &mut broken);
    let customer_id = id(state, "customer_id", CustomerId::parse, &mut broken);
    let saga_id = id(payload, "saga_id", SagaId::parse, &mut broken);
    match (trip_id, customer_id, saga_id) {
        (Some(trip_id), Some(customer_id), Some(saga_id)) => {
            Ok(Claim { trip_id, customer_id, saga_id })
        }
        _ => Err(broken),
    }
}

fn id<T>(
    object: &Map<String, Value>,
    field: &str,
    parse: fn(&str) -> Result<T, IdFormat>,
    broken: &mut Vec<FieldError>,
) -> Option<T> {
    let mut report = |code, detail: String| broken.push(field_error(field, code, detail));
    match object.get(field) {
        None => report("required", "is required".to_owned()),
        Some(Value::String(text)) => match parse(text) {
            Ok(id) => return Some(id),
            Err(rule) => report("format", rule.to_string()),
        },
        Some(_) => report("type", "must be a string".to_owned()),
    }
    None
}

fn field_error(field: &str, code: &str, detail: impl Into<String>) -> FieldError {
    FieldError { field: field.to_owned(), code: code.to_owned(), detail: detail.into() }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;
    use crate::testing;

    #[test]
    fn a_task_says_who_speaks() {
        assert_eq!(Task::decode(testing::task(json!({}))).unwrap().claim, testing::claim());
    }

    #[rstest]
    #[case(json!(null))]
    #[case(json!("input"))]
    #[case(json!({"saga_id": "s"}))]
    #[case(json!({"input": [], "saga_id": "s"}))]
    fn a_payload_of_another_form_is_an_invalid_request(#[case] payload: Value) {
        assert_eq!(Task::decode(payload).unwrap_err().code, ErrorCode::InvalidRequest);
    }

    #[rstest]
    #[case(json!({}), json!(1), &["trip_id required", "customer_id required", "saga_id type"])]
    #[case(json!({"trip_id": "a#b", "customer_id": 7}), json!("s"), &["trip_id format", "customer_id type"])]
    #[case(json!({"trip_id": "t".repeat(2_049), "customer_id": "c"}), json!(""), &["trip_id format", "saga_id format"])]
    fn every_bad_id_is_named(
        #[case] input: Value,
        #[case] saga_id: Value,
        #[case] expected: &[&str],
    ) {
        let failure = Task::decode(json!({"input": input, "saga_id": saga_id})).unwrap_err();
        let broken = failure.errors.iter().map(|error| format!("{} {}", error.field, error.code));
        assert_eq!(broken.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_compensation_does_not_fail_over_an_unreadable_sandbox_object() {
        let task = Task::decode(testing::task(json!({"sandbox": {"flight": "explode"}})));
        assert_eq!(task.unwrap().sandbox(), Sandbox::default());
    }
}
