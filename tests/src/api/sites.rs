//! The functions behind API Gateway name the caller's site in their answers themselves, where one
//! is configured.

use bed::{Bed, Reply, Request, invocation};
use lambda_kit::config::name;
use saga::Operation::TripCancel;
use serde_json::{Value, json};

const OURS: &str = "https://trips.example";
const SITES: &str = "http://localhost:3000,https://trips.example";

fn event(request: &Request, origin: &str) -> Value {
    let mut event = request.event();
    event["headers"]["origin"] = json!(origin);
    event["multiValueHeaders"]["origin"] = json!([origin]);
    event
}

/// The answers of both functions to a page of this site, to a trip that is not there.
async fn answers(bed: &Bed, sites: &str, origin: &str) -> [Reply; 2] {
    let settings = [(name::CORS_ORIGINS, sites)];
    let query = query_api::Deps::from_config(&bed.config_with(&settings)).await.unwrap();
    let read = event(&Request::get("/trips/trip-1").by("alice"), origin);
    let read = query_api::handle(&query, invocation(read)).await.unwrap();
    let cancel = event(&Request::cancel("trip-1").by("alice"), origin);
    let saga = bed.saga_with(&settings).await;
    let cancelled = saga::handle(&saga, TripCancel, invocation(cancel)).await.unwrap();
    [Reply::of(&read), Reply::of(&cancelled)]
}

#[tokio::test]
async fn a_page_of_a_named_site_may_read_what_the_functions_answer() {
    let bed = Bed::new().await;
    for answer in answers(&bed, SITES, OURS).await {
        assert_eq!(answer.refusal(), (404, "TripNotFound".to_owned()));
        assert_eq!(answer.headers["access-control-allow-origin"], json!([OURS]));
        let read = json!(["x-request-id,location,retry-after,traceparent"]);
        assert_eq!(answer.headers["access-control-expose-headers"], read);
    }
}

#[tokio::test]
async fn no_other_page_may_and_none_unless_a_site_is_named() {
    let bed = Bed::new().await;
    for (sites, origin) in [(SITES, "https://trips.example.org"), (SITES, "null"), ("", OURS)] {
        for answer in answers(&bed, sites, origin).await {
            assert_eq!(answer.headers.get("access-control-allow-origin"), None, "{origin}");
        }
    }
}

#[tokio::test]
async fn a_function_that_is_told_no_site_does_not_start() {
    let bed = Bed::new().await;
    for sites in ["*", "example.com", "https://trips.example/"] {
        let config = bed.config_with(&[(name::CORS_ORIGINS, sites)]);
        let error = query_api::Deps::from_config(&config).await.unwrap_err().to_string();
        assert!(error.starts_with("CORS_ORIGINS is not a list of origins"), "{error}");
        assert!(saga::Deps::from_config(&config).await.is_err(), "{sites}");
    }
}
