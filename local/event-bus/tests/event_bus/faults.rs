//! The switch for faults, as a publisher meets it.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::config::timeout::TimeoutConfig;
use aws_sdk_eventbridge::error::{ProvideErrorMetadata, SdkError};
use event_bus::{AwsError, Entry, EntryFailure, Fault, Filter, Interceptor, Position};
use futures::StreamExt;
use tokio::time::timeout;

use crate::support::{Served, archived, entry, number, serve_with};

/// Throttles the entries whose detail says so.
struct ThrottleMarked;

impl Interceptor for ThrottleMarked {
    fn entry(&self, entry: &Entry) -> Option<EntryFailure> {
        let marked = entry.detail.as_ref()?.contains("throttle");
        marked.then(|| EntryFailure::new("ThrottlingException", "Rate exceeded"))
    }
}

/// Does one thing to every call, before or after it takes effect.
struct Every {
    before: Option<Fault>,
    after: Option<Fault>,
}

impl Interceptor for Every {
    fn before(&self, _: &str) -> Option<Fault> {
        self.before.clone()
    }

    fn after(&self, _: &str) -> Option<Fault> {
        self.after.clone()
    }
}

async fn served(interceptor: impl Interceptor + 'static) -> Served {
    serve_with(|config| config.interceptor = Arc::new(interceptor)).await
}

fn unavailable() -> Fault {
    Fault::Error(AwsError::new(503, "ServiceUnavailable", "try again"))
}

#[tokio::test]
async fn chosen_entries_fail_with_a_chosen_code() {
    let served = served(ThrottleMarked).await;
    let entries = vec![entry("n.v1", r#"{"n":1}"#), entry("n.v1", r#"{"n":2,"x":"throttle"}"#)];
    let answer = served.client.put_events().set_entries(Some(entries)).send().await.unwrap();
    assert_eq!(answer.failed_entry_count(), 1);
    assert_eq!(answer.entries()[1].error_code(), Some("ThrottlingException"));
    let kept: Vec<_> = archived(&served.bus).await.iter().map(number).collect();
    assert_eq!(kept, [1]);
}

#[tokio::test]
async fn a_call_that_fails_before_it_starts_leaves_nothing() {
    let served = served(Every { before: Some(unavailable()), after: None }).await;
    let error = served.client.put_events().entries(entry("n.v1", "{}")).send().await.unwrap_err();
    assert_eq!(error.raw_response().unwrap().status().as_u16(), 503);
    assert_eq!(error.code(), Some("ServiceUnavailable"));
    assert_eq!(archived(&served.bus).await.len(), 0);
}

#[tokio::test]
async fn a_call_whose_answer_is_lost_has_landed() {
    let served = served(Every { before: None, after: Some(unavailable()) }).await;
    served.client.put_events().entries(entry("n.v1", "{}")).send().await.unwrap_err();
    assert_eq!(archived(&served.bus).await.len(), 1);
}

#[tokio::test]
async fn a_call_that_hangs_before_it_starts_is_ended_by_its_client_and_leaves_nothing() {
    let served = served(Every { before: Some(Fault::Hang), after: None }).await;
    let call = impatient(&served.client).put_events().entries(entry("n.v1", "{}")).send();
    let error = call.await.unwrap_err();
    assert!(matches!(error, SdkError::TimeoutError(_)), "{error:?}");
    assert_eq!(archived(&served.bus).await.len(), 0);
}

#[tokio::test]
async fn a_call_whose_answer_hangs_has_landed() {
    let served = served(Every { before: None, after: Some(Fault::Hang) }).await;
    let mut events = served.bus.archive().subscribe(Position::START, Filter::default());
    let call = served.client.put_events().entries(entry("n.v1", "{}"));
    let call = tokio::spawn(call.send());
    timeout(Duration::from_secs(60), events.next()).await.expect("the event").unwrap().unwrap();
    assert!(!call.is_finished());
    call.abort();
}

fn impatient(client: &Client) -> Client {
    let timeout = TimeoutConfig::builder().operation_timeout(Duration::from_millis(200));
    Client::from_conf(client.config().to_builder().timeout_config(timeout.build()).build())
}
