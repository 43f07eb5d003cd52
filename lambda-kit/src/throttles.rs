//! What DynamoDB says about its throttling: in each answer that refuses an attempt, why it was
//! refused and on account of which table or index. Source: `ThrottlingReasons` in the DynamoDB API
//! reference.

use aws_smithy_types::body::SdkBody;
use http::{Response, StatusCode};
use http_body_util::BodyExt;
use serde::Deserialize;

use crate::metrics;

/// In the bodies that name reasons, whichever error they are of.
const MARK: &[u8] = b"hrottlingReasons";

/// Why an attempt was refused.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Reason {
    /// Table or index, read or write, and which limit: `TableWriteKeyRangeThroughputExceeded`.
    #[serde(default)]
    reason: String,
    /// The ARN of the table or index.
    #[serde(default)]
    resource: String,
}

#[derive(Deserialize)]
struct Refusal {
    #[serde(default, rename = "throttlingReasons", alias = "ThrottlingReasons")]
    reasons: Vec<Reason>,
}

/// The same answer; if it refuses an attempt as throttled, its reasons are logged and counted.
///
/// # Errors
/// When the body breaks off.
pub(crate) async fn told(
    answer: Response<SdkBody>,
) -> Result<Response<SdkBody>, aws_smithy_types::body::Error> {
    if answer.status() != StatusCode::BAD_REQUEST {
        return Ok(answer);
    }
    let (head, body) = answer.into_parts();
    let body = body.collect().await?.to_bytes();
    for Reason { reason, resource } in reasons(&body) {
        tracing::warn!(reason, resource, "DynamoDB throttled a call");
        metrics::throttled(&reason, &resource);
    }
    Ok(Response::from_parts(head, SdkBody::from(body)))
}

fn reasons(body: &[u8]) -> Vec<Reason> {
    if memchr::memmem::find(body, MARK).is_none() {
        return Vec::new();
    }
    serde_json::from_slice(body).map(|Refusal { reasons }| reasons).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    const REASON: &str = "TableWriteKeyRangeThroughputExceeded";
    const TABLE: &str = "arn:aws:dynamodb:us-east-1:000000000000:table/TripSagaTable";

    fn found() -> Reason {
        Reason { reason: REASON.to_owned(), resource: TABLE.to_owned() }
    }

    /// The three errors spell the member in two ways.
    #[rstest]
    #[case("ThrottlingException", "throttlingReasons")]
    #[case("ProvisionedThroughputExceededException", "ThrottlingReasons")]
    #[case("RequestLimitExceeded", "ThrottlingReasons")]
    fn every_reason_of_an_answer_is_found(#[case] error: &str, #[case] member: &str) {
        let reason = json!({"reason": REASON, "resource": TABLE});
        let body = json!({"__type": error, "message": "slow down", member: [reason, reason]});
        assert_eq!(reasons(body.to_string().as_bytes()), [found(), found()]);
    }

    #[rstest]
    #[case("{}")]
    #[case("throttlingReasons")]
    #[case(r#"{"__type":"ConditionalCheckFailedException"}"#)]
    #[case(r#"{"throttlingReasons":[]}"#)]
    #[case("")]
    fn other_answers_have_none(#[case] body: &str) {
        assert_eq!(reasons(body.as_bytes()), []);
    }

    #[tokio::test]
    async fn an_answer_passes_as_it_is() {
        let body = json!({"throttlingReasons": [{"reason": REASON, "resource": TABLE}]});
        for status in [400, 200] {
            let answer = Response::builder().status(status).header("x-amzn-requestid", "7");
            let answer = answer.body(SdkBody::from(body.to_string())).unwrap();
            let passed = told(answer).await.unwrap();
            assert_eq!(passed.status(), status);
            assert_eq!(passed.headers()["x-amzn-requestid"], "7");
            let passed = passed.into_body().collect().await.unwrap().to_bytes();
            assert_eq!(passed, body.to_string());
        }
    }
}
