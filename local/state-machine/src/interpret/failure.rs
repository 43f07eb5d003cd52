//! The failure of a state, and which `ErrorEquals` lists match it.

use serde_json::{Value, json};

use crate::invoker::FunctionError;

/// The longest cause that Step Functions keeps, in characters.
const MAX_CAUSE: usize = 32_768;

/// The reserved error names that this runner knows.
pub(crate) mod names {
    pub(crate) const ALL: &str = "States.ALL";
    pub(crate) const DATA_LIMIT_EXCEEDED: &str = "States.DataLimitExceeded";
    pub(crate) const INTRINSIC_FAILURE: &str = "States.IntrinsicFailure";
    pub(crate) const RESULT_PATH_MATCH_FAILURE: &str = "States.ResultPathMatchFailure";
    pub(crate) const RUNTIME: &str = "States.Runtime";
    pub(crate) const TASK_FAILED: &str = "States.TaskFailed";
    pub(crate) const TIMEOUT: &str = "States.Timeout";

    /// The names that an `ErrorEquals` list may hold. `States.Runtime` is not among them: nothing
    /// ever matches it.
    pub(crate) const MATCHABLE: [&str; 6] = [
        ALL,
        DATA_LIMIT_EXCEEDED,
        INTRINSIC_FAILURE,
        RESULT_PATH_MATCH_FAILURE,
        TASK_FAILED,
        TIMEOUT,
    ];
}

/// An error name and its cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) error: String,
    pub(crate) cause: String,
}

impl Failure {
    pub(crate) fn new(error: impl Into<String>, cause: &str) -> Self {
        Self { error: error.into(), cause: cause.chars().take(MAX_CAUSE).collect() }
    }

    /// An error that the definition and its data cause. No retrier and no catcher matches it.
    pub(crate) fn runtime(cause: impl AsRef<str>) -> Self {
        Self::new(names::RUNTIME, cause.as_ref())
    }

    pub(crate) fn intrinsic(cause: &str) -> Self {
        Self::new(names::INTRINSIC_FAILURE, cause)
    }

    pub(crate) fn timeout() -> Self {
        Self::new(names::TIMEOUT, "The task did not answer within TimeoutSeconds.")
    }

    pub(crate) fn result_path() -> Self {
        Self::new(
            names::RESULT_PATH_MATCH_FAILURE,
            "ResultPath cannot be applied to the state's input.",
        )
    }

    /// The error output that a catcher places in the state's input.
    pub(crate) fn output(&self) -> Value {
        json!({"Error": self.error, "Cause": self.cause})
    }

    /// Whether an `ErrorEquals` list names this failure, by its own name or by a wildcard.
    pub(crate) fn is_any_of(&self, listed: &[String]) -> bool {
        self.error != names::RUNTIME && listed.iter().any(|name| self.is(name))
    }

    fn is(&self, name: &str) -> bool {
        let terminal = self.error == names::DATA_LIMIT_EXCEEDED;
        match name {
            names::ALL => !terminal,
            names::TASK_FAILED => !terminal && self.error != names::TIMEOUT,
            _ => self.error == name,
        }
    }
}

/// A function's error keeps its type as the name; the cause is the error as JSON, as Lambda returns
/// it.
impl From<FunctionError> for Failure {
    fn from(error: FunctionError) -> Self {
        let cause = json!({"errorMessage": error.error_message, "errorType": error.error_type});
        Self::new(error.error_type, &cause.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::{Failure, FunctionError, MAX_CAUSE};

    #[test]
    fn wildcards_match_all_but_what_the_language_exempts() {
        let cases = [
            ("HotelUnavailable", "HotelUnavailable", true),
            ("HotelUnavailable", "FlightUnavailable", false),
            ("HotelUnavailable", "States.ALL", true),
            ("HotelUnavailable", "States.TaskFailed", true),
            ("States.Timeout", "States.Timeout", true),
            ("States.Timeout", "States.ALL", true),
            ("States.Timeout", "States.TaskFailed", false),
            ("States.DataLimitExceeded", "States.ALL", false),
            ("States.DataLimitExceeded", "States.TaskFailed", false),
            ("States.DataLimitExceeded", "States.DataLimitExceeded", true),
            ("States.Runtime", "States.ALL", false),
            ("States.Runtime", "States.TaskFailed", false),
            ("States.Runtime", "States.Runtime", false),
        ];
        for (error, listed, expected) in cases {
            let matched = Failure::new(error, "").is_any_of(&[listed.to_owned()]);
            assert_eq!(matched, expected, "{error} against {listed}");
        }
    }

    #[test]
    fn the_cause_of_a_function_error_is_its_json_and_is_bounded() {
        let error = FunctionError::new("PaymentDeclined", "no \"funds\"");
        let failure = Failure::from(error);
        assert_eq!(
            failure.cause,
            r#"{"errorMessage":"no \"funds\"","errorType":"PaymentDeclined"}"#
        );
        let huge = Failure::from(FunctionError::new("X", "é".repeat(MAX_CAUSE * 2)));
        assert_eq!(huge.cause.chars().count(), MAX_CAUSE);
    }
}
