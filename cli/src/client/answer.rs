//! An answer of the API, unchanged.

use reqwest::{RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;

use super::{ClientError, Endpoint, Problem};

/// The body of an answer that is not a refusal.
#[derive(Clone, Debug)]
pub struct Answer {
    endpoint: Endpoint,
    status: StatusCode,
    body: String,
}

impl Answer {
    /// Sends a request and waits for its answer. `option` is the one that names the endpoint.
    pub(super) async fn to(
        request: RequestBuilder,
        endpoint: &Endpoint,
        option: &'static str,
    ) -> Result<Self, ClientError> {
        let failed = |error| ClientError::of(endpoint, option, &error);
        let response = request.send().await.map_err(failed)?;
        let status = response.status();
        let body = response.text().await.map_err(failed)?;
        if status.is_success() {
            return Ok(Self { endpoint: endpoint.clone(), status, body });
        }
        Err(refusal(endpoint, status, &body))
    }

    /// The unchanged answer: one line of JSON.
    #[must_use]
    pub fn text(&self) -> &str {
        self.body.trim_end()
    }

    /// Parses the answer.
    ///
    /// # Errors
    /// [`ClientError::Unknown`] if it has another form.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, ClientError> {
        serde_json::from_str(&self.body)
            .map_err(|_| ClientError::unknown(&self.endpoint, self.status, &self.body))
    }
}

fn refusal(endpoint: &Endpoint, status: StatusCode, body: &str) -> ClientError {
    match serde_json::from_str::<Problem>(body) {
        Ok(problem) => ClientError::Refused(problem),
        Err(_) => ClientError::unknown(endpoint, status, body),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(body: &str) -> ClientError {
        let endpoint = "http://127.0.0.1:8080".parse().unwrap();
        refusal(&endpoint, StatusCode::BAD_GATEWAY, body)
    }

    #[test]
    fn a_problem_is_a_refusal_and_anything_else_is_shown_as_it_begins() {
        let problem = r#"{"status": 404, "code": "TripNotFound", "detail": "no such trip"}"#;
        assert_eq!(refused(problem).status(), Some(404));
        let page = format!("<html>{}</html>", "x".repeat(1_000));
        let error = refused(&page).to_string();
        assert!(error.contains("502 Bad Gateway") && error.contains("<html>xxx"), "{error}");
        assert!(error.len() < 400, "{error}");
    }
}
