//! The event bus's archive, read as a stream of lines.

use std::io;

use futures::stream::BoxStream;
use futures::{AsyncBufReadExt, StreamExt, TryStreamExt};
use operator::root;
use reqwest::{Client, Response, StatusCode};
use serde::Deserialize;

use super::{ClientError, Endpoint};

/// The option that names the archive's endpoint.
const OPTION: &str = "--aws-endpoint";

/// The lines of a subscription, one event each. They end where the archive ends, or when the system
/// stops.
pub type Lines = BoxStream<'static, Result<String, ClientError>>;

/// The archive of a running system's event bus.
#[derive(Clone, Debug)]
pub struct Archive {
    http: Client,
    endpoint: Endpoint,
}

/// An error in the form of the AWS services.
#[derive(Deserialize)]
struct AwsError {
    #[serde(rename = "__type")]
    kind: String,
    #[serde(alias = "Message")]
    message: String,
}

impl Archive {
    /// A client of the archive. It waits for events without a timeout.
    ///
    /// # Errors
    /// When no HTTP client can be built.
    pub fn new(endpoint: &Endpoint) -> Result<Self, reqwest::Error> {
        Ok(Self { http: endpoint.client().build()?, endpoint: endpoint.clone() })
    }

    /// Subscribes to events by the parameters of the archive's route.
    ///
    /// # Errors
    /// [`ClientError`] if the archive cannot be reached or refuses the parameters.
    pub async fn events(&self, parameters: &[(&str, String)]) -> Result<Lines, ClientError> {
        let request = self.http.get(self.endpoint.at(&["archive", "events"])).query(parameters);
        let failed = |error| ClientError::of(&self.endpoint, OPTION, &error);
        let response = request.send().await.map_err(failed)?;
        let status = response.status();
        if status.is_success() {
            return Ok(lines(response, self.endpoint.clone()));
        }
        let body = response.text().await.map_err(failed)?;
        Err(self.refusal(status, &body))
    }

    fn refusal(&self, status: StatusCode, body: &str) -> ClientError {
        match serde_json::from_str::<AwsError>(body) {
            Ok(AwsError { kind, message }) if status.is_client_error() => {
                ClientError::Rejected { kind, message }
            }
            _ => ClientError::unknown(&self.endpoint, status, body),
        }
    }
}

fn lines(response: Response, endpoint: Endpoint) -> Lines {
    let bytes = response.bytes_stream().map_err(|error| io::Error::other(root(&error))).boxed();
    let broken = move |error: io::Error| ClientError::Broken {
        url: endpoint.to_string(),
        cause: error.to_string(),
    };
    bytes.into_async_read().lines().map_err(broken).boxed()
}
