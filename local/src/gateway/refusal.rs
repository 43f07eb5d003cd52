//! What the gateway itself refuses with: a problem, with the headers that belong to it.

use axum::response::{IntoResponse, Response};
use domain::{ErrorCode, Failure};
use http::header::LOCATION;
use http::{HeaderValue, StatusCode};
use lambda_kit::http::Problem;

/// An error, ready to be answered with.
#[derive(Debug)]
pub(super) struct Refusal {
    problem: Box<Problem>,
    location: Option<String>,
}

impl Refusal {
    /// The answer to a function that failed, or that answered in no form of the gateway's.
    pub(super) fn bad_gateway() -> Self {
        let detail = "a fault of ours; its cause is in the log";
        let problem = Problem::from(Failure::new(ErrorCode::InternalError, detail));
        Problem { status: StatusCode::BAD_GATEWAY.as_u16(), ..problem }.into()
    }

    /// The same refusal, which points to what is there already.
    pub(super) fn at(self, location: String) -> Self {
        Self { location: Some(location), ..self }
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self { problem: Box::new(problem), location: None }
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Problem::from(failure).into()
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.problem.status);
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response: Response = self.problem.into_response().unwrap_or_else(|error| {
            tracing::error!(%error, "a problem cannot be written as JSON");
            Response::default()
        });
        *response.status_mut() = status;
        if let Some(Ok(location)) = self.location.map(HeaderValue::try_from) {
            response.headers_mut().insert(LOCATION, location);
        }
        response
    }
}
