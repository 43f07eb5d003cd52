//! The gateway's own refusals: a problem, with the headers that belong to it.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use domain::{ErrorCode, Failure};
use http::header::{CONNECTION, LOCATION};
use http::{HeaderName, HeaderValue, StatusCode};
use lambda_kit::http::Problem;
use tokio::time::timeout;

/// An error, ready to be sent.
#[derive(Debug)]
pub(crate) struct Refusal {
    problem: Box<Problem>,
    header: Option<(HeaderName, String)>,
}

impl Refusal {
    /// The answer when a function failed, or answered in an unknown form.
    pub(crate) fn bad_gateway() -> Self {
        let detail = "a fault of ours; its cause is in the log";
        let problem = Problem::from(Failure::new(ErrorCode::InternalError, detail));
        Problem { status: StatusCode::BAD_GATEWAY.as_u16(), ..problem }.into()
    }

    /// Its stable code.
    pub(crate) fn code(&self) -> ErrorCode {
        self.problem.code
    }

    /// The same refusal, with the location of the existing trip.
    pub(crate) fn at(self, location: String) -> Self {
        self.with(LOCATION, location)
    }

    /// The same refusal, with a header that says what would be accepted.
    pub(crate) fn with(self, name: HeaderName, value: String) -> Self {
        Self { header: Some((name, value)), ..self }
    }
}

/// What the service behind the gateway answers.
///
/// # Errors
/// 504 if it takes longer than `wait`. That does not stop the call: it may still take effect.
pub(crate) async fn within<T>(
    wait: Duration,
    name: &str,
    call: impl Future<Output = T>,
) -> Result<T, Refusal> {
    timeout(wait, call).await.map_err(|_| {
        let seconds = wait.as_secs();
        tracing::error!(integration = name, seconds, "no answer in time");
        let detail = format!(
            "no answer within {seconds} seconds; the request may still take effect, so send the same again"
        );
        Failure::new(ErrorCode::GatewayTimeout, detail).into()
    })
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self { problem: Box::new(problem), header: None }
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Problem::from(failure).into()
    }
}

/// Whether to close the connection, rather than wait for the rest of the request or for another
/// one.
fn is_last(status: StatusCode) -> bool {
    [
        StatusCode::PAYLOAD_TOO_LARGE,
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        StatusCode::REQUEST_TIMEOUT,
    ]
    .contains(&status)
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
        if is_last(status) {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        if let Some((name, value)) = self.header
            && let Ok(value) = HeaderValue::try_from(value)
        {
            response.headers_mut().insert(name, value);
        }
        response
    }
}
