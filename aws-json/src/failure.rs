//! Why a call had no good answer, and whether another attempt may have one.

use std::error::Error;
use std::time::Duration;

use aws_credential_types::provider::error::CredentialsError;
use aws_runtime::retries::classifiers::{THROTTLING_ERRORS, TRANSIENT_ERRORS};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::http::HttpError;
use aws_smithy_types::body::Error as BodyError;
use serde::Deserialize;

/// Statuses of a server that may do better the next time: the SDK's own list.
const TRANSIENT_STATUSES: [u16; 4] = [500, 502, 503, 504];
/// The one error of DynamoDB that its model calls retryable.
const RETRYABLE: &str = "ReplicatedWriteConflictException";

/// A call without a good answer.
#[derive(Debug, thiserror::Error)]
pub enum CallFailed {
    /// The configuration has no region, no HTTP client, or an endpoint that is not a URL.
    #[error("the configuration does not say where to call")]
    Nowhere,
    /// There is nobody to sign for.
    #[error("there are no credentials")]
    Unsigned(#[from] CredentialsError),
    /// The body cannot be written as JSON.
    #[error("the request cannot be written")]
    Unencoded(#[source] serde_json::Error),
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
    /// The answer is not what the operation answers.
    #[error("the answer cannot be read")]
    Garbled(#[source] Box<dyn Error + Send + Sync>),
    /// The answer did not come in time.
    #[error("no answer in time")]
    Late,
    /// The service, or something before it, answered with an error.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// An answer with an error.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}: {message}", self.name())]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The error's name; `None` if the answer is not the service's own.
    pub code: Option<String>,
    /// What it says.
    pub message: String,
    /// The body, in which an error may have more members.
    pub body: Vec<u8>,
    /// How long the service asks to wait.
    pub(crate) retry_after: Option<Duration>,
    /// The signature's time was wrong by far, and is corrected for the next attempt.
    pub(crate) is_skewed: bool,
}

/// Whom another attempt asks for patience.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Retryable {
    /// The service asks for less traffic.
    Throttled,
    /// Whatever failed may have passed.
    Transient,
}

#[derive(Default, Deserialize)]
struct Named {
    #[serde(rename = "__type", default)]
    kind: Option<String>,
    #[serde(default)]
    code: Option<String>,
    #[serde(alias = "Message", alias = "errorMessage", default)]
    message: Option<String>,
}

impl CallFailed {
    /// Whether another attempt may do better, by the SDK's rules.
    pub(crate) fn retryable(&self) -> Option<Retryable> {
        let is_transient = match self {
            Self::Refused(refusal) => return refusal.retryable(),
            Self::Unreached(error) => {
                error.is_timeout() || error.is_io() || error.as_other().is_some()
            }
            Self::Broken(_) | Self::Late => true,
            Self::Nowhere
            | Self::Unsigned(_)
            | Self::Unencoded(_)
            | Self::Unwritten(_)
            | Self::Malformed(_)
            | Self::Garbled(_) => false,
        };
        is_transient.then_some(Retryable::Transient)
    }
}

impl Refusal {
    /// Whether the error has this name.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        self.code.as_deref() == Some(name)
    }

    /// An error whose name and message are known.
    #[must_use]
    pub fn named(status: u16, code: Option<&str>, message: Option<&str>) -> Self {
        Self {
            status,
            code: code.map(str::to_owned),
            message: message.unwrap_or_default().to_owned(),
            body: Vec::new(),
            retry_after: None,
            is_skewed: false,
        }
    }

    /// An error's answer. `header` is its name as far as a header has it.
    pub(crate) fn read(status: u16, header: Option<&str>, body: &[u8]) -> Self {
        let Named { kind, code, message } = serde_json::from_slice(body).unwrap_or_default();
        let code = header
            .or(code.as_deref())
            .or(kind.as_deref())
            .map(plain)
            .filter(|code| !code.is_empty());
        Self { body: body.to_owned(), ..Self::named(status, code, message.as_deref()) }
    }

    /// The error's name, or the status if it has none.
    fn name(&self) -> String {
        self.code.clone().unwrap_or_else(|| format!("HTTP {}", self.status))
    }

    fn retryable(&self) -> Option<Retryable> {
        let code = self.code.as_deref().unwrap_or_default();
        if THROTTLING_ERRORS.contains(&code) {
            return Some(Retryable::Throttled);
        }
        let is_transient = TRANSIENT_ERRORS.contains(&code)
            || TRANSIENT_STATUSES.contains(&self.status)
            || code == RETRYABLE
            || self.is_skewed;
        is_transient.then_some(Retryable::Transient)
    }
}

/// A name without its name space and without what may follow a colon.
fn plain(name: &str) -> &str {
    let name = name.split_once(':').map_or(name, |(name, _)| name);
    name.rsplit('#').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(
        None,
        r#"{"__type":"com.amazonaws.dynamodb.v20120810#A","message":"m"}"#,
        Some("A"),
        "m"
    )]
    #[case(None, r#"{"__type":"A","Message":"m"}"#, Some("A"), "m")]
    #[case(None, r#"{"code":"A:http://b.example/"}"#, Some("A"), "")]
    #[case(Some("B:http://b.example/"), r#"{"__type":"A"}"#, Some("B"), "")]
    #[case(None, r#"{"__type":""}"#, None, "")]
    #[case(None, "{}", None, "")]
    #[case(None, "<html>", None, "")]
    #[case(None, "", None, "")]
    fn an_error_is_named_wherever_its_name_stands(
        #[case] header: Option<&str>,
        #[case] body: &str,
        #[case] code: Option<&str>,
        #[case] message: &str,
    ) {
        let refusal = Refusal::read(400, header, body.as_bytes());
        assert_eq!((refusal.code.as_deref(), refusal.message.as_str()), (code, message));
        assert_eq!(refusal.body, body.as_bytes());
    }

    #[test]
    fn an_answer_without_a_name_is_told_by_its_status() {
        assert_eq!(Refusal::read(502, None, b"<html>").to_string(), "HTTP 502: ");
        let named = Refusal::read(400, Some("A"), br#"{"message":"m"}"#);
        assert_eq!(named.to_string(), "A: m");
    }
}
