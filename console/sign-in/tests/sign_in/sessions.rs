//! How long a session lasts.

use std::time::Duration;

use http::{Method, StatusCode};

use super::bed::Bed;
use super::browser::UPDATES;

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_session_ends_half_a_minute_before_its_token() {
    let mut bed = Bed::new().await;
    bed.sign_in_for("/").await;
    bed.clock.advance(59 * MINUTE);
    assert_eq!(bed.browser.open("/").await.status, StatusCode::OK);
    bed.clock.advance(MINUTE / 2);
    assert_eq!(bed.browser.open("/").await.leads_to(), "/console/sign-in?to=%2F");
    let live = bed.browser.send(Method::GET, "/console/live", &[("accept", UPDATES)]).await;
    assert_eq!(live.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn clocks_that_differ_by_minutes_keep_nobody_out() {
    for ahead in [true, false] {
        let mut bed = Bed::new().await;
        let begin = bed.browser.open("/console/sign-in").await;
        let back = bed.at_provider(begin.leads_to()).await;
        bed.hold_token();
        let now = domain::Clock::now(&*bed.clock);
        bed.clock.set(if ahead { now.after(5 * MINUTE) } else { now.before(5 * MINUTE) });
        assert_eq!(bed.browser.open("/").await.status, StatusCode::OK);
        assert_eq!(bed.browser.open(&back).await.leads_to(), "/");
    }
}

#[test]
fn a_session_is_shown_without_its_token() {
    let session = sign_in::Session {
        id_token: "a.token.here".to_owned(),
        subject: "7d8f".to_owned(),
        email: Some("olga@example.com".to_owned()),
        expires_at: domain::Timestamp::from_millis(0),
    };
    let shown = format!("{session:?}");
    assert!(shown.contains("7d8f") && !shown.contains("token.here") && !shown.contains("olga"));
}
