//! The whole way in.

use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, SET_COOKIE};
use http::{Method, StatusCode};
use rstest::rstest;

use super::bed::{ATTEMPT, Bed, ORIGIN, SESSION};
use super::browser::{PAGE, UPDATES};

#[tokio::test]
async fn a_person_signs_in_once_and_comes_back_to_the_page_that_was_opened() {
    let mut bed = Bed::new().await;
    let begin = bed.browser.open("/console/trips?status=OPEN&q=a%20b").await;
    assert_eq!(
        begin.leads_to(),
        "/console/sign-in?to=%2Fconsole%2Ftrips%3Fstatus%3DOPEN%26q%3Da%2520b"
    );
    let entered = bed.sign_in_for("/console/trips?status=OPEN&q=a%20b").await;
    assert_eq!(entered.leads_to(), "/console/trips?status=OPEN&q=a%20b");
    let page = bed.browser.open("/console/trips").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.body, "7d8f0c1e-olga Some(\"olga@example.com\") 2026-01-15T13:00:00.000Z");
    assert_eq!(bed.browser.cookies.keys().collect::<Vec<_>>(), [SESSION]);
}

#[tokio::test]
async fn the_cookies_are_for_this_host_over_tls_and_no_script() {
    let mut bed = Bed::new().await;
    let authorize = bed.browser.open("/console/sign-in?to=/console/trips").await;
    let attempt = authorize.cookies().next().unwrap().to_owned();
    let back = bed.at_provider(authorize.leads_to()).await;
    let entered = bed.browser.open(&back).await;
    let session = entered.cookies().next().unwrap();
    for (cookie, name, lasts) in [(&*attempt, ATTEMPT, 900), (session, SESSION, 3_600 - 30)] {
        let (pair, attributes) = cookie.split_once("; ").unwrap();
        assert!(pair.starts_with(&format!("{name}=")), "{cookie}");
        let form = format!("Path=/; Max-Age={lasts}; HttpOnly; Secure; SameSite=Lax");
        assert_eq!(attributes, form);
    }
    assert_eq!(entered.cookies().count(), 2, "and the sign-in is over: {entered:?}");
}

#[tokio::test]
async fn no_address_holds_a_token_and_no_answer_is_kept() {
    let mut bed = Bed::new().await;
    let begin = bed.browser.open("/").await;
    let authorize = bed.browser.open(begin.leads_to()).await;
    let back = bed.at_provider(authorize.leads_to()).await;
    let entered = bed.browser.open(&back).await;
    let token = bed.browser.cookies[SESSION].clone();
    for answer in [&begin, &authorize, &entered] {
        assert!(!answer.leads_to().contains(&token));
        assert_eq!(answer.headers[CACHE_CONTROL], "no-store");
        assert!(answer.headers.contains_key(CONTENT_SECURITY_POLICY));
    }
    assert!(!back.contains(&token) && back.starts_with("/console/signed-in?code="));
}

#[rstest]
#[case("//elsewhere.example/console/")]
#[case("https://elsewhere.example/")]
#[case("/console/sign-out")]
#[tokio::test]
async fn nobody_is_led_to_another_site_or_out_again(#[case] wanted: &str) {
    let mut bed = Bed::new().await;
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("to", wanted).finish();
    let authorize = bed.browser.open(&format!("/console/sign-in?{query}")).await;
    let back = bed.at_provider(authorize.leads_to()).await;
    assert_eq!(bed.browser.open(&back).await.leads_to(), "/");
}

#[tokio::test]
async fn only_the_opening_of_a_page_is_led_to_the_sign_in() {
    let mut bed = Bed::new().await;
    let asked = [
        (Method::GET, "/console/live", UPDATES, false),
        (Method::GET, "/", "*/*", false),
        (Method::GET, "/console/none", "application/json", false),
        (Method::POST, "/console/book", "application/json", false),
        (Method::POST, "/console/book", PAGE, true),
    ];
    for (method, path, accept, is_page) in asked {
        let answer = bed.browser.send(method, path, &[("accept", accept)]).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        assert!(answer.headers.contains_key("www-authenticate"));
        assert_eq!(answer.body.contains("<h1>You are not signed in</h1>"), is_page);
        assert!(answer.body.contains("/console/sign-in"));
    }
}

#[tokio::test]
async fn files_that_say_nothing_about_anybody_need_no_session() {
    let mut bed = Bed::new().await;
    let style = bed.browser.send(Method::GET, "/console/assets/style.css", &[]).await;
    assert_eq!((style.status, &*style.body), (StatusCode::OK, "a style"));
}

#[tokio::test]
async fn a_page_that_does_not_exist_is_told_to_members_alone() {
    let mut bed = Bed::new().await;
    assert!(bed.browser.open("/console/none").await.leads_to().starts_with("/console/sign-in"));
    bed.sign_in_for("/").await;
    assert_eq!(bed.browser.open("/console/none").await.body, "no such page");
}

#[tokio::test]
async fn a_state_of_another_sign_in_ends_nothing_and_lets_nobody_in() {
    let mut bed = Bed::new().await;
    let theirs = bed.browser.open("/console/sign-in").await;
    let theirs = bed.at_provider(theirs.leads_to()).await;
    let ours = bed.browser.open("/console/sign-in").await;
    let refused = bed.browser.open(&theirs).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.body.contains("This sign-in has ended"));
    assert!(!refused.headers.contains_key(SET_COOKIE));
    // That of the other window still works.
    let ours = bed.at_provider(ours.leads_to()).await;
    assert_eq!(bed.browser.open(&ours).await.leads_to(), "/");
    // Whoever goes back then is in already.
    assert_eq!(bed.browser.open(&theirs).await.leads_to(), "/");
}

#[rstest]
#[case("/console/signed-in")]
#[case("/console/signed-in?code=code-0")]
#[case("/console/signed-in?code=code-0&state=")]
#[tokio::test]
async fn nobody_is_signed_in_by_a_link(#[case] link: &str) {
    let mut bed = Bed::new().await;
    assert_eq!(bed.browser.open(link).await.status, StatusCode::BAD_REQUEST);
    bed.browser.open("/console/sign-in").await;
    assert_eq!(bed.browser.open(link).await.status, StatusCode::BAD_REQUEST);
    assert!(!bed.browser.cookies.contains_key(SESSION));
}

#[tokio::test]
async fn a_code_is_redeemed_once_and_by_the_verifier_of_its_sign_in() {
    let mut bed = Bed::new().await;
    let authorize = bed.browser.open("/console/sign-in").await;
    let back = bed.at_provider(authorize.leads_to()).await;
    let cookie = bed.browser.cookies[ATTEMPT].clone();
    let [state, nonce, _, page] = cookie.split('.').collect::<Vec<_>>()[..] else { panic!() };
    let another = format!("{state}.{nonce}.{}.{page}", "x".repeat(43));
    bed.browser.cookies.insert(ATTEMPT.to_owned(), another);
    let refused = bed.browser.open(&back).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{ORIGIN}");
    assert!(refused.body.contains("The sign-in did not work"));
    assert!(bed.browser.cookies.is_empty());
}
