//! Every status whose answer is a problem, with its codes.

use domain::{ErrorCode as Code, TripId};

/// A response in the contract: its name and description.
pub(super) struct ProblemResponse {
    pub(super) name: &'static str,
    pub(super) status: u16,
    /// When this is the answer.
    pub(super) when: &'static str,
    pub(super) headers: &'static [Header],
    /// One example for each code.
    pub(super) examples: &'static [Example],
}

/// A header of a response.
pub(super) struct Header {
    pub(super) name: &'static str,
    pub(super) kind: &'static str,
    pub(super) description: &'static str,
    pub(super) is_always_sent: bool,
}

/// A problem in an answer.
pub(super) enum Example {
    /// A code and a detail.
    Says(Code, &'static str),
    /// A code, and one broken rule: its field, its code, and its detail.
    Names(Code, [&'static str; 3]),
}

use Example::{Names, Says};

const RETRY_AFTER: Header = Header {
    name: "Retry-After",
    kind: "integer",
    description: "Seconds to wait.",
    is_always_sent: true,
};

const NOT_A_TRIP_ID: Example = Names(Code::InvalidRequest, ["trip_id", "format", TripId::RULE]);
const A_FAULT: &str = "a fault of ours; its cause is in the log";

/// Declares the answers, and the list of all answers.
macro_rules! answers {
    ($($const:ident = $name:literal, $status:literal, $when:literal, $headers:expr, $examples:expr;)*) => {
        $(pub(super) const $const: ProblemResponse = ProblemResponse {
            name: $name,
            status: $status,
            when: $when,
            headers: &$headers,
            examples: &$examples,
        };)*

        /// All answers.
        pub(super) const ALL: &[ProblemResponse] = &[$($const),*];
    };
}

answers! {
    BAD_REQUEST = "BadRequest", 400, "The path, a parameter or a header breaks a rule: `errors` says which.", [], [
        NOT_A_TRIP_ID,
        Names(Code::InvalidQuery, ["verbose", "unknown_parameter", "is not known here; this route takes no parameters"]),
    ];
    BAD_SEARCH = "BadSearch", 400, "A parameter breaks a rule: `errors` says which.", [], [
        Names(Code::InvalidQuery, ["limit", "format", "must be a whole number from 1 to 100"]),
        Names(Code::InvalidCursor, ["cursor", "unreadable", "is not a cursor that was handed out here: send next_cursor as it came"]),
        Names(Code::InvalidRequest, ["body", "json", "could not be read to its end"]),
    ];
    BAD_BOOKING = "BadBooking", 400, "The body breaks a rule of its shape: `errors` lists every field that does.", [], [
        Names(Code::InvalidRequest, ["flight_details.price_amount", "required", "is required"]),
    ];
    UNAUTHORIZED = "Unauthorized", 401, "No token, or none that is known.", [Header {
        name: "WWW-Authenticate", kind: "string", description: "The scheme to sign in by: Bearer.", is_always_sent: true,
    }], [
        Says(Code::Unauthorized, "sign in and send the token as Authorization: Bearer TOKEN"),
    ];
    UNKNOWN_TRIP = "UnknownTrip", 404, "No such trip, none yet, or somebody else's.", [RETRY_AFTER], [
        Says(Code::TripNotFound, "there is no such trip, or none yet: right after booking, try again"),
    ];
    UNKNOWN_EVENT_TYPE = "UnknownEventType", 404, "No event of this type is published.", [], [
        Says(Code::EventTypeNotFound, "no event has the type trip.confirmed.v9; GET /events/schemas lists the types"),
    ];
    ORIGIN_NOT_ALLOWED = "OriginNotAllowed", 403, "A page of another site calls, which was not named as one that may.", [], [
        Says(Code::OriginNotAllowed, "pages of other sites may not call this server; for the API, trip up --cors-origin names a site that may"),
    ];
    SLOW_BODY = "SlowBody", 408, "The body was sent too slowly.", [], [
        Says(Code::RequestTimeout, "the body took longer than 10 seconds to arrive"),
    ];
    TRIP_EXISTS = "TripExists", 409, "The trip id is taken; by whom is not told.", [Header {
        name: "Location", kind: "string", description: "Where the trip would be.", is_always_sent: true,
    }], [
        Says(Code::TripExists, "the trip id trip-0001 is taken; choose another"),
    ];
    NOT_CONFIRMED = "NotConfirmed", 409, "The trip is not confirmed. While it is being booked, `Retry-After` says when to ask again.", [
        Header { is_always_sent: false, ..RETRY_AFTER },
    ], [
        Says(Code::TripNotConfirmed, "the trip is FAILED; only a confirmed trip can be cancelled"),
    ];
    BODY_TOO_LARGE = "BodyTooLarge", 413, "The body is too large.", [], [
        Says(Code::BodyTooLarge, "the body has more than 32768 bytes"),
    ];
    UNSUPPORTED_MEDIA_TYPE = "UnsupportedMediaType", 415, "The body is not sent as application/json.", [], [
        Says(Code::UnsupportedMediaType, "send the body as JSON, with Content-Type: application/json"),
    ];
    TOO_MANY_REQUESTS = "TooManyRequests", 429, "Too many requests at once.", [RETRY_AFTER], [
        Says(Code::TooManyRequests, "too many requests a second; wait as long as Retry-After says, and send it again"),
    ];
    HEADERS_TOO_LARGE = "HeadersTooLarge", 431, "The request line and the headers are too large.", [], [
        Says(Code::HeadersTooLarge, "the request line and the headers have more than 10240 bytes"),
    ];
    FAULT = "Fault", 500, "A fault of ours: report the request's id.", [], [
        Says(Code::InternalError, A_FAULT),
    ];
    BAD_GATEWAY = "BadGateway", 502, "A fault of ours behind the gateway: report the request's id.", [], [
        Says(Code::InternalError, A_FAULT),
    ];
    UNAVAILABLE = "Unavailable", 503, "The database could not answer in time.", [RETRY_AFTER], [
        Says(Code::StoreUnavailable, "the database could not answer in time; try again"),
        Says(Code::StoreThrottled, "the database could not answer in time; try again"),
    ];
    GATEWAY_TIMEOUT = "GatewayTimeout", 504, "The answer took longer than the gateway waits. The request may still take effect, so send the same again.", [], [
        Says(Code::GatewayTimeout, "no answer within 29 seconds; the request may still take effect, so send the same again"),
    ];
}
