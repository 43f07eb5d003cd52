//! The refusals of a route: always a problem.

use std::mem;

use axum::Extension;
use axum::response::{IntoResponse, Response};
use domain::{ErrorCode, Failure, FieldError};
use http::StatusCode;
use lambda_kit::error::FunctionError;
use lambda_kit::http::Problem;
use store::StoreError;

use crate::cursor::CursorError;

/// An error, ready to be sent as an answer.
#[derive(Debug)]
pub(crate) struct Refusal(Box<Problem>);

impl Refusal {
    /// The refusal of parameters that break these rules.
    pub(crate) fn invalid_query(errors: Vec<FieldError>) -> Self {
        Failure { code: ErrorCode::InvalidQuery, ..Failure::invalid_request(errors) }.into()
    }

    /// The refusal for a trip that does not exist or is not the caller's: the same for both.
    pub(crate) fn trip_not_found() -> Self {
        let detail = "there is no such trip, or none yet: right after booking, try again";
        Failure::new(ErrorCode::TripNotFound, detail).into()
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self(Box::new(failure.into()))
    }
}

impl From<CursorError> for Refusal {
    fn from(error: CursorError) -> Self {
        let [field, code, detail] = ["cursor", error.name(), &error.to_string()].map(str::to_owned);
        let broken = Failure::invalid_request(vec![FieldError { field, code, detail }]);
        Failure { code: ErrorCode::InvalidCursor, ..broken }.into()
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        let told = FunctionError::internal(&error);
        let code = error.code();
        if code.is_transient() {
            return Failure::new(code, "the database could not answer in time; try again").into();
        }
        Failure::new(told.code, told.message).into()
    }
}

/// The problem travels with an empty response until [`written`] writes it.
impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        Extension(*self.0).into_response()
    }
}

/// The response with its problem written, if it has one. Only here is the base of the API known,
/// which the problem's type contains.
pub(crate) fn written(mut response: Response, base: &str) -> Response {
    let Some(problem) = response.extensions_mut().remove::<Problem>() else { return response };
    let written: Result<Response, _> = problem.below(base).into_response();
    match written {
        Ok(mut written) => {
            written.headers_mut().extend(mem::take(response.headers_mut()));
            written
        }
        Err(error) => {
            tracing::error!(%error, "a problem cannot be written as JSON");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
