//! The provider's keys: read when they are needed, and not whenever somebody asks.

use std::sync::atomic::Ordering;
use std::time::Duration;

use http::StatusCode;
use serde_json::json;

use super::bed::Bed;
use super::draft::header;

impl Bed {
    fn keys_read(&self) -> usize {
        self.issuer.desk.keys_read.load(Ordering::SeqCst)
    }
}

#[tokio::test]
async fn the_keys_are_read_once_for_many_requests() {
    let mut bed = Bed::new().await;
    assert_eq!(bed.keys_read(), 0);
    bed.sign_in_for("/").await;
    for _ in 0..5 {
        assert_eq!(bed.browser.open("/").await.status, StatusCode::OK);
    }
    assert_eq!(bed.keys_read(), 1);
}

#[tokio::test]
async fn a_new_key_is_read_when_a_token_names_it() {
    let mut bed = Bed::new().await;
    bed.sign_in_for("/").await;
    *bed.issuer.desk.key_ids.lock().unwrap() = vec!["first", "second"];
    bed.issue(header("kid", json!("second")));
    bed.hold_token();
    bed.clock.advance(Duration::from_secs(10));
    assert_eq!(bed.browser.open("/").await.status, StatusCode::OK);
    assert_eq!(bed.keys_read(), 2);
}

#[tokio::test]
async fn a_key_that_is_withdrawn_verifies_nothing_once_the_keys_are_read_again() {
    let mut bed = Bed::new().await;
    bed.sign_in_for("/").await;
    let kept = bed.browser.cookies.clone();
    *bed.issuer.desk.key_ids.lock().unwrap() = vec!["second"];
    bed.clock.advance(Duration::from_secs(10));
    bed.issue(header("kid", json!("second")));
    bed.hold_token();
    assert_eq!(bed.browser.open("/").await.status, StatusCode::OK);
    bed.browser.cookies = kept;
    assert!(bed.browser.open("/").await.leads_to().starts_with("/console/sign-in"));
}

#[tokio::test]
async fn tokens_that_name_other_keys_make_the_site_ask_at_most_every_ten_seconds() {
    let mut bed = Bed::new().await;
    bed.issue(header("kid", json!("never")));
    bed.hold_token();
    for round in 1..=3 {
        for _ in 0..20 {
            assert!(bed.browser.open("/").await.leads_to().starts_with("/console/sign-in"));
        }
        assert_eq!(bed.keys_read(), round);
        bed.clock.advance(Duration::from_secs(10));
    }
}
