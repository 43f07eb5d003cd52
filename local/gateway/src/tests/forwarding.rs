//! The events that functions get, and how the gateway converts their answers.

use axum::body::Body;
use domain::ErrorCode;
use http::Request;
use lambda_kit::error::FunctionError;
use serde_json::{Value, json};

use super::fakes::{Bed, CUSTOMER, OPERATOR, signed};

#[tokio::test]
async fn a_request_becomes_the_event_of_a_rest_api() {
    let bed = Bed::new();
    let path = "/trips/trip-1/events?a=1&b=x%2Fy+z&a=2";
    let request = signed(Request::get(path), OPERATOR)
        .header("user-agent", "curl/8")
        .header("x-request-id", "request-1");
    bed.send(request.body(Body::empty()).unwrap()).await;
    let (function, event) = bed.the_call();
    assert_eq!(function, "query-api");
    assert_eq!(event["resource"], "/trips/{trip_id}/events");
    assert_eq!(event["path"], "/trips/trip-1/events");
    assert_eq!(event["httpMethod"], "GET");
    assert_eq!(event["headers"]["user-agent"], "curl/8");
    assert_eq!(event["multiValueHeaders"]["user-agent"], json!(["curl/8"]));
    assert_eq!(event["queryStringParameters"], json!({"a": "2", "b": "x/y z"}));
    let all = json!({"a": ["1", "2"], "b": ["x/y z"]});
    assert_eq!(event["multiValueQueryStringParameters"], all);
    assert_eq!(event["pathParameters"], json!({"trip_id": "trip-1"}));
    assert_eq!((&event["body"], &event["isBase64Encoded"]), (&Value::Null, &json!(false)));
}

#[tokio::test]
async fn the_events_context_says_who_calls_and_when() {
    let bed = Bed::new();
    let request = signed(Request::get("/trips/trip-1"), OPERATOR).header("x-request-id", "r-1");
    bed.send(request.body(Body::empty()).unwrap()).await;
    let context = &bed.the_call().1["requestContext"];
    let claims = json!({"sub": "operator", "token_use": "id", "cognito:groups": "operators"});
    for (name, expected) in [
        ("authorizer", json!({"claims": claims})),
        ("requestId", json!("r-1")),
        ("stage", json!("local")),
        ("path", json!("/trips/trip-1")),
        ("resourcePath", json!("/trips/{trip_id}")),
        ("httpMethod", json!("GET")),
        ("protocol", json!("HTTP/1.1")),
        ("requestTime", json!("01/Mar/2026:01:00:00 +0000")),
        ("requestTimeEpoch", json!(1_772_326_800_120_i64)),
    ] {
        assert_eq!(context[name], expected, "{name}");
    }
    assert_eq!(context["identity"]["sourceIp"], "127.0.0.1");
}

#[tokio::test]
async fn what_is_not_there_is_null() {
    let bed = Bed::new();
    bed.get(CUSTOMER, "/trips").await;
    let event = bed.the_call().1;
    for name in ["queryStringParameters", "multiValueQueryStringParameters", "pathParameters"] {
        assert_eq!(event.get(name), Some(&Value::Null), "{name}");
    }
    assert_eq!(event["resource"], "/trips");
}

#[tokio::test]
async fn a_cancellation_goes_to_its_own_function_with_its_body() {
    let bed = Bed::that_answers(Ok(json!({"statusCode": 202})));
    let request = signed(Request::post("/trips/trip-1/cancellation"), CUSTOMER);
    let answer = bed.send(request.body(Body::from("{\"why\": \"é\"}")).unwrap()).await;
    assert_eq!(answer.status, 202);
    let (function, event) = bed.the_call();
    assert_eq!(function, "trip-cancel");
    assert_eq!(event["body"], "{\"why\": \"é\"}");
    assert_eq!(event["requestContext"]["authorizer"]["claims"]["sub"], "1");
}

#[tokio::test]
async fn an_answer_is_passed_back_under_the_gateways_request_id() {
    let bed = Bed::that_answers(Ok(json!({
        "statusCode": 404,
        "headers": {"x-request-id": "the-functions-own"},
        "multiValueHeaders": {"content-type": ["application/problem+json"]},
        "body": "{\"code\": \"TripNotFound\"}",
    })));
    let request = signed(Request::get("/trips/trip-1"), CUSTOMER).header("x-request-id", "r-1");
    let answer = bed.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!((answer.status, &answer.body["code"]), (404, &json!("TripNotFound")));
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    assert_eq!(answer.header("x-request-id"), Some("r-1"));
}

#[tokio::test]
async fn a_function_that_fails_or_answers_nonsense_is_a_bad_gateway() {
    let failed = FunctionError::new(ErrorCode::StoreUnavailable, "secret.example is down");
    for answer in [Err(failed), Ok(json!("secret.example")), Ok(json!({"statusCode": 7}))] {
        let answer = Bed::that_answers(answer).get(CUSTOMER, "/trips/trip-1").await;
        answer.assert_problem(502, "InternalError");
        assert!(!answer.body.to_string().contains("secret"));
    }
}
