//! The HTTP address that gets the events.

use std::sync::Arc;
use std::time::Duration;

use domain::Clock;
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode, Url};

use super::retry_after;
use crate::client::{Endpoint, root};

/// One HTTP address.
pub(super) struct Target {
    http: Client,
    url: Url,
    clock: Arc<dyn Clock>,
}

/// An attempt that failed.
#[derive(Debug)]
pub(super) struct Failure {
    /// What happened, in words.
    pub(super) error: String,
    /// The least time to wait before another attempt; `None` if another one would not help.
    pub(super) again: Option<Duration>,
}

impl Target {
    /// A target that has this long for each answer. Redirections are not followed.
    pub(super) fn new(
        to: &Endpoint,
        timeout: Duration,
        clock: Arc<dyn Clock>,
    ) -> reqwest::Result<Self> {
        let http = to.client().timeout(timeout).redirect(Policy::none()).build()?;
        Ok(Self { http, url: to.url(), clock })
    }

    /// Sends one event: JSON.
    pub(super) async fn post(&self, event: &str) -> Result<StatusCode, Failure> {
        let request = self.http.post(self.url.clone()).header(CONTENT_TYPE, "application/json");
        match request.body(event.to_owned()).send().await {
            Ok(response) if response.status().is_success() => Ok(response.status()),
            Ok(response) => Err(self.refusal(&response)),
            // Nobody listens, the connection broke, or there was no answer in time.
            Err(error) => Err(Failure { error: root(&error), again: Some(Duration::ZERO) }),
        }
    }

    fn refusal(&self, response: &Response) -> Failure {
        let status = response.status();
        let is_passing = status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error();
        let again = is_passing.then(|| self.asked_wait(response));
        Failure { error: status.to_string(), again }
    }

    fn asked_wait(&self, response: &Response) -> Duration {
        let value = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        value.map_or(Duration::ZERO, |value| retry_after::read(value, self.clock.now()))
    }
}
