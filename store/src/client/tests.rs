//! Both ways make as many attempts after the same answers, and call at the same place.

use std::time::Duration;

use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Region};
use aws_sdk_dynamodb::error::SdkError;
use rstest::rstest;
use serde_json::json;

use super::*;
use crate::canned::{CannedAnswer, Script};
use crate::fault::{self, Fault};
use crate::items::s;

const ATTEMPTS: u32 = 3;

fn retries() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(ATTEMPTS)
        .with_initial_backoff(Duration::from_millis(100))
        .with_max_backoff(Duration::from_secs(1))
}

/// A client that meets this answer at every attempt.
fn meeting(answer: &CannedAnswer) -> (Script, Client) {
    let script = Script::new(vec![answer.clone(); ATTEMPTS as usize]);
    let client = client(&script.config(retries()));
    (script, client)
}

/// How often the SDK tries, and what it takes the last answer for.
async fn by_the_sdk(answer: &CannedAnswer) -> (usize, Fault, usize) {
    let (script, client) = meeting(answer);
    let sent = client.delete_item().table_name("t").key("PK", s("k")).send().await;
    let error: SdkError<_, _> = sent.unwrap_err();
    (script.requests().len(), fault::of(&error), script.pauses().len())
}

async fn ours(answer: &CannedAnswer) -> (usize, Fault, usize) {
    let (script, client) = meeting(answer);
    let error = client.send(&Request::delete("t").key("PK", s("k"))).await.unwrap_err();
    (script.requests().len(), fault::of_call(&error), script.pauses().len())
}

#[rstest]
#[case(CannedAnswer::exception("ConditionalCheckFailedException"), Fault::ConditionFailed)]
#[case(CannedAnswer::exception("TransactionConflictException"), Fault::Conflict)]
#[case(CannedAnswer::exception("TransactionInProgressException"), Fault::InProgress)]
#[case(CannedAnswer::exception("ReplicatedWriteConflictException"), Fault::Conflict)]
#[case(CannedAnswer::exception("ProvisionedThroughputExceededException"), Fault::Throttled)]
#[case(CannedAnswer::exception("ThrottlingException"), Fault::Throttled)]
#[case(CannedAnswer::exception("RequestLimitExceeded"), Fault::Throttled)]
#[case(CannedAnswer::exception("LimitExceededException"), Fault::Throttled)]
#[case(CannedAnswer::exception("InternalServerError"), Fault::Unavailable)]
#[case(CannedAnswer::exception("ValidationException"), Fault::Rejected)]
#[case(CannedAnswer::exception("ResourceNotFoundException"), Fault::Rejected)]
#[case(CannedAnswer::exception("IdempotentParameterMismatchException"), Fault::Rejected)]
#[case(CannedAnswer::exception("AccessDeniedException"), Fault::Rejected)]
#[case(CannedAnswer::exception("UnrecognizedClientException"), Fault::Rejected)]
#[case(CannedAnswer::exception("RequestTimeoutException"), Fault::Rejected)]
#[case(CannedAnswer::Http(503, json!({ "__type": "Any" })), Fault::Unavailable)]
#[case(CannedAnswer::Http(501, json!({ "__type": "Any" })), Fault::Unavailable)]
#[case(CannedAnswer::Raw(502, "<html>"), Fault::Unavailable)]
#[case(CannedAnswer::Raw(403, "<html>"), Fault::Unavailable)]
#[case(CannedAnswer::Raw(200, "{\"Attributes\":"), Fault::Unavailable)]
#[case(CannedAnswer::Broken, Fault::Unavailable)]
#[case(CannedAnswer::Refused, Fault::Unavailable)]
#[tokio::test]
async fn as_many_attempts_follow_an_answer_as_the_sdk_makes(
    #[case] answer: CannedAnswer,
    #[case] fault: Fault,
) {
    let (attempts, meant, pauses) = ours(&answer).await;
    assert_eq!(meant, fault);
    assert_eq!((attempts, meant, pauses), by_the_sdk(&answer).await);
}

#[tokio::test]
async fn a_retry_that_succeeds_is_a_success() {
    let answers = [CannedAnswer::Broken, CannedAnswer::ok(json!({}))];
    let script = Script::new(answers);
    let client = client(&script.config(retries()));
    client.send(&Request::delete("t").key("PK", s("k"))).await.unwrap();
    assert_eq!(script.requests().len(), 2);
    assert!(script.pauses().iter().all(|pause| *pause <= Duration::from_millis(100)));
}

#[rstest]
#[case(Some("eu-west-1"), None, Some("https://dynamodb.eu-west-1.amazonaws.com"))]
#[case(Some("cn-north-1"), None, Some("https://dynamodb.cn-north-1.amazonaws.com.cn"))]
#[case(Some("eu-west-1"), Some("http://127.0.0.1:8000"), Some("http://127.0.0.1:8000"))]
#[case(None, Some("http://127.0.0.1:8000"), None)]
fn dynamodb_is_where_the_sdks_rules_say(
    #[case] region: Option<&'static str>,
    #[case] given: Option<&str>,
    #[case] place: Option<&str>,
) {
    let mut config = SdkConfig::builder().behavior_version(BehaviorVersion::latest());
    config.set_region(region.map(Region::from_static));
    config.set_endpoint_url(given.map(str::to_owned));
    assert_eq!(endpoint(&config.build()).as_deref(), place);
}

#[tokio::test]
async fn without_a_region_nothing_is_sent() {
    let script = Script::default();
    let mut config = script.config(retries()).into_builder();
    config.set_region(None);
    let client = client(&config.build());
    let error = client.send(&Request::delete("t").key("PK", s("k"))).await.unwrap_err();
    assert_eq!(fault::of_call(&error), Fault::NotSent);
}
