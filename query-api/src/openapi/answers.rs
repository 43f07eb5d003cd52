//! The problems in the operations' answers: each is described once, by status and codes, with an
//! example for each code.

mod catalogue;

use std::collections::BTreeMap;

use domain::{ErrorCode, Failure, FieldError};
use lambda_kit::http::{PROBLEM_JSON, Problem};
use serde_json::{Map, Value, json};
use utoipa::IntoResponses;
use utoipa::openapi::{Ref, RefOr, Response};

use catalogue as c;
use catalogue::{ALL, Example, ProblemResponse};

/// The header that carries a request's id, and where the contract describes it.
pub(super) const REQUEST_ID: &str = "X-Request-Id";
pub(super) const REQUEST_ID_HEADER: &str = "#/components/headers/RequestId";

/// The gateway's answers that are possible for every request.
const ALWAYS: [&ProblemResponse; 8] = [
    &c::ORIGIN_NOT_ALLOWED,
    &c::SLOW_BODY,
    &c::BODY_TOO_LARGE,
    &c::TOO_MANY_REQUESTS,
    &c::HEADERS_TOO_LARGE,
    &c::FAULT,
    &c::BAD_GATEWAY,
    &c::GATEWAY_TIMEOUT,
];

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident: [$($answer:ident),*],)*) => {$(
        $(#[$doc])*
        pub(crate) struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                [$(&c::$answer),*].into_iter().chain(ALWAYS).map(reference).collect()
            }
        }
    )*};
}

problems! {
    /// The refusals of operations that are open to everybody.
    Open: [BAD_REQUEST],
    /// The refusals of the schema of one event type.
    Schema: [BAD_REQUEST, UNKNOWN_EVENT_TYPE],
    /// The failures of reading one trip.
    Reading: [BAD_REQUEST, UNAUTHORIZED, UNKNOWN_TRIP, UNAVAILABLE],
    /// The failures of a search.
    Searching: [BAD_SEARCH, UNAUTHORIZED, UNAVAILABLE],
    /// The refusals of a booking.
    Booking: [BAD_BOOKING, UNAUTHORIZED, TRIP_EXISTS, UNSUPPORTED_MEDIA_TYPE],
    /// The refusals of a cancellation.
    Cancelling: [BAD_REQUEST, UNAUTHORIZED, UNKNOWN_TRIP, NOT_CONFIRMED, UNAVAILABLE],
}

fn reference(answer: &ProblemResponse) -> (String, RefOr<Response>) {
    let component = Ref::new(format!("#/components/responses/{}", answer.name));
    (answer.status.to_string(), component.into())
}

/// The responses to which operations refer, by name.
pub(super) fn components() -> Map<String, Value> {
    ALL.iter().map(|answer| (answer.name.to_owned(), describe(answer))).collect()
}

fn describe(answer: &ProblemResponse) -> Value {
    let headers = answer.headers.iter().map(|header| {
        let (name, kind, description) = (header.name, header.kind, header.description);
        let schema = json!({ "type": kind });
        let described =
            json!({ "description": description, "required": header.is_always_sent, "schema": schema });
        (name.to_owned(), described)
    });
    let request_id = (REQUEST_ID.to_owned(), json!({ "$ref": REQUEST_ID_HEADER }));
    let examples = answer.examples.iter().map(|example| {
        let problem = Problem { status: answer.status, ..example.failure().into() };
        (problem.code.name().to_owned(), json!({ "summary": problem.title, "value": problem }))
    });
    json!({
        "description": answer.when,
        "headers": headers.chain([request_id]).collect::<Map<_, _>>(),
        "content": { PROBLEM_JSON: {
            "schema": { "$ref": "#/components/schemas/Problem" },
            "examples": examples.collect::<Map<_, _>>(),
        }},
    })
}

impl Example {
    fn failure(&self) -> Failure {
        match self {
            Self::Says(code, detail) => Failure::new(*code, detail),
            Self::Names(code, [field, rule, detail]) => {
                let [field, rule, detail] = [*field, *rule, *detail].map(str::to_owned);
                let error = FieldError { field, code: rule, detail };
                Failure { code: *code, ..Failure::invalid_request(vec![error]) }
            }
        }
    }
}

/// The problem that serves as the example for all.
pub(super) fn example() -> Problem {
    c::BAD_BOOKING.examples.first().map_or_else(
        || Failure::new(ErrorCode::InternalError, "a fault of ours").into(),
        |example| example.failure().into(),
    )
}

#[cfg(test)]
mod tests;
