//! The one list of error codes, and the errors that carry them.
//!
//! A code has one spelling everywhere: Lambda's `errorType`, the state machines'
//! `ErrorEquals`, `code` in problem+json, and the name of its page under `docs/errors`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::text::one_line;

macro_rules! error_codes {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// A stable error code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum ErrorCode { $($(#[$doc])* $name,)* }

        impl ErrorCode {
            /// Every code there is.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The code's one spelling.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)* }
            }
        }
    };
}

error_codes! {
    /// The airline has no seat. Refused.
    FlightUnavailable,
    /// The hotel has no room. Refused.
    HotelUnavailable,
    /// The payment provider declined the charge. Refused.
    PaymentDeclined,
    /// The request breaks a rule of shape or of meaning. Refused.
    InvalidRequest,
    /// The trip belongs to another saga, customer or request. Refused; nothing is changed.
    TripConflict,
    /// The trip takes no more reservations. Refused; nothing is changed.
    TripClosed,
    /// The payment's commit was the point of no return: a booking's compensation comes too late.
    TripAlreadyConfirmed,
    /// Payment or hotel still holds something, so the flight must not be cancelled yet. Retried.
    CompensationIncomplete,
    /// A supplier did not answer in time; what it did is unknown. Retried.
    SupplierTimeout,
    /// A supplier could not be reached or failed. Retried.
    SupplierUnavailable,
    /// The database asks for less traffic. Retried.
    StoreThrottled,
    /// Others kept winning the race for the trip. Retried.
    StoreConflict,
    /// The database failed or did not answer in time. Retried.
    StoreUnavailable,
    /// What the database holds cannot be understood, or a write breaks one of its limits.
    StoreRejected,
    /// The outcome of a step never became known, so the step was undone.
    OutcomeUnknown,
    /// An operator ran the compensation of a stuck trip.
    CompensatedByOperator,
    /// Credentials are missing or not accepted.
    Unauthorized,
    /// A page of another site makes the call, and that site is not allowed to.
    OriginNotAllowed,
    /// No such trip, or not the caller's.
    TripNotFound,
    /// The trip id is taken.
    TripExists,
    /// Only a confirmed trip can be cancelled.
    TripNotConfirmed,
    /// A search parameter breaks a rule.
    InvalidQuery,
    /// The search cannot be continued with this cursor.
    InvalidCursor,
    /// No event of this type is published.
    EventTypeNotFound,
    /// No such route.
    RouteNotFound,
    /// The route does not take this method.
    MethodNotAllowed,
    /// The body is larger than the limit.
    BodyTooLarge,
    /// The request line and the headers are larger than the limit.
    HeadersTooLarge,
    /// The request did not arrive in time.
    RequestTimeout,
    /// The content type of the body is not JSON.
    UnsupportedMediaType,
    /// Too many requests in a short time.
    TooManyRequests,
    /// The service behind the gateway did not answer in time.
    GatewayTimeout,
    /// A fault of ours; its cause is in the log.
    InternalError,
}

impl ErrorCode {
    /// Whether the code is a definite "no" from a booking step: that step left nothing to undo.
    #[must_use]
    pub const fn is_refusal(self) -> bool {
        use ErrorCode as C;
        matches!(
            self,
            C::FlightUnavailable
                | C::HotelUnavailable
                | C::PaymentDeclined
                | C::InvalidRequest
                | C::TripConflict
                | C::TripClosed
        )
    }

    /// Whether the same command may succeed if it is retried.
    #[must_use]
    pub const fn is_transient(self) -> bool {
        use ErrorCode as C;
        matches!(
            self,
            C::CompensationIncomplete
                | C::SupplierTimeout
                | C::SupplierUnavailable
                | C::StoreThrottled
                | C::StoreConflict
                | C::StoreUnavailable
        )
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A text that is not an [`ErrorCode`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an error code of this product")]
pub struct UnknownCode(String);

impl FromStr for ErrorCode {
    type Err = UnknownCode;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let named = |code: &&Self| code.name() == name;
        Self::ALL.iter().find(named).copied().ok_or_else(|| UnknownCode(name.to_owned()))
    }
}

/// One rule that one field breaks.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FieldError {
    /// The field's path in the request, such as `flight_details.price_amount`.
    pub field: String,
    /// The broken rule's stable name, such as `required`.
    pub code: String,
    /// The rule as a sentence.
    pub detail: String,
}

/// The longest `detail` that is kept, in characters: a supplier's text must not grow an item.
const MAX_DETAIL: usize = 300;

/// Why a command was refused or a trip failed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[error("{code}: {detail}")]
pub struct Failure {
    /// The stable code.
    pub code: ErrorCode,
    /// What happened, in words for a person.
    pub detail: String,
    /// The broken rules by field; empty if no field is to blame.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}

impl Failure {
    /// A failure with no field to blame. A long `detail` is cut and kept on one line.
    #[must_use]
    pub fn new(code: ErrorCode, detail: impl AsRef<str>) -> Self {
        let detail = one_line(detail.as_ref(), MAX_DETAIL);
        Self { code, detail, errors: Vec::new() }
    }

    /// A request that breaks the rules in `errors`.
    #[must_use]
    pub fn invalid_request(errors: Vec<FieldError>) -> Self {
        let detail = match errors.as_slice() {
            [one] => format!("{} {}", one.field, one.detail),
            many => format!("the request breaks {} rules; errors lists them by field", many.len()),
        };
        Self { errors, ..Self::new(ErrorCode::InvalidRequest, detail) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_reads_back_from_its_name() {
        for code in ErrorCode::ALL {
            assert_eq!(code.name().parse(), Ok(*code));
            assert_eq!(serde_json::to_value(code).unwrap(), code.name());
        }
    }

    #[test]
    fn no_code_is_both_a_refusal_and_transient() {
        let both = |code: &&ErrorCode| code.is_refusal() && code.is_transient();
        assert_eq!(ErrorCode::ALL.iter().find(both), None);
    }

    #[test]
    fn a_long_detail_is_cut_between_characters() {
        let failure = Failure::new(ErrorCode::HotelUnavailable, "満".repeat(1_000));
        assert_eq!(failure.detail.chars().count(), MAX_DETAIL);
    }
}
