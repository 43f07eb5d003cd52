//! Calls of a service in AWS's JSON protocol, without the SDK's client: one `POST`, signed and sent
//! over the SDK clients' connections.
//!
//! What the SDK does around a call (plugins, interceptors, layers of configuration, a signing key
//! derived anew) costs more than to read and write the ten events that the call carries. So it is
//! left out where calls are that small and that many. Retries are the caller's.

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::http::HttpError;
use aws_smithy_types::body::{Error as BodyError, SdkBody};
use domain::Clock;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, USER_AGENT};
use http::{HeaderValue, StatusCode, Uri};
use http_body_util::BodyExt;
use serde::Deserialize;
use tokio::time::error::Elapsed;
use tokio::time::timeout;

use crate::clients::ATTEMPT;
use crate::clock::SystemClock;
use crate::config::name::AWS_REGION;
use crate::config::{Config, ConfigError};
use crate::credentials;
use crate::https::Https;
use crate::sigv4::{Call, Signer};

const PRODUCT: HeaderValue = HeaderValue::from_static("trip-saga");

/// A service that speaks this protocol.
#[derive(Debug)]
pub struct Service {
    /// Its name in the settings.
    name: &'static str,
    /// Its name in signatures.
    signed_as: &'static str,
    content_type: &'static str,
}

/// Amazon EventBridge.
pub const EVENTBRIDGE: Service = Service {
    name: "eventbridge",
    signed_as: "events",
    content_type: "application/x-amz-json-1.1",
};

/// Amazon DynamoDB.
pub const DYNAMODB: Service =
    Service { name: "dynamodb", signed_as: "dynamodb", content_type: "application/x-amz-json-1.0" };

/// Amazon CloudWatch Logs.
pub const CLOUDWATCH_LOGS: Service =
    Service { name: "logs", signed_as: "logs", content_type: "application/x-amz-json-1.1" };

/// A client of one service. It keeps its connections, and the key that it signs with.
#[derive(Debug)]
pub struct Client {
    /// In place of the usual way, if another was given.
    given: Option<SharedHttpConnector>,
    usual: Https,
    uri: Uri,
    host: String,
    content_type: &'static str,
    signer: Signer,
}

/// The answer of a service, whatever its status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: StatusCode,
    /// The body: JSON, if the service itself answered.
    pub body: Vec<u8>,
}

/// A call without an answer.
#[derive(Debug, thiserror::Error)]
pub enum CallFailed {
    /// There is nobody to sign for.
    #[error("there are no credentials")]
    Unsigned(#[from] CredentialsError),
    /// It cannot be written as an HTTP request.
    #[error("the request is not valid HTTP")]
    Unwritten(#[from] http::Error),
    /// The SDK's connector does not take the request.
    #[error("the request is not valid HTTP")]
    Malformed(#[from] HttpError),
    /// It could not be sent, or its answer could not be received.
    #[error("the service could not be reached")]
    Unreached(#[from] ConnectorError),
    /// The answer broke off.
    #[error("the answer broke off")]
    Broken(#[from] BodyError),
    /// The answer did not come in time.
    #[error("no answer in time")]
    Late(#[from] Elapsed),
}

impl Client {
    /// A client of the service at `endpoint`. It connects when the first call needs it.
    ///
    /// # Errors
    /// If the settings name no region, or `endpoint` is not a URL with a host.
    pub fn from_config(
        config: &Config,
        service: &Service,
        endpoint: &str,
    ) -> Result<Self, ConfigError> {
        let Service { name, signed_as, content_type } = *service;
        let region = config.require(AWS_REGION)?.to_owned();
        let (uri, host) = parse(endpoint).ok_or_else(|| ConfigError::Malformed {
            name: format!("the endpoint of {name}"),
            expected: "a URL",
        })?;
        let signer = Signer::new(signed_as, region, credentials::provider(config));
        let (given, usual) = (config.connector(name), Https::from_config(config));
        Ok(Self { given, usual, uri, host, content_type, signer })
    }

    /// Calls an operation, such as `AWSEvents.PutEvents`.
    ///
    /// # Errors
    /// [`CallFailed`] if there is no answer in the time of one attempt.
    pub async fn call(&self, target: &'static str, body: Vec<u8>) -> Result<Answer, CallFailed> {
        timeout(ATTEMPT, self.send(target, body)).await?
    }

    async fn send(&self, target: &'static str, body: Vec<u8>) -> Result<Answer, CallFailed> {
        let request = self.request(target, body).await?;
        let connector = self.given.clone().unwrap_or_else(|| self.usual.connector());
        let answer = connector.call(request).await?.try_into_http1x()?;
        let (status, body) = (answer.status(), answer.into_body().collect().await?);
        Ok(Answer { status, body: body.to_bytes().to_vec() })
    }

    async fn request(
        &self,
        target: &'static str,
        body: Vec<u8>,
    ) -> Result<HttpRequest, CallFailed> {
        let call = Call { host: &self.host, content_type: self.content_type, target, body: &body };
        let signed = self.signer.sign(call, SystemClock.now()).await?;
        let mut request = http::Request::post(self.uri.clone())
            .header(HOST, &self.host)
            .header(CONTENT_TYPE, HeaderValue::from_static(self.content_type))
            .header(USER_AGENT, PRODUCT)
            .header("x-amz-date", signed.date)
            .header("x-amz-target", target)
            .header(AUTHORIZATION, signed.authorization);
        if let Some(token) = signed.token {
            request = request.header("x-amz-security-token", token);
        }
        Ok(request.body(SdkBody::from(body))?.try_into()?)
    }
}

fn parse(endpoint: &str) -> Option<(Uri, String)> {
    let uri: Uri = endpoint.parse().ok()?;
    let host = uri.authority()?.as_str().to_owned();
    Some((uri, host))
}

impl Answer {
    /// The error's name and message, as far as the answer has them.
    #[must_use]
    pub fn error(&self) -> (String, String) {
        let Refusal { kind, message } = serde_json::from_slice(&self.body).unwrap_or_default();
        // A name may stand behind its name space.
        let code = kind.rsplit('#').next().unwrap_or_default().to_owned();
        let code = if code.is_empty() { format!("HTTP {}", self.status.as_u16()) } else { code };
        (code, message)
    }
}

#[derive(Default, Deserialize)]
struct Refusal {
    #[serde(rename = "__type", default)]
    kind: String,
    #[serde(alias = "Message", default)]
    message: String,
}
