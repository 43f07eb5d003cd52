//! Errors over HTTP: RFC 9457 problem details under the product's stable codes.

use domain::{ErrorCode, Failure, FieldError};
use http::{HeaderValue, Response, StatusCode, header};
use serde::Serialize;

/// The media type of a problem.
pub const CONTENT_TYPE: &str = "application/problem+json";

/// The path of the error codes' pages on this API, each page under its code's name.
pub const PAGES: &str = "/docs/errors/";

/// One error as a client sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The address of the code's page, as a reference relative to the API's host.
    #[serde(rename = "type")]
    pub kind: String,
    /// The code in words, such as `Trip not found`.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The stable code to match.
    pub code: ErrorCode,
    /// What happened, in words on which a person can act.
    pub detail: String,
    /// The broken rules by field; absent if no field is to blame.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// Seconds after which the same request may succeed: the header `Retry-After`.
    #[serde(skip)]
    pub retry_after: Option<u32>,
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        let Failure { code, detail, errors } = failure;
        let (kind, title) = (format!("{PAGES}{code}"), title(code));
        let status = status(code).as_u16();
        // A trip that was accepted a moment ago may not be written yet.
        let may_come = matches!(code, ErrorCode::TooManyRequests | ErrorCode::TripNotFound);
        let waiting_helps = code.is_transient() || may_come;
        Self { kind, title, status, code, detail, errors, retry_after: waiting_helps.then_some(1) }
    }
}

impl Problem {
    /// The same problem on an API whose routes begin at `base`: see
    /// [`base_path`](super::base_path).
    #[must_use]
    pub fn below(self, base: &str) -> Self {
        Self { kind: format!("{base}{}", self.kind), ..self }
    }

    /// The same problem, with a retry after `seconds`.
    #[must_use]
    pub fn retry_after(self, seconds: u32) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// The problem as a response, with the headers of its status.
    ///
    /// # Errors
    /// If the problem cannot be written as JSON; none of our problems causes this.
    pub fn into_response<B: From<String>>(self) -> Result<Response<B>, serde_json::Error> {
        let mut response = Response::new(B::from(serde_json::to_string(&self)?));
        *response.status_mut() = status(self.code);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.code == ErrorCode::Unauthorized {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        Ok(response)
    }
}

/// The HTTP status that goes with a code.
#[must_use]
pub const fn status(code: ErrorCode) -> StatusCode {
    use ErrorCode as C;
    match code {
        C::InvalidRequest | C::InvalidQuery | C::InvalidCursor => StatusCode::BAD_REQUEST,
        C::Unauthorized => StatusCode::UNAUTHORIZED,
        C::OriginNotAllowed => StatusCode::FORBIDDEN,
        C::TripNotFound | C::EventTypeNotFound | C::RouteNotFound => StatusCode::NOT_FOUND,
        C::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        C::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        C::HeadersTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        C::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
        C::GatewayTimeout => StatusCode::GATEWAY_TIMEOUT,
        C::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        C::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
        C::TripExists
        | C::TripNotConfirmed
        | C::TripAlreadyConfirmed
        | C::TripConflict
        | C::TripClosed
        | C::FlightUnavailable
        | C::HotelUnavailable
        | C::PaymentDeclined => StatusCode::CONFLICT,
        C::StoreThrottled
        | C::StoreConflict
        | C::StoreUnavailable
        | C::SupplierTimeout
        | C::SupplierUnavailable
        | C::CompensationIncomplete => StatusCode::SERVICE_UNAVAILABLE,
        C::StoreRejected | C::OutcomeUnknown | C::CompensatedByOperator | C::InternalError => {
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}

/// The code's name in words: a space before each capital after the first.
fn title(code: ErrorCode) -> String {
    let mut title = String::new();
    for letter in code.name().chars() {
        if letter.is_ascii_uppercase() && !title.is_empty() {
            title.push(' ');
            title.push(letter.to_ascii_lowercase());
        } else {
            title.push(letter);
        }
    }
    title
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn response(problem: Problem) -> Response<String> {
        problem.into_response().unwrap()
    }

    #[test]
    fn a_problem_has_the_members_of_rfc_9457_and_a_code() {
        let problem = Problem::from(Failure::new(ErrorCode::TripNotFound, "no such trip"));
        let response = response(problem);
        assert_eq!(response.status(), 404);
        assert_eq!(response.headers()[header::CONTENT_TYPE], CONTENT_TYPE);
        assert_eq!(
            serde_json::from_str::<Value>(response.body()).unwrap(),
            json!({
                "type": "/docs/errors/TripNotFound",
                "title": "Trip not found",
                "status": 404,
                "code": "TripNotFound",
                "detail": "no such trip",
            })
        );
    }

    #[test]
    fn the_type_is_an_address_of_the_api_wherever_its_routes_begin() {
        let problem = Problem::from(Failure::new(ErrorCode::TripNotFound, "no such trip"));
        assert_eq!(problem.below("/prod").kind, "/prod/docs/errors/TripNotFound");
    }

    #[test]
    fn field_errors_are_listed() {
        let error = FieldError {
            field: "limit".to_owned(),
            code: "range".to_owned(),
            detail: "must be 1 to 100".to_owned(),
        };
        let problem = Problem::from(Failure::invalid_request(vec![error]));
        let body: Value = serde_json::from_str(response(problem).body()).unwrap();
        assert_eq!(body["errors"][0]["field"], "limit");
    }

    #[test]
    fn a_client_is_told_to_wait_only_where_waiting_helps() {
        for code in ErrorCode::ALL {
            let response = response(Problem::from(Failure::new(*code, "detail")));
            let told = response.headers().contains_key(header::RETRY_AFTER);
            let helps = [429, 503].contains(&response.status().as_u16())
                || *code == ErrorCode::TripNotFound;
            assert_eq!(told, helps, "{code}");
        }
        let pending = Problem::from(Failure::new(ErrorCode::TripNotConfirmed, "being booked"));
        assert_eq!(response(pending.retry_after(2)).headers()[header::RETRY_AFTER], "2");
    }

    #[test]
    fn a_401_names_the_scheme_to_sign_in_by() {
        let response = response(Problem::from(Failure::new(ErrorCode::Unauthorized, "who?")));
        assert_eq!(response.headers()[header::WWW_AUTHENTICATE], "Bearer");
    }
}
