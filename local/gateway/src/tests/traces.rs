//! Which trace the services behind the gateway get, and which one a client gets.

use axum::body::Body;
use http::Request;

use super::fakes::{Answer, Bed, CUSTOMER, booking, signed};

const PARENT: &str = "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01";
const HEADER: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
const ROOT: &str = "Root=1-5759e988-bd862e3fe1be46a994272793";

async fn book(bed: &Bed, header: (&str, &str)) -> Answer {
    let request = signed(Request::post("/trips"), CUSTOMER)
        .header("content-type", "application/json; charset=utf-8")
        .header(header.0, header.1);
    let answer = bed.send(request.body(Body::from(booking("trip-1").to_string())).unwrap()).await;
    assert_eq!(answer.status, 202);
    answer
}

#[tokio::test]
async fn a_trace_is_passed_on_beside_the_input_and_told_to_the_client() {
    for (header, passed, told) in [
        (("traceparent", PARENT), Some(HEADER), Some(PARENT)),
        (("x-amzn-trace-id", HEADER), Some(HEADER), Some(PARENT)),
        (("x-amzn-trace-id", ROOT), Some(ROOT), None),
        (("traceparent", "00-0-0-01"), None, None),
        (("traceparent", "4111 1111 1111 1111"), None, None),
        (("x-amzn-trace-id", ""), None, None),
        (("x-amzn-trace-id", &format!("{ROOT};Name=Alice")), None, None),
        (("x-amzn-trace-id", "4111 1111 1111 1111"), None, None),
        (("x-none", ""), None, None),
    ] {
        let bed = Bed::new();
        let answer = book(&bed, header).await;
        let start = bed.starts().remove(0);
        assert_eq!(start.trace_header.as_deref(), passed, "{header:?}");
        assert!(!start.input.contains("5759e988"), "{header:?}");
        assert_eq!(answer.header("traceparent"), told, "{header:?}");
    }
}

#[tokio::test]
async fn a_function_is_invoked_within_the_trace() {
    let bed = Bed::new();
    for (name, value) in [("traceparent", PARENT), ("x-none", "")] {
        let request = signed(Request::post("/trips/trip-1/cancellation"), CUSTOMER);
        bed.send(request.header(name, value).body(Body::empty()).unwrap()).await;
    }
    assert_eq!(bed.traces(), [Some(HEADER.to_owned()), None]);
}
