//! The problems that operations answer with, by status.

use std::collections::BTreeMap;

use lambda_kit::http::PROBLEM_JSON;
use utoipa::IntoResponses;
use utoipa::openapi::{
    ContentBuilder, Header, Object, Ref, RefOr, Response, ResponseBuilder, Type,
};

/// A status, and when it is answered.
type Problem = (u16, &'static str);

const WRONG_QUERY: Problem = (400, "The path or a parameter breaks a rule: `errors` says which.");
const NOBODY: Problem = (401, "No token, or none that is known.");
const UNKNOWN_TRIP: Problem = (404, "No such trip, none yet, or somebody else's.");
const TOO_MANY: Problem = (429, "Too many requests: try again after `Retry-After` seconds.");
const UNAVAILABLE: Problem = (503, "The database did not answer in time: try again.");

const SLOW: Problem = (504, "The answer took longer than the gateway waits: try again.");

const READING: [Problem; 6] = [WRONG_QUERY, NOBODY, UNKNOWN_TRIP, TOO_MANY, UNAVAILABLE, SLOW];
const SEARCHING: [Problem; 5] = [WRONG_QUERY, NOBODY, TOO_MANY, UNAVAILABLE, SLOW];
const BOOKING: [Problem; 7] = [
    (400, "The body breaks a rule of its shape: `errors` lists every field that does."),
    NOBODY,
    (408, "The body was sent too slowly."),
    (409, "The trip id is taken; by whom is not told. `Location` is where the trip would be."),
    (413, "The body is too large."),
    (415, "The body is not sent as application/json."),
    TOO_MANY,
];
const CANCELLING: [Problem; 7] = [
    (400, "The path is no trip's id."),
    NOBODY,
    UNKNOWN_TRIP,
    (
        409,
        "The trip is not confirmed. While it is being booked, `Retry-After` says when to ask again.",
    ),
    TOO_MANY,
    UNAVAILABLE,
    SLOW,
];

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident: $list:ident,)*) => {$(
        $(#[$doc])*
        pub(crate) struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                $list.map(|problem| (problem.0.to_string(), response(problem).into())).into()
            }
        }
    )*};
}

problems! {
    /// What reading one trip can fail with.
    Reading: READING,
    /// What a search can fail with.
    Searching: SEARCHING,
    /// What a booking can be refused with.
    Booking: BOOKING,
    /// What a cancellation can be refused with.
    Cancelling: CANCELLING,
}

fn response((status, description): Problem) -> Response {
    let schema = Ref::from_schema_name("Problem");
    let content = ContentBuilder::new().schema(Some(schema)).build();
    let response = ResponseBuilder::new().description(description).content(PROBLEM_JSON, content);
    match header(status) {
        None => response.build(),
        Some((name, kind, description)) => {
            let mut header = Header::new(Object::with_type(kind));
            header.description = Some(description.to_owned());
            response.header(name, header).build()
        }
    }
}

/// The header that belongs to a status.
fn header(status: u16) -> Option<(&'static str, Type, &'static str)> {
    match status {
        401 => Some(("WWW-Authenticate", Type::String, "The scheme to sign in by: Bearer.")),
        429 | 503 => Some(("Retry-After", Type::Integer, "Seconds to wait.")),
        _ => None,
    }
}
