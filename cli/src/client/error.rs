//! Why a request failed, and what to do next.

use operator::root;
use reqwest::StatusCode;

use super::{Endpoint, Problem};

/// Most characters of an unknown answer that are shown.
const MAX_EXCERPT: usize = 200;

/// A request that did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Nobody listens at the address.
    #[error("cannot connect to {url}: {cause}")]
    Unreachable {
        /// The address.
        url: String,
        /// The option that sets another address.
        option: &'static str,
        /// The operating system's message.
        cause: String,
    },
    /// The connection broke, or no answer came in time.
    #[error("no whole answer from {url}: {cause}")]
    Broken {
        /// The address.
        url: String,
        /// What happened.
        cause: String,
    },
    /// The system refused.
    #[error("{0}")]
    Refused(Problem),
    /// A local AWS service refused.
    #[error("{message}")]
    Rejected {
        /// The error's name.
        kind: String,
        /// What it says.
        message: String,
    },
    /// The answer has a form that this command does not know.
    #[error("{url} answered {status} in an unknown form: {excerpt}")]
    Unknown {
        /// Who answered.
        url: String,
        /// The HTTP status.
        status: StatusCode,
        /// The beginning of the answer.
        excerpt: String,
    },
}

impl ClientError {
    /// Nobody listens at `url`, which `option` sets.
    pub fn unreachable(url: &impl ToString, option: &'static str, cause: String) -> Self {
        Self::Unreachable { url: url.to_string(), option, cause }
    }

    /// What to do next, one line each.
    #[must_use]
    pub fn advice(&self) -> Vec<String> {
        match self {
            Self::Unreachable { option, .. } => Self::start(option),
            Self::Broken { .. } => vec!["ask again; if it lasts, see the log of `trip up`".into()],
            Self::Refused(problem) => problem.advice(),
            Self::Rejected { .. } => Vec::new(),
            Self::Unknown { .. } => vec!["is this the right address?".into()],
        }
    }

    /// What to do when nobody listens at the address that `option` sets.
    pub(crate) fn start(option: &str) -> Vec<String> {
        vec![format!("start the system with `trip up`, or name another one with {option}")]
    }

    /// The HTTP status of a refusal.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused(problem) => Some(problem.status),
            _ => None,
        }
    }

    /// Whether what was asked for does not exist.
    pub(crate) fn is_missing(&self) -> bool {
        match self {
            Self::Rejected { kind, .. } => kind == "ResourceNotFoundException",
            _ => self.status() == Some(404),
        }
    }

    /// Whether the question itself was wrong.
    pub(crate) fn is_misuse(&self) -> bool {
        match self {
            Self::Rejected { .. } => !self.is_missing(),
            _ => self.status() == Some(400),
        }
    }

    /// The error of a request to `endpoint` that failed before a whole answer arrived.
    pub(crate) fn of(endpoint: &Endpoint, option: &'static str, error: &reqwest::Error) -> Self {
        let cause = root(error);
        if error.is_connect() {
            return Self::unreachable(endpoint, option, cause);
        }
        Self::Broken { url: endpoint.to_string(), cause }
    }

    pub(super) fn unknown(endpoint: &Endpoint, status: StatusCode, body: &str) -> Self {
        let excerpt = body.trim().chars().take(MAX_EXCERPT).collect();
        Self::Unknown { url: endpoint.to_string(), status, excerpt }
    }
}
