//! Tokens that are not what they must be, at the sign-in and in the cookie.

use http::StatusCode;
use rstest::rstest;
use rstest_reuse::{self, apply, template};
use serde_json::json;

use super::bed::{Bed, SESSION};
use super::draft::{CLIENT, Change, Signature, claim, header};

/// The bed's time, in seconds since 1970.
const NOON: i64 = 1_768_478_400;

#[template]
#[rstest]
#[case::of_another_client(claim("aud", json!("another")))]
#[case::of_no_client(claim("aud", json!(null)))]
#[case::of_clients_without_ours(claim("aud", json!(["another", "third"])))]
#[case::of_another_issuer(claim("iss", json!("https://issuer.example/pool")))]
#[case::of_no_issuer(claim("iss", json!(null)))]
#[case::that_has_ended(claim("exp", json!(NOON)))]
#[case::that_ends_within_the_margin(claim("exp", json!(NOON + 30)))]
#[case::that_never_ends(claim("exp", json!(null)))]
#[case::whose_end_is_no_number(claim("exp", json!("later")))]
#[case::for_an_api(claim("token_use", json!("access")))]
#[case::for_no_use(claim("token_use", json!(null)))]
#[case::of_nobody(claim("sub", json!(null)))]
#[case::whose_groups_are_a_text(claim("cognito:groups", json!("operators")))]
#[case::that_nobody_signed(header("alg", json!("none")).signed(Signature::None))]
#[case::that_says_nothing_of_how(header("alg", json!(null)).signed(Signature::None))]
#[case::without_its_signature(Change::default().signed(Signature::None))]
#[case::that_a_stranger_signed(Change::default().signed(Signature::Stranger))]
#[case::signed_with_the_public_key_as_a_secret(header("alg", json!("HS256")).signed(Signature::HmacOfThePublicKey))]
#[case::of_another_algorithm_of_the_same_key(header("alg", json!("RS512")))]
#[case::of_a_key_that_never_was(header("kid", json!("never")))]
#[case::of_a_key_of_another_kind(header("kid", json!("strange")))]
#[case::without_a_key(header("kid", json!(null)))]
#[case::with_a_key_of_its_own(header("jku", json!("https://keys.example/")).signed(Signature::Stranger))]
#[case::that_asks_for_more_than_is_known(header("crit", json!(["unheard-of"])))]
fn wrong_tokens(#[case] change: Change) {}

#[apply(wrong_tokens)]
#[case::of_another_sign_in(claim("nonce", json!("another")))]
#[case::of_no_sign_in(claim("nonce", json!(null)))]
#[tokio::test]
async fn nobody_is_signed_in_by_a_token(#[case] change: Change) {
    let mut bed = Bed::new().await;
    bed.issue(change);
    let refused = bed.sign_in_for("/").await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.body.contains("The sign-in did not work"), "{}", refused.body);
    assert!(bed.browser.cookies.is_empty(), "{:?}", bed.browser.cookies);
}

#[apply(wrong_tokens)]
#[tokio::test]
async fn a_cookie_is_no_session_with_a_token(#[case] change: Change) {
    let mut bed = Bed::new().await;
    bed.issue(change);
    bed.hold_token();
    assert_eq!(bed.browser.open("/").await.leads_to(), "/console/sign-in?to=%2F");
}

#[rstest]
#[case::of_several_groups(Change::default())]
#[case::for_several_clients(claim("aud", json!(["another", CLIENT])))]
#[case::without_an_address(claim("email", json!(null)))]
#[case::of_a_clock_ahead(claim("iat", json!(NOON + 300)))]
#[tokio::test]
async fn a_right_token_is_one(#[case] change: Change) {
    let mut bed = Bed::new().await;
    bed.issue(change);
    assert_eq!(bed.sign_in_for("/").await.leads_to(), "/");
    assert_eq!(bed.browser.open("/").await.status, StatusCode::OK);
}

#[rstest]
#[case::of_other_groups(claim("cognito:groups", json!(["auditors", "not-operators"])))]
#[case::of_no_group(claim("cognito:groups", json!(null)))]
#[tokio::test]
async fn whoever_is_not_a_member_is_told_so_and_how_to_leave(#[case] change: Change) {
    let mut bed = Bed::new().await;
    bed.issue(change);
    let refused = bed.sign_in_for("/").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    for text in ["You may not use this console", "olga@example.com", "<code>operators</code>"] {
        assert!(refused.body.contains(text), "{}", refused.body);
    }
    assert!(refused.body.contains("href=\"/console/sign-out\""));
    assert!(bed.browser.cookies.is_empty());
    bed.hold_token();
    assert_eq!(bed.browser.open("/").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn what_a_token_says_is_shown_as_text() {
    let mut bed = Bed::new().await;
    let email = claim("email", json!("<script>alert(1)</script>"));
    bed.issue(email.and("cognito:groups", json!([])));
    let refused = bed.sign_in_for("/").await;
    assert!(refused.body.contains("&lt;script&gt;") && !refused.body.contains("<script"));
}

#[tokio::test]
async fn a_token_that_no_browser_would_keep_is_told() {
    let mut bed = Bed::new().await;
    bed.issue(claim("custom:notes", json!("x".repeat(3_000))));
    let refused = bed.sign_in_for("/").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.body.contains("Your account has too many groups"));
    assert!(!bed.browser.cookies.contains_key(SESSION));
}
