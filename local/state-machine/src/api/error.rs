//! Why a call is refused, with Step Functions' error codes.

use crate::journal::JournalError;

/// The refusal of a call.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// The execution's name is not valid.
    #[error("invalid execution name: {0}")]
    InvalidName(String),
    /// The input is not JSON, or is over the payload quota.
    #[error("invalid execution input: {0}")]
    InvalidExecutionInput(String),
    /// No machine has this name or ARN.
    #[error("there is no state machine '{0}'")]
    StateMachineDoesNotExist(String),
    /// The name is taken by a running execution with another input, or by one that has ended.
    #[error("the execution '{0}' already exists")]
    ExecutionAlreadyExists(String),
    /// No execution has this ARN.
    #[error("there is no execution '{0}'")]
    ExecutionDoesNotExist(String),
    /// Redrive cannot continue the execution.
    #[error("{0}")]
    ExecutionNotRedrivable(&'static str),
    /// The page token is not one that the runner issued.
    #[error("invalid page token")]
    InvalidToken,
    /// Starts are being throttled, see [`crate::Runner::throttle_starts`].
    #[error("rate exceeded")]
    Throttled,
    /// The runner is shutting down.
    #[error("the runner is shutting down")]
    ShuttingDown,
    /// The journal could not be read or written.
    #[error("the journal failed")]
    Journal(#[from] JournalError),
}

impl ApiError {
    /// The error code on the wire.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::InvalidName(_) => "InvalidName",
            Self::InvalidExecutionInput(_) => "InvalidExecutionInput",
            Self::StateMachineDoesNotExist(_) => "StateMachineDoesNotExist",
            Self::ExecutionAlreadyExists(_) => "ExecutionAlreadyExists",
            Self::ExecutionDoesNotExist(_) => "ExecutionDoesNotExist",
            Self::ExecutionNotRedrivable(_) => "ExecutionNotRedrivable",
            Self::InvalidToken => "InvalidToken",
            Self::Throttled => "ThrottlingException",
            Self::ShuttingDown => "ServiceUnavailable",
            Self::Journal(_) => "InternalServerError",
        }
    }
}
