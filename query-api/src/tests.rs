//! The function from event to answer, for what needs no table.

use domain::event::Fact;
use lambda_kit::config::{Config, ConfigError, name};
use lambda_kit::error::FunctionError;
use lambda_runtime::{Context, LambdaEvent};
use rstest::rstest;
use serde_json::{Value, json};

use crate::{Deps, SwaggerUi, handle};

/// Tables that nobody serves: a read of them is answered as if they were down.
async fn deps() -> Deps {
    let settings = [
        ("AWS_REGION", "eu-west-1"),
        ("AWS_ACCESS_KEY_ID", "key"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1"),
        (name::CURSOR_KEYS, "k1:YSBzZWNyZXQgb2YgdGVzdCBiZWRzLCAzMiBieXRlcy4="),
    ];
    let deps = Deps::from_config(&Config::from_map(settings)).await.unwrap();
    deps.with_swagger_ui(SwaggerUi::Within(swagger_ui::file))
}

fn event(method: &str, path: &str, query: &Value) -> Value {
    json!({
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": {"Host": "a1b2.execute-api.eu-west-1.amazonaws.com"},
        "multiValueHeaders": {"Host": ["a1b2.execute-api.eu-west-1.amazonaws.com"]},
        "queryStringParameters": null,
        "multiValueQueryStringParameters": query,
        "pathParameters": null,
        "stageVariables": null,
        "requestContext": {
            "httpMethod": method,
            "stage": "prod",
            "path": format!("/prod{path}"),
            "requestId": "request-1",
            "identity": {"sourceIp": "203.0.113.7"},
            "authorizer": {"claims": {"sub": "1"}},
        },
        "body": null,
        "isBase64Encoded": false,
    })
}

async fn answer(event: Value) -> Result<Value, FunctionError> {
    handle(&deps().await, LambdaEvent::new(event, Context::default())).await
}

/// A function on Lambda has the files beside its program.
#[tokio::test]
async fn a_file_is_read_from_the_folder_and_from_nowhere_else() {
    let folder = tempfile::tempdir().unwrap();
    let files = folder.path().join(swagger_ui::FOLDER);
    std::fs::create_dir(&files).unwrap();
    for name in swagger_ui::names() {
        std::fs::write(files.join(name), swagger_ui::file(name).unwrap()).unwrap();
    }
    std::fs::write(folder.path().join("bootstrap"), "not for reading").unwrap();
    let deps = deps().await.with_swagger_ui(SwaggerUi::In(files));
    for (path, status) in [
        ("/docs", 200),
        ("/docs/swagger-ui-bundle.js", 200),
        ("/docs/elsewhere.js", 404),
        ("/docs/..%2Fbootstrap", 404),
        ("/docs/%2Fetc%2Fhostname", 404),
    ] {
        let event = event("GET", path, &Value::Null);
        let answer = handle(&deps, LambdaEvent::new(event, Context::default())).await.unwrap();
        assert_eq!(ProxyAnswer(answer).status(), status, "{path}");
    }
}

async fn get(path: &str, query: &Value) -> ProxyAnswer {
    ProxyAnswer(answer(event("GET", path, query)).await.unwrap())
}

async fn get_without_claims(path: &str) -> ProxyAnswer {
    let mut event = event("GET", path, &Value::Null);
    event["requestContext"]["authorizer"] = Value::Null;
    ProxyAnswer(answer(event).await.unwrap())
}

#[derive(Debug)]
struct ProxyAnswer(Value);

impl ProxyAnswer {
    fn status(&self) -> u64 {
        self.0["statusCode"].as_u64().unwrap()
    }

    fn header(&self, name: &str) -> &Value {
        &self.0["multiValueHeaders"][name][0]
    }

    fn body(&self) -> Value {
        serde_json::from_str(self.0["body"].as_str().unwrap()).unwrap()
    }

    #[track_caller]
    fn assert_problem(&self, status: u64, code: &str) {
        assert_eq!((self.status(), &self.body()["code"]), (status, &json!(code)));
        assert_eq!(self.header("content-type"), "application/problem+json");
    }
}

#[tokio::test]
async fn health_answers_without_claims() {
    let answer = get_without_claims("/health").await;
    assert_eq!((answer.status(), answer.body()), (200, json!({"status": "ok"})));
    assert_eq!(answer.0["isBase64Encoded"], false);
}

#[rstest]
#[case("/trips")]
#[case("/trips/search")]
#[case("/trips/trip-1")]
#[case("/trips/trip-1/events")]
#[tokio::test]
async fn every_other_route_wants_claims(#[case] path: &str) {
    let answer = get_without_claims(path).await;
    answer.assert_problem(401, "Unauthorized");
    assert_eq!(answer.header("www-authenticate"), "Bearer");
}

#[rstest]
#[case("/staging/trips")]
#[case("/trips/")]
#[case("/trips/trip-1/events/1")]
#[tokio::test]
async fn an_unknown_route_is_a_404_of_its_own(#[case] path: &str) {
    get(path, &Value::Null).await.assert_problem(404, "RouteNotFound");
}

#[rstest]
#[case("/health")]
#[case("/prod/health")]
#[tokio::test]
async fn a_route_is_found_whether_the_stage_is_in_the_path_or_not(#[case] path: &str) {
    assert_eq!(get(path, &Value::Null).await.status(), 200);
}

#[tokio::test]
async fn the_documentation_needs_no_claims_and_nothing_from_elsewhere() {
    for (path, kind) in [
        ("/docs", "text/html"),
        ("/docs/swagger-ui.css", "text/css"),
        ("/docs/swagger-ui-bundle.js", "text/javascript"),
        ("/openapi.json", "application/json"),
    ] {
        let mut event = event("GET", path, &Value::Null);
        event["requestContext"]["authorizer"] = Value::Null;
        let answer = ProxyAnswer(answer(event).await.unwrap());
        assert_eq!((answer.status(), answer.header("content-type")), (200, &json!(kind)), "{path}");
    }
    let page = get("/docs", &Value::Null).await;
    let html = page.0["body"].as_str().unwrap().to_owned();
    assert!(html.contains("<base href=\"/prod/docs/\">") && !html.contains("://"), "{html}");
    assert_eq!(get("/docs/", &Value::Null).await.0["body"], page.0["body"]);
    let is_file = |part: &&str| [".css", ".js", ".png"].iter().any(|end| part.ends_with(end));
    let loaded: Vec<_> = html.split('"').filter(is_file).collect();
    assert_eq!(loaded.len(), 7, "{html}");
    for file in loaded {
        let answer = get(&format!("/docs/{}", file.trim_start_matches("./")), &Value::Null).await;
        assert_eq!(answer.status(), 200, "{file}");
    }
    let policy = page.header("content-security-policy").as_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'self'"), "{policy}");
    let script = get("/docs/swagger-initializer.js", &Value::Null).await;
    assert!(script.0["body"].as_str().unwrap().contains("\"../openapi.json\""), "{script:?}");
    get("/docs/elsewhere.js", &Value::Null).await.assert_problem(404, "RouteNotFound");
}

#[rstest]
#[case("/", "<a href=\"docs\">")]
#[case("/docs/errors", "<a href=\"docs/errors/TripNotFound\">")]
#[case("/docs/errors/", "<a href=\"docs/errors/TripNotFound\">")]
#[case("/docs/errors/TripNotFound", "<td>What to do</td>")]
#[case("/docs/runbooks", "<a href=\"docs/runbooks/ParkedEvents\">")]
#[case("/docs/runbooks/ParkedEvents", "trip outbox redrive --all")]
#[tokio::test]
async fn a_page_runs_no_script_and_its_links_hold_wherever_the_api_begins(
    #[case] path: &str,
    #[case] part: &str,
) {
    let answer = get_without_claims(path).await;
    assert_eq!(
        (answer.status(), answer.header("content-type")),
        (200, &json!("text/html; charset=utf-8"))
    );
    let html = answer.0["body"].as_str().unwrap();
    assert!(html.contains("<base href=\"/prod/\">") && html.contains(part), "{html}");
    assert!(!html.contains("<script") && !html.contains("://"), "{html}");
    let policy = answer.header("content-security-policy").as_str().unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'self'"), "{policy}");
    assert_eq!(get("/docs/page.css", &Value::Null).await.header("content-type"), "text/css");
}

#[tokio::test]
async fn a_problems_type_is_a_page_that_is_served() {
    for path in [
        "/nowhere",
        "/trips/a%20b",
        "/trips?cursor=abc",
        "/docs/errors/Nothing",
        "/docs/runbooks/No",
    ] {
        let body = get(path, &Value::Null).await.body();
        let address = body["type"].as_str().unwrap();
        assert_eq!(address, format!("/prod/docs/errors/{}", body["code"].as_str().unwrap()));
        assert_eq!(get(address, &Value::Null).await.status(), 200, "{address}");
    }
}

#[tokio::test]
async fn every_event_type_is_listed_with_a_sample_and_an_address_that_is_served() {
    let list = get_without_claims("/events/schemas").await.body();
    let types = list["types"].as_array().unwrap();
    assert_eq!(types.len(), Fact::TYPES.len());
    for (event, expected) in types.iter().zip(Fact::TYPES) {
        assert_eq!((&event["type"], &event["version"]), (&json!(expected), &json!(1)));
        assert_eq!(event["sample"]["type"], expected);
        let address = event["schema"].as_str().unwrap();
        assert_eq!(address, format!("/prod/events/schemas/{expected}"));
        let schema = get_without_claims(address).await.body();
        assert_eq!(schema["properties"]["type"]["const"], expected);
    }
    let unknown = get_without_claims("/events/schemas/trip.confirmed").await;
    unknown.assert_problem(404, "EventTypeNotFound");
}

#[tokio::test]
async fn a_wrong_method_is_told_the_right_one() {
    let answer = ProxyAnswer(answer(event("DELETE", "/trips/trip-1", &Value::Null)).await.unwrap());
    answer.assert_problem(405, "MethodNotAllowed");
    assert_eq!(answer.header("allow"), "GET,HEAD");
}

#[rstest]
#[case("%23")]
#[case("a%23b")]
#[case("a%00")]
#[case("a%0Ab")]
#[case("%FF")]
#[case("%E6%97%85")]
#[case("a b")]
#[case("旅")]
#[tokio::test]
async fn a_text_that_is_not_a_trip_id_never_becomes_a_key(#[case] id: &str) {
    for path in [format!("/trips/{id}"), format!("/trips/{id}/events")] {
        let answer = get(&path, &Value::Null).await;
        answer.assert_problem(400, "InvalidRequest");
        assert_eq!(answer.body()["errors"][0]["field"], "trip_id");
    }
}

#[tokio::test]
async fn an_id_of_2049_bytes_is_refused() {
    let path = format!("/trips/{}", "a".repeat(2_049));
    get(&path, &Value::Null).await.assert_problem(400, "InvalidRequest");
}

#[tokio::test]
async fn every_bad_parameter_is_named() {
    let query = json!({"limit": ["0"], "page": ["2"], "status": ["LOST"], "to": ["2026-02-30"]});
    for path in ["/trips", "/trips/search"] {
        let answer = get(path, &query).await;
        answer.assert_problem(400, "InvalidQuery");
        let body = answer.body();
        let errors = body["errors"].as_array().unwrap();
        let mut fields: Vec<_> = errors.iter().map(|error| error["field"].clone()).collect();
        fields.sort_by_key(Value::to_string);
        assert_eq!(fields, ["limit", "page", "status", "to"]);
    }
}

#[tokio::test]
async fn a_text_that_is_not_a_cursor_is_an_error_of_its_own() {
    for cursor in ["", "abc", "1.k1.e30.e30", "\u{0}", "../..", "🧳"] {
        for path in ["/trips", "/trips/search"] {
            let answer = get(path, &json!({"cursor": [cursor]})).await;
            answer.assert_problem(400, "InvalidCursor");
            assert_eq!(answer.body()["errors"][0]["field"], "cursor");
        }
    }
}

#[tokio::test]
async fn without_keys_to_sign_cursors_the_function_does_not_start() {
    let start = async |keys: &str| {
        let config = Config::from_map([("AWS_REGION", "eu-west-1"), (name::CURSOR_KEYS, keys)]);
        Deps::from_config(&config).await.unwrap_err()
    };
    assert_eq!(start("").await, ConfigError::Missing(name::CURSOR_KEYS.to_owned()));
    let malformed = start("k1:c2hvcnQ=").await.to_string();
    assert!(malformed.starts_with("CURSOR_KEYS is not"), "{malformed}");
    assert!(!malformed.contains("c2hvcnQ"), "{malformed}");
}

#[tokio::test]
async fn a_trip_and_a_timeline_take_no_parameters() {
    for path in ["/trips/trip-1", "/trips/trip-1/events"] {
        let answer = get(path, &json!({"verbose": ["1"]})).await;
        answer.assert_problem(400, "InvalidQuery");
        assert_eq!(answer.body()["errors"][0]["field"], "verbose");
    }
}

#[tokio::test]
async fn every_answer_is_private_and_carries_the_id_of_its_request() {
    for path in ["/health", "/nowhere", "/trips/a%20b"] {
        let answer = get(path, &Value::Null).await;
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("x-request-id"), "request-1");
    }
    let mut event = event("GET", "/health", &Value::Null);
    event["multiValueHeaders"]["X-Request-Id"] = json!(["my-own"]);
    assert_eq!(ProxyAnswer(answer(event).await.unwrap()).header("x-request-id"), "my-own");
}

#[tokio::test]
async fn a_database_that_is_down_is_a_503_with_when_to_try_again() {
    for path in ["/trips/trip-1", "/trips"] {
        let answer = get(path, &Value::Null).await;
        answer.assert_problem(503, "StoreUnavailable");
        assert_eq!(answer.header("retry-after"), "1");
        assert!(!answer.body().to_string().contains("127.0.0.1"));
    }
}

#[tokio::test]
async fn an_event_of_another_source_is_the_functions_error() {
    for event in [json!({"Records": []}), json!(null), json!("GET /trips")] {
        let error = answer(event).await.unwrap_err();
        assert_eq!(error.code, domain::ErrorCode::InvalidRequest);
    }
}
