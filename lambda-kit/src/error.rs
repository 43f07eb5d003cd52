//! How a function fails: under a stable name that state machines, alarms and people can match.

use std::error::Error;
use std::fmt::Write;

use domain::text::one_line;
use domain::{ErrorCode, Failure, FieldError};
use lambda_runtime::Diagnostic;

use crate::config::ConfigError;

/// The longest error message, in bytes. Step Functions keeps it in the execution's state, which is
/// bounded.
const MAX_MESSAGE: usize = 8 * 1024;
/// The longest text of a cause, in characters: a service may answer with a page, but a log line
/// must not be one.
const MAX_CAUSE: usize = 2_000;

/// A function's error: Lambda's `errorType` and `errorMessage`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct FunctionError {
    /// The stable code; its name is Lambda's `errorType`.
    pub code: ErrorCode,
    /// What happened, in words for a person; field errors follow on a second line as compact JSON.
    pub message: String,
}

impl FunctionError {
    /// An error under `code`. A long message is cut.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        let mut message = message.into();
        message.truncate(message.floor_char_boundary(MAX_MESSAGE));
        Self { code, message }
    }

    /// A fault of ours: the cause goes to the log, since it may show what callers must not see.
    #[must_use]
    pub fn internal(cause: &(dyn Error + 'static)) -> Self {
        tracing::error!(cause = %chain(cause), "internal error");
        Self::new(ErrorCode::InternalError, "a fault of ours; its cause is in the log")
    }
}

/// The error and its causes, outermost first, on one line; long texts are cut.
#[must_use]
pub fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        // Writing to a string cannot fail.
        let _ = write!(text, ": {error}");
        cause = error.source();
    }
    excerpt(&text)
}

/// Another service's text, on one line of at most 2,000 characters.
#[must_use]
pub fn excerpt(text: &str) -> String {
    one_line(text, MAX_CAUSE)
}

impl From<Failure> for FunctionError {
    fn from(failure: Failure) -> Self {
        let mut error = Self::new(failure.code, failure.detail);
        let room = MAX_MESSAGE.saturating_sub(error.message.len() + 1);
        if let Some(errors) = bounded_json(&failure.errors, room) {
            error.message = format!("{}\n{errors}", error.message);
        }
        error
    }
}

impl From<ConfigError> for FunctionError {
    fn from(error: ConfigError) -> Self {
        Self::internal(&error)
    }
}

impl From<FunctionError> for Diagnostic {
    fn from(error: FunctionError) -> Self {
        Self { error_type: error.code.name().to_owned(), error_message: error.message }
    }
}

/// As many of the errors as fit, as one JSON array, which must remain valid JSON.
fn bounded_json(errors: &[FieldError], room: usize) -> Option<String> {
    let mut listed = String::new();
    for error in errors {
        let json = serde_json::to_string(error).ok()?;
        if listed.len() + json.len() + 2 > room {
            break;
        }
        listed.push(if listed.is_empty() { '[' } else { ',' });
        listed.push_str(&json);
    }
    (!listed.is_empty()).then(|| listed + "]")
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn broken(field: &str) -> FieldError {
        FieldError { field: field.into(), code: "required".into(), detail: "is required".into() }
    }

    #[test]
    fn a_refusal_is_known_by_its_code_and_explained_by_its_detail() {
        let failure = Failure::new(ErrorCode::FlightUnavailable, "no seat on NH001");
        let diagnostic = Diagnostic::from(FunctionError::from(failure));
        assert_eq!(diagnostic.error_type, "FlightUnavailable");
        assert_eq!(diagnostic.error_message, "no seat on NH001");
    }

    #[test]
    fn field_errors_follow_the_detail_as_json() {
        let failure = Failure::invalid_request(vec![broken("amount"), broken("currency")]);
        let message = FunctionError::from(failure.clone()).message;
        let (detail, json) = message.split_once('\n').unwrap();
        assert_eq!(detail, failure.detail);
        assert_eq!(serde_json::from_str::<Vec<FieldError>>(json).unwrap(), failure.errors);
    }

    #[test]
    fn many_field_errors_stay_within_the_bound_and_remain_json() {
        let errors = (0..500).map(|n| broken(&format!("field_{n}"))).collect();
        let message = FunctionError::from(Failure::invalid_request(errors)).message;
        assert!(message.len() <= MAX_MESSAGE);
        let (_, json) = message.split_once('\n').unwrap();
        assert!(serde_json::from_str::<Vec<Value>>(json).unwrap().len() > 50);
    }

    #[test]
    fn a_detail_that_fills_the_message_leaves_no_room_for_field_errors() {
        let detail = "x".repeat(2 * MAX_MESSAGE);
        let code = ErrorCode::InvalidRequest;
        let failure = Failure { code, detail, errors: vec![broken("amount")] };
        assert_eq!(FunctionError::from(failure).message, "x".repeat(MAX_MESSAGE));
    }

    #[test]
    fn a_long_message_is_cut_between_characters() {
        let error = FunctionError::new(ErrorCode::InternalError, "é".repeat(MAX_MESSAGE));
        assert!(error.message.len() <= MAX_MESSAGE);
    }

    #[test]
    fn a_cause_of_any_size_is_one_short_line() {
        let page = "<html>\n\u{1b}[2J".to_owned() + &"x".repeat(1_000_000);
        let told = chain(&std::io::Error::other(page));
        assert!(told.starts_with(r"<html>\n\u{1b}[2Jx"), "{}", &told[..40]);
        assert_eq!(told.chars().count(), MAX_CAUSE);
    }

    #[test]
    fn an_unknown_error_shows_nothing_of_its_cause() {
        let cause = std::io::Error::other("secret.example refused the connection");
        let error = FunctionError::internal(&cause);
        assert_eq!(error.code, ErrorCode::InternalError);
        assert!(!error.message.contains("secret"));
    }
}
