//! The HTTP API, route by route.

use std::time::Duration;

use domain::TripId;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Method, RequestBuilder};

use super::{Answer, ClientError, Endpoint};

/// How long an answer may take: longer than the slowest function behind the API.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The option that names the API.
const OPTION: &str = "--endpoint";

/// Where the API is, and as whom to speak to it.
#[derive(Clone, Debug, clap::Args)]
pub struct ApiArgs {
    /// Where the API is
    #[arg(
        long,
        env = "TRIP_ENDPOINT",
        value_name = "URL",
        default_value = "http://127.0.0.1:8080"
    )]
    endpoint: Endpoint,
    /// The token to sign in with
    #[arg(
        long,
        env = "TRIP_TOKEN",
        hide_env_values = true,
        default_value = "dev-operator",
        allow_hyphen_values = true
    )]
    token: String,
}

/// A client of the API.
#[derive(Clone, Debug)]
pub struct Api {
    http: Client,
    endpoint: Endpoint,
    token: String,
}

impl Api {
    /// A client made from the arguments of a command. It connects with its first request.
    ///
    /// # Errors
    /// When no HTTP client can be built.
    pub fn new(args: &ApiArgs) -> Result<Self, reqwest::Error> {
        let endpoint = args.endpoint.clone();
        let http = endpoint.client().timeout(TIMEOUT).build()?;
        Ok(Self { http, endpoint, token: args.token.clone() })
    }

    /// A client of the API at `endpoint` that signs in with `token`.
    ///
    /// # Errors
    /// As [`Api::new`].
    pub fn at(endpoint: Endpoint, token: impl Into<String>) -> Result<Self, reqwest::Error> {
        Self::new(&ApiArgs { endpoint, token: token.into() })
    }

    /// The same client, over the same connections, that signs in with another token.
    #[must_use]
    pub fn signed_in_with(&self, token: impl Into<String>) -> Self {
        Self { token: token.into(), ..self.clone() }
    }

    /// Books the trip in the JSON `body`.
    ///
    /// # Errors
    /// [`ClientError`], here and below.
    pub async fn book(&self, body: String) -> Result<Answer, ClientError> {
        let request = self.request(Method::POST, &["trips"]);
        self.send(request.header(CONTENT_TYPE, "application/json").body(body)).await
    }

    /// The trip with its members.
    ///
    /// # Errors
    /// As [`Api::book`].
    pub async fn trip(&self, trip: &TripId) -> Result<Answer, ClientError> {
        self.send(self.request(Method::GET, &["trips", trip.as_str()])).await
    }

    /// The trip's events in order.
    ///
    /// # Errors
    /// As [`Api::book`].
    pub async fn timeline(&self, trip: &TripId) -> Result<Answer, ClientError> {
        self.send(self.request(Method::GET, &["trips", trip.as_str(), "events"])).await
    }

    /// Starts to cancel a confirmed trip.
    ///
    /// # Errors
    /// As [`Api::book`].
    pub async fn cancel(&self, trip: &TripId) -> Result<Answer, ClientError> {
        self.send(self.request(Method::POST, &["trips", trip.as_str(), "cancellation"])).await
    }

    /// Searches by the parameters of the route, some of which may be repeated.
    ///
    /// # Errors
    /// As [`Api::book`].
    pub async fn search(&self, parameters: &[(&str, String)]) -> Result<Answer, ClientError> {
        self.send(self.request(Method::GET, &["trips"]).query(parameters)).await
    }

    fn request(&self, method: Method, path: &[&str]) -> RequestBuilder {
        self.http.request(method, self.endpoint.at(path)).bearer_auth(&self.token)
    }

    async fn send(&self, request: RequestBuilder) -> Result<Answer, ClientError> {
        Answer::to(request, &self.endpoint, OPTION).await
    }
}
