//! Errors as DynamoDB and EventBridge answer them.

use serde_json::{Value, json};

use super::{Answer, Fault};

/// An error by its type: the name alone, or with its namespace before a `#`.
#[must_use]
pub fn error(status: u16, kind: &str, message: &str) -> Fault {
    Fault::Answer(Answer { status, body: json!({ "__type": kind, "message": message }) })
}

fn dynamodb(status: u16, kind: &str, message: &str) -> Fault {
    error(status, &format!("com.amazonaws.dynamodb.v20120810#{kind}"), message)
}

/// DynamoDB throttles the call.
#[must_use]
pub fn throttled() -> Fault {
    dynamodb(400, "ThrottlingException", "Rate exceeded")
}

/// The same, with the reason and the ARN of the table or index.
#[must_use]
pub fn throttled_by(reason: &str, resource: &str) -> Fault {
    let kind = "com.amazonaws.dynamodb.v20120810#ThrottlingException";
    let reasons = json!([{ "reason": reason, "resource": resource }]);
    let body = json!({ "__type": kind, "message": "slow down", "throttlingReasons": reasons });
    Fault::Answer(Answer { status: 400, body })
}

/// DynamoDB fails on its side.
#[must_use]
pub fn internal() -> Fault {
    dynamodb(500, "InternalServerError", "Internal server error")
}

/// DynamoDB refuses the call for good.
#[must_use]
pub fn invalid() -> Fault {
    dynamodb(400, "ValidationException", "One or more parameter values were invalid")
}

/// A transaction with the same token is still under way.
#[must_use]
pub fn in_progress() -> Fault {
    dynamodb(400, "TransactionInProgressException", "The transaction is in progress")
}

/// A transaction is cancelled for these reasons, one an item: `None`, `TransactionConflict`,
/// `ConditionalCheckFailed`, `ThrottlingError`, `ProvisionedThroughputExceeded`, `ValidationError`.
#[must_use]
pub fn cancelled(reasons: &[&str]) -> Fault {
    let listed = reasons.join(", ");
    let message = format!(
        "Transaction cancelled, please refer cancellation reasons for specific reasons [{listed}]"
    );
    let reasons: Vec<Value> = reasons.iter().map(|code| json!({ "Code": code })).collect();
    let kind = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException";
    let body = json!({ "__type": kind, "Message": message, "CancellationReasons": reasons });
    Fault::Answer(Answer { status: 400, body })
}
