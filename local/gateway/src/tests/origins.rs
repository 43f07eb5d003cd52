//! Pages of other sites: which may call, and what a browser is told.

use axum::body::Body;
use http::Request;

use super::fakes::{Answer, Bed, CUSTOMER, signed};
use crate::{Rate, Settings};

const OURS: &str = "https://trips.example";
const OTHERS: &str = "https://trips.example.org";

fn open_to_ours() -> Settings {
    Settings { cors_origins: vec![OURS.parse().unwrap()], ..Settings::default() }
}

async fn ask(bed: &Bed, method: &str, origin: &str) -> Answer {
    let request = Request::builder().method(method).uri("/trips/trip-1");
    let request = signed(request, CUSTOMER)
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization,content-type");
    bed.send(request.body(Body::empty()).unwrap()).await
}

fn names(answer: &Answer, header: &str) -> Vec<String> {
    let text = answer.header(header).unwrap_or_default().to_ascii_lowercase();
    let mut names: Vec<_> = text.split(',').map(str::to_owned).collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn a_named_sites_preflight_is_answered_with_what_it_may_send() {
    let bed = Bed::new().protected(open_to_ours());
    let answer = ask(&bed, "OPTIONS", OURS).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("access-control-allow-origin"), Some(OURS));
    assert_eq!(names(&answer, "access-control-allow-methods"), ["get", "post"]);
    let allowed = ["authorization", "content-type", "traceparent", "x-request-id"];
    assert_eq!(names(&answer, "access-control-allow-headers"), allowed);
    assert_eq!(answer.header("access-control-allow-credentials"), None);
    assert!(bed.is_untouched());
}

#[tokio::test]
async fn a_named_site_may_read_answers_and_the_headers_that_matter() {
    let bed = Bed::new().protected(open_to_ours());
    let answer = ask(&bed, "GET", OURS).await;
    assert_eq!(answer.header("access-control-allow-origin"), Some(OURS));
    let exposed = ["location", "retry-after", "traceparent", "x-request-id"];
    assert_eq!(names(&answer, "access-control-expose-headers"), exposed);
    assert_eq!(names(&answer, "vary"), ["origin"]);
}

#[tokio::test]
async fn a_named_site_may_read_refusals_too() {
    let one = std::num::NonZeroU32::MIN;
    let rate = Some(Rate { per_second: one, burst: one });
    let bed = Bed::new().protected(Settings { rate, ..open_to_ours() });
    assert_eq!(ask(&bed, "GET", OURS).await.status, 200);
    let answer = ask(&bed, "GET", OURS).await;
    answer.assert_problem(429, "TooManyRequests");
    assert_eq!(answer.header("access-control-allow-origin"), Some(OURS));
}

#[tokio::test]
async fn any_other_sites_call_is_refused_before_anything_is_done() {
    for settings in [open_to_ours(), Settings::default()] {
        let bed = Bed::new().protected(settings);
        for method in ["OPTIONS", "GET", "POST"] {
            for origin in [OTHERS, "null", "http://trips.example", "https://TRIPS.example"] {
                let answer = ask(&bed, method, origin).await;
                answer.assert_problem(403, "OriginNotAllowed");
                assert_eq!(answer.header("access-control-allow-origin"), None, "{origin}");
            }
        }
        assert!(bed.is_untouched());
    }
}

#[tokio::test]
async fn a_call_that_needs_no_preflight_is_refused_as_any_other() {
    let bed = Bed::new().protected(open_to_ours());
    let request = signed(Request::post("/trips/trip-1/cancellation"), CUSTOMER);
    let request = request.header("content-type", "text/plain").header("sec-fetch-mode", "no-cors");
    let request = request.header("sec-fetch-site", "cross-site");
    let answer = bed.send(request.body(Body::from("{}")).unwrap()).await;
    answer.assert_problem(403, "OriginNotAllowed");
    assert!(bed.is_untouched());
}
