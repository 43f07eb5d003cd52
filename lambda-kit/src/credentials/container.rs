//! Credentials from the endpoint that the environment names, fetched anew before they expire: the
//! SDK keeps them until then.
//!
//! Source: "Container credential provider" in the AWS SDKs and Tools reference guide.

use std::fs;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, future};
use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::DateTime;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::date_time::Format;
use http::header::AUTHORIZATION;
use http::{HeaderValue, Request, Uri};
use http_body_util::BodyExt;
use serde::Deserialize;
use tokio::time::{sleep, timeout};

use crate::config::{Config, name};

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(1);
const ATTEMPTS: u32 = 3;
const PAUSE: Duration = Duration::from_millis(100);
/// Addresses of ECS and EKS that may be asked without TLS, besides this machine itself.
const NEIGHBOURS: [&str; 3] = ["169.254.170.2", "169.254.170.23", "fd00:ec2::23"];

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The endpoint.
#[derive(Debug)]
pub(super) struct Container {
    uri: Uri,
    token: Option<Token>,
    http: SharedHttpConnector,
}

/// What authorises the request.
enum Token {
    Text(String),
    /// A file, whose content changes.
    File(PathBuf),
}

/// Never shows the token.
impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Text(_) => "Text",
            Self::File(_) => "File",
        })
    }
}

/// The endpoint must not be asked: anybody on the way could read the credentials.
#[derive(Debug, thiserror::Error)]
#[error(
    "{} is neither an https URL nor an http URL of this machine, ECS or EKS",
    name::AWS_CONTAINER_CREDENTIALS_FULL_URI
)]
pub(super) struct Unsafe;

/// The endpoint's answer.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    access_key_id: String,
    secret_access_key: String,
    token: Option<String>,
    expiration: Option<String>,
}

impl Container {
    /// The endpoint that the settings name, if they name one.
    pub(super) fn from_config(
        config: &Config,
        http: SharedHttpConnector,
    ) -> Result<Option<Self>, Unsafe> {
        let Some(uri) = config.get(name::AWS_CONTAINER_CREDENTIALS_FULL_URI) else {
            return Ok(None);
        };
        let uri: Uri = uri.parse().map_err(|_| Unsafe)?;
        if !is_safe(&uri) {
            return Err(Unsafe);
        }
        let file = config.get(name::AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE);
        let text = config.get(name::AWS_CONTAINER_AUTHORIZATION_TOKEN);
        let token = file.map(|path| Token::File(path.into()));
        let token = token.or_else(|| text.map(|text| Token::Text(text.to_owned())));
        Ok(Some(Self { uri, token, http }))
    }

    async fn fetch(&self) -> Result<Credentials, CredentialsError> {
        let mut attempt = 1;
        loop {
            match self.attempt().await {
                Err(error) if attempt < ATTEMPTS => {
                    tracing::warn!(error, attempt, "no credentials yet");
                    sleep(PAUSE).await;
                    attempt += 1;
                }
                answer => return answer.map_err(CredentialsError::provider_error),
            }
        }
    }

    async fn attempt(&self) -> Result<Credentials, BoxError> {
        let answer = self.http.call(self.request()?);
        let (head, body) = timeout(PATIENCE, answer).await??.try_into_http1x()?.into_parts();
        if !head.status.is_success() {
            return Err(format!("the endpoint for credentials answered {}", head.status).into());
        }
        let body = timeout(PATIENCE, body.collect()).await??.to_bytes();
        // serde's own message may repeat the body.
        let answer = serde_json::from_slice::<Answer>(&body);
        answer.map_err(|_| "the endpoint for credentials answered in another form")?.try_into()
    }

    fn request(&self) -> Result<HttpRequest, BoxError> {
        let mut request = Request::get(&self.uri).body(SdkBody::empty())?;
        if let Some(token) = self.token.as_ref().map(Token::read).transpose()? {
            request.headers_mut().insert(AUTHORIZATION, token);
        }
        Ok(request.try_into()?)
    }
}

impl Token {
    fn read(&self) -> Result<HeaderValue, BoxError> {
        let text = match self {
            Self::Text(text) => text.clone(),
            Self::File(path) => fs::read_to_string(path)?,
        };
        let mut value = HeaderValue::try_from(text.trim())?;
        value.set_sensitive(true);
        Ok(value)
    }
}

impl TryFrom<Answer> for Credentials {
    type Error = BoxError;

    fn try_from(answer: Answer) -> Result<Self, BoxError> {
        let Answer { access_key_id, secret_access_key, token, expiration } = answer;
        let expiration = expiration.as_deref().map(instant).transpose()?;
        Ok(Self::new(access_key_id, secret_access_key, token, expiration, "container"))
    }
}

fn instant(text: &str) -> Result<SystemTime, BoxError> {
    Ok(SystemTime::try_from(DateTime::from_str(text, Format::DateTime)?)?)
}

fn is_safe(uri: &Uri) -> bool {
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    let is_near = || {
        let is_loopback = host.parse().is_ok_and(|address: IpAddr| address.is_loopback());
        is_loopback || host == "localhost" || NEIGHBOURS.contains(&host)
    };
    match uri.scheme_str() {
        Some("https") => !host.is_empty(),
        Some("http") => is_near(),
        _ => false,
    }
}

impl ProvideCredentials for Container {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.fetch())
    }
}

#[cfg(test)]
mod tests;
