//! A provider that refuses, fails, or does not answer.

use std::sync::atomic::Ordering;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use http::header::{CONTENT_SECURITY_POLICY, RETRY_AFTER};
use http::{Method, StatusCode};
use rstest::rstest;

use super::bed::{ATTEMPT, Bed, settings};
use super::browser::Shown;

fn assert_unavailable(answer: &Shown) {
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.headers[RETRY_AFTER], "10");
    assert!(answer.body.contains("The sign-in does not answer"), "{}", answer.body);
}

#[rstest]
#[case(500)]
#[case(503)]
#[case(429)]
#[tokio::test]
async fn a_provider_that_fails_is_told_and_asked_again_later(#[case] status: u16) {
    let mut bed = Bed::new().await;
    bed.issuer.desk.trouble.store(status, Ordering::SeqCst);
    assert_unavailable(&bed.sign_in_for("/").await);
    bed.hold_token();
    assert_unavailable(&bed.browser.open("/").await);
    let live = bed.browser.send(Method::GET, "/console/live", &[]).await;
    assert_unavailable(&live);
    bed.issuer.desk.trouble.store(0, Ordering::SeqCst);
    bed.clock.advance(Duration::from_secs(10));
    assert_eq!(bed.browser.open("/").await.status, StatusCode::OK);
}

/// Takes a request and never answers it.
#[derive(Debug)]
struct Silent;

impl HttpConnector for Silent {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::new(std::future::pending())
    }
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_does_not_answer_is_not_waited_for() {
    let mut bed = Bed::calling(SharedHttpConnector::new(Silent)).await;
    assert_unavailable(&bed.sign_in_for("/").await);
    bed.hold_token();
    assert_unavailable(&bed.browser.open("/").await);
}

#[tokio::test]
async fn what_the_provider_refuses_is_told_with_its_code() {
    let mut bed = Bed::new().await;
    bed.browser.open("/console/sign-in").await;
    let cookie = bed.browser.cookies[ATTEMPT].clone();
    let state = cookie.split('.').next().unwrap();
    let link =
        format!("/console/signed-in?error=access_denied&error_description=Call+me&state={state}");
    let refused = bed.browser.open(&link).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.body.contains("<code>access_denied</code>"), "{}", refused.body);
    assert!(!refused.body.contains("Call me"));
    assert!(bed.browser.cookies.is_empty());
}

#[rstest]
#[case("error=%3Cb%3ECall")]
#[case("error=Call%20me")]
#[case("nothing=known")]
#[tokio::test]
async fn a_refusal_without_a_code_shows_none(#[case] query: &str) {
    let mut bed = Bed::new().await;
    bed.browser.open("/console/sign-in").await;
    let cookie = bed.browser.cookies[ATTEMPT].clone();
    let state = cookie.split('.').next().unwrap();
    let link = format!("/console/signed-in?{query}&state={state}");
    let refused = bed.browser.open(&link).await;
    assert!(refused.body.contains("without letting you in. Begin again"), "{}", refused.body);
}

#[tokio::test]
async fn a_page_of_the_sign_in_loads_and_sends_nothing() {
    let mut bed = Bed::new().await;
    let page = bed.browser.open("/console/signed-in").await;
    let policy = page.headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
    for rule in ["default-src 'none'", "style-src 'sha256-", "form-action 'none'"] {
        assert!(policy.contains(rule), "{policy}");
    }
    assert_eq!(page.headers["referrer-policy"], "no-referrer");
}

#[rstest]
#[case("http://console.example")]
#[case("https://console.example/")]
#[case("https://console.example?a=b")]
#[case("console.example")]
#[case("")]
fn an_address_that_cannot_be_used_is_told_by_its_name(#[case] origin: &str) {
    let settings = sign_in::Settings { origin: origin.to_owned(), ..settings("https://i.example") };
    let http = SharedHttpConnector::new(Silent);
    let clock = std::sync::Arc::new(testing::FixedClock::at_noon());
    let error = sign_in::SignIn::new(settings, http, clock).err().unwrap();
    assert!(error.to_string().starts_with("origin must be an https URL"), "{error}");
}
