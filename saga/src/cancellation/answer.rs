//! The answer to a cancellation, as an HTTP response.

use domain::{TripId, TripStatus};
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use lambda_kit::error::FunctionError;
use lambda_kit::http::Problem;
use lambda_kit::http::headers::{self, REQUEST_ID};
use serde::Serialize;

/// The body of the answer to an accepted cancellation.
#[derive(Debug, Serialize)]
pub(super) struct Accepted {
    pub(super) trip_id: TripId,
    pub(super) status: TripStatus,
    /// The ARN of the execution, if this request's start or redrive succeeded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) execution_arn: Option<String>,
}

/// The response, with the headers of every answer. Its links begin at `base`.
pub(super) fn response(
    answer: Result<Accepted, Problem>,
    base: &str,
    request_id: Option<HeaderValue>,
) -> Response<String> {
    let written = match answer {
        Ok(accepted) => accepted.into_response(base),
        Err(problem) => problem.below(base).into_response(),
    };
    let mut response = written.unwrap_or_else(|error| internal_error(&error));
    stamp(response.headers_mut(), request_id);
    response
}

impl Accepted {
    fn into_response(self, base: &str) -> Result<Response<String>, serde_json::Error> {
        let mut response = Response::new(serde_json::to_string(&self)?);
        *response.status_mut() = StatusCode::ACCEPTED;
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(header::CONTENT_TYPE, json);
        let location = HeaderValue::try_from(format!("{base}/trips/{}", self.trip_id)).ok();
        response.headers_mut().extend(location.map(|location| (header::LOCATION, location)));
        Ok(response)
    }
}

fn internal_error(error: &serde_json::Error) -> Response<String> {
    let mut response = Response::new(FunctionError::internal(error).message);
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}

fn stamp(headers: &mut HeaderMap, request_id: Option<HeaderValue>) {
    headers::secure(headers);
    if let Some(id) = request_id {
        headers.insert(REQUEST_ID, id);
    }
}
