//! One interpretation of DynamoDB's error codes, for exceptions, cancellation reasons and batch
//! statements.

use std::error::Error;

use aws_json::{CallFailed, Refusal};
use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

use crate::request;

/// What a failed call means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A condition on an item did not hold: a definite answer about the item.
    ConditionFailed,
    /// Refused for good.
    Rejected,
    /// The request never left this process.
    NotSent,
    /// No answer, or a failure of the service: the request may have taken effect.
    Unavailable,
    /// An earlier attempt at the same transaction is still in progress.
    InProgress,
    /// The service asks for less traffic.
    Throttled,
    /// Another transaction holds an item; nothing was written.
    Conflict,
}

/// What the failure of a call of ours means.
pub(crate) fn of_call(error: &CallFailed) -> Fault {
    match error {
        CallFailed::Nowhere
        | CallFailed::Unencoded(_)
        | CallFailed::Unwritten(_)
        | CallFailed::Malformed(_) => Fault::NotSent,
        CallFailed::Refused(refusal) => of_refusal(refusal),
        // Timed out, cut off or garbled: the request may have arrived. So may an attempt before the
        // one that could not be signed.
        _ => Fault::Unavailable,
    }
}

/// What an SDK error means.
pub(crate) fn of<E>(error: &SdkError<E, HttpResponse>) -> Fault
where
    E: ProvideErrorMetadata + Error + 'static,
{
    match error {
        SdkError::ConstructionFailure(_) => Fault::NotSent,
        SdkError::ServiceError(answer) => {
            of_answer(answer.err().code(), answer.raw().status().as_u16())
        }
        _ => Fault::Unavailable,
    }
}

fn of_refusal(refusal: &Refusal) -> Fault {
    match request::reasons(refusal) {
        Some(reasons) => of_reasons(&reasons),
        None => of_answer(refusal.code.as_deref(), refusal.status),
    }
}

/// If there are several reasons, the first in this list decides: a failed condition is true of the
/// item whatever else happened, a refusal is final, and throttling asks for the longer pause.
const PRECEDENCE: [Fault; 6] = [
    Fault::ConditionFailed,
    Fault::Rejected,
    Fault::Unavailable,
    Fault::InProgress,
    Fault::Throttled,
    Fault::Conflict,
];

fn of_reasons(codes: &[String]) -> Fault {
    let codes = codes.iter().filter(|code| *code != "None");
    let faults: Vec<Fault> = codes.map(|code| of_code(code)).collect();
    let decisive = PRECEDENCE.into_iter().find(|fault| faults.contains(fault));
    // Cancelled without a reason: treated as refused; certainly not written.
    decisive.unwrap_or(Fault::Rejected)
}

/// What an error of a whole call means, by its name and its HTTP status.
fn of_answer(code: Option<&str>, http_status: u16) -> Fault {
    match code.map_or(Fault::Unavailable, of_code) {
        Fault::Rejected if http_status >= 500 => Fault::Unavailable,
        fault => fault,
    }
}

/// What one of DynamoDB's codes means, with or without the suffix that exceptions carry.
pub(crate) fn of_code(code: &str) -> Fault {
    match code.strip_suffix("Exception").unwrap_or(code) {
        "ConditionalCheckFailed" => Fault::ConditionFailed,
        "TransactionConflict" | "ReplicatedWriteConflict" => Fault::Conflict,
        "TransactionInProgress" => Fault::InProgress,
        "ProvisionedThroughputExceeded"
        | "RequestLimitExceeded"
        | "Throttling"
        | "ThrottlingError"
        | "LimitExceeded" => Fault::Throttled,
        "InternalServerError" | "InternalFailure" | "ServiceUnavailable" => Fault::Unavailable,
        _ => Fault::Rejected,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("ConditionalCheckFailed", Fault::ConditionFailed)]
    #[case("ConditionalCheckFailedException", Fault::ConditionFailed)]
    #[case("TransactionConflict", Fault::Conflict)]
    #[case("TransactionInProgressException", Fault::InProgress)]
    #[case("ProvisionedThroughputExceededException", Fault::Throttled)]
    #[case("ThrottlingError", Fault::Throttled)]
    #[case("ThrottlingException", Fault::Throttled)]
    #[case("InternalServerError", Fault::Unavailable)]
    #[case("ValidationError", Fault::Rejected)]
    #[case("IdempotentParameterMismatchException", Fault::Rejected)]
    #[case("SomethingNew", Fault::Rejected)]
    fn a_code_has_one_meaning_wherever_it_stands(#[case] code: &str, #[case] fault: Fault) {
        assert_eq!(of_code(code), fault);
    }

    #[rstest]
    #[case(&["None", "TransactionConflict"], Fault::Conflict)]
    #[case(&["TransactionConflict", "ThrottlingError"], Fault::Throttled)]
    #[case(&["ProvisionedThroughputExceeded", "TransactionConflict"], Fault::Throttled)]
    #[case(&["TransactionConflict", "None", "ConditionalCheckFailed"], Fault::ConditionFailed)]
    #[case(&["ThrottlingError", "ConditionalCheckFailed"], Fault::ConditionFailed)]
    #[case(&["TransactionConflict", "ValidationError"], Fault::Rejected)]
    #[case(&["None", "None"], Fault::Rejected)]
    #[case(&[], Fault::Rejected)]
    fn every_reason_is_read_and_the_decisive_one_counts(
        #[case] codes: &[&str],
        #[case] fault: Fault,
    ) {
        let codes: Vec<_> = codes.iter().map(ToString::to_string).collect();
        assert_eq!(of_reasons(&codes), fault);
    }

    #[rstest]
    #[case(Some("SomethingNew"), 500, Fault::Unavailable)]
    #[case(Some("SomethingNew"), 400, Fault::Rejected)]
    #[case(None, 502, Fault::Unavailable)]
    fn a_failure_of_the_server_is_not_a_refusal(
        #[case] code: Option<&str>,
        #[case] status: u16,
        #[case] fault: Fault,
    ) {
        assert_eq!(of_answer(code, status), fault);
    }
}
