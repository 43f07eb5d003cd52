//! Sends a request once.

use std::error::Error;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use domain::Clock;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode, Url};
use serde::Deserialize;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::outcome::Failure;
use crate::retry_after;
use crate::target::{Destination, Kind, Request};

/// How long a connection may take to open.
const CONNECT: Duration = Duration::from_secs(5);

/// How long a function may take: Lambda's own limit.
const INVOCATION: Duration = Duration::from_secs(15 * 60);

/// Lambda's mark on the answer of a function that failed.
const FUNCTION_ERROR: &str = "x-amz-function-error";

/// Most characters of a function's error that are told.
const LONGEST_ERROR: usize = 500;

/// Sends requests. It follows no redirections, and uses no proxy for this machine.
#[derive(Clone, Debug)]
pub struct Sender {
    loopback: Client,
    elsewhere: Client,
    patience: Duration,
    clock: Arc<dyn Clock>,
}

impl Sender {
    /// How long EventBridge waits for the answer of an API destination.
    pub const PATIENCE: Duration = Duration::from_secs(5);

    /// A sender that gives an HTTP address this long for its answer. `clock` is asked when a target
    /// names the time at which to come again.
    ///
    /// # Errors
    /// When no HTTP client can be built.
    pub fn new(patience: Duration, clock: Arc<dyn Clock>) -> reqwest::Result<Self> {
        let client = || Client::builder().connect_timeout(CONNECT).redirect(Policy::none());
        let (loopback, elsewhere) = (client().no_proxy().build()?, client().build()?);
        Ok(Self { loopback, elsewhere, patience, clock })
    }

    /// Sends a request, with these headers beside the usual ones; returns the status of the answer
    /// that took it. A 2xx answer is a delivery. A 429 or 5xx answer, or none, may pass.
    ///
    /// # Errors
    /// When it was not taken.
    pub async fn send(
        &self,
        request: &Request,
        headers: &[(&'static str, String)],
    ) -> Result<u16, Failure> {
        let Destination { kind, url, .. } = &request.to;
        let client = if is_loopback(url) { &self.loopback } else { &self.elsewhere };
        let patience = match kind {
            Kind::Http => self.patience,
            Kind::Function => INVOCATION,
        };
        let post = client.post(url.clone()).headers(all_headers(&request.to, headers)?);
        let sent = post.timeout(patience).body(request.body.clone()).send().await;
        let response = sent.map_err(|error| unanswered(&error))?;
        match kind {
            _ if !response.status().is_success() => Err(self.refusal(&response)),
            Kind::Http => Ok(response.status().as_u16()),
            Kind::Function => invoked(response).await,
        }
    }

    fn refusal(&self, response: &Response) -> Failure {
        let status = response.status();
        let is_passing = status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error();
        match is_passing {
            true => Failure::passing(status.to_string(), self.asked_wait(response)),
            false => Failure::for_good(status.to_string()),
        }
    }

    fn asked_wait(&self, response: &Response) -> Duration {
        let value = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        value.map_or(Duration::ZERO, |value| retry_after::read(value, self.clock.now()))
    }
}

/// Nobody listens, the connection broke, or there was no answer in time.
fn unanswered(error: &reqwest::Error) -> Failure {
    match error.is_connect() {
        true => Failure::away(root(error)),
        false => Failure::passing(root(error), Duration::ZERO),
    }
}

/// Whether somebody listens at an address. Nothing is sent.
pub async fn is_listening(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let address = (host, url.port_or_known_default().unwrap_or_default());
    matches!(timeout(CONNECT, TcpStream::connect(address)).await, Ok(Ok(_)))
}

/// A function that fails is invoked again: there is no queue of Lambda's that would do it.
async fn invoked(response: Response) -> Result<u16, Failure> {
    let (status, is_error) = (response.status(), response.headers().contains_key(FUNCTION_ERROR));
    let body = response.text().await.map_err(|error| unanswered(&error))?;
    // An emulator of the Runtime API says so in the body alone.
    let error = serde_json::from_str::<FunctionError>(&body).ok();
    if !is_error && error.is_none() {
        return Ok(status.as_u16());
    }
    let told = error.map_or(body, |error| format!("{}: {}", error.error_type, error.error_message));
    let told: String = told.chars().take(LONGEST_ERROR).collect();
    Err(Failure::passing(format!("the function failed: {told}"), Duration::ZERO))
}

/// How a function's error is answered. Both members are there.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FunctionError {
    error_type: String,
    error_message: String,
}

/// The destination's own headers replace the others.
fn all_headers(to: &Destination, headers: &[(&'static str, String)]) -> Result<HeaderMap, Failure> {
    let mut map = HeaderMap::new();
    map.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let headers = headers.iter().map(|(name, value)| (*name, value));
    let own = to.headers.iter().map(|(name, value)| (name.as_str(), value));
    for (name, value) in headers.chain(own) {
        let unfit = || Failure::for_good(format!("the header {name} cannot be {value:?}"));
        let header: HeaderName = name.parse().map_err(|_| unfit())?;
        map.insert(header, HeaderValue::from_str(value).map_err(|_| unfit())?);
    }
    Ok(map)
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// The innermost cause: the outer ones repeat the URL and say little more.
fn root(error: &dyn Error) -> String {
    let mut innermost = error;
    while let Some(cause) = innermost.source() {
        innermost = cause;
    }
    innermost.to_string()
}
