//! Checks of every route: who may call, under which host names, and which headers every answer has.

use axum::body::Body;
use http::Request;

use super::fakes::{Bed, CUSTOMER, booking, signed};

const ROUTES: [(&str, &str); 6] = [
    ("POST", "/trips"),
    ("GET", "/trips"),
    ("GET", "/trips/search"),
    ("GET", "/trips/trip-1"),
    ("GET", "/trips/trip-1/events"),
    ("POST", "/trips/trip-1/cancellation"),
];

fn request(method: &str, path: &str) -> http::request::Builder {
    Request::builder().method(method).uri(path).header("content-type", "application/json")
}

fn body() -> Body {
    Body::from(booking("trip-1").to_string())
}

#[tokio::test]
async fn every_route_but_health_wants_a_token() {
    for (method, path) in ROUTES {
        for token in [None, Some("Bearer nobody"), Some("dev-operator")] {
            let bed = Bed::new();
            let mut request = request(method, path).header("host", "localhost");
            if let Some(token) = token {
                request = request.header("authorization", token);
            }
            let answer = bed.send(request.body(body()).unwrap()).await;
            answer.assert_problem(401, "Unauthorized");
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
            assert!(bed.is_untouched());
        }
    }
}

#[tokio::test]
async fn health_is_asked_without_a_token() {
    let bed = Bed::new();
    let request = Request::get("/health").header("host", "localhost");
    assert_eq!(bed.send(request.body(Body::empty()).unwrap()).await.status, 200);
    assert!(bed.the_call().1["requestContext"].get("authorizer").is_none());
}

#[tokio::test]
async fn a_foreign_or_missing_host_is_refused_on_every_route() {
    for (method, path) in ROUTES.into_iter().chain([("GET", "/health"), ("GET", "/nowhere")]) {
        for host in [None, Some("trips.example"), Some("127.0.0.1.nip.example:8080")] {
            let bed = Bed::new();
            let mut request = request(method, path).header("authorization", CUSTOMER);
            if let Some(host) = host {
                request = request.header("host", host);
            }
            let answer = bed.send(request.body(body()).unwrap()).await;
            answer.assert_problem(404, "RouteNotFound");
            assert!(bed.is_untouched());
        }
    }
}

#[tokio::test]
async fn a_request_line_that_names_a_foreign_server_is_refused_too() {
    let bed = Bed::new();
    for (server, status) in [("http://trips.example", 404), ("http://localhost:8080", 200)] {
        let request = signed(Request::get(format!("{server}/health")), CUSTOMER);
        assert_eq!(bed.send(request.body(Body::empty()).unwrap()).await.status, status);
    }
}

#[tokio::test]
async fn a_header_that_says_two_things_is_refused_on_every_route() {
    let twice = [
        ("host", "localhost:8080"),
        ("authorization", "Bearer dev-operator"),
        ("content-type", "application/json"),
        ("content-length", "2"),
        ("content-encoding", "identity"),
        ("origin", "http://localhost:8080"),
    ];
    for ((method, path), (name, value)) in ROUTES.iter().flat_map(|route| twice.map(|h| (route, h)))
    {
        let bed = Bed::new();
        let request = signed(Request::builder().method(*method).uri(*path), CUSTOMER);
        let request = request.header(name, value).header(name, value);
        let answer = bed.send(request.body(body()).unwrap()).await;
        answer.assert_problem(400, "InvalidRequest");
        assert!(answer.body["detail"].as_str().unwrap().contains(name), "{answer:?}");
        assert!(bed.is_untouched());
    }
}

#[tokio::test]
async fn every_answer_is_private() {
    let bed = Bed::new();
    for (method, path) in ROUTES.into_iter().chain([("GET", "/nowhere"), ("OPTIONS", "/trips")]) {
        let request = signed(request(method, path), CUSTOMER);
        let answer = bed.send(request.body(body()).unwrap()).await;
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), None, "{path}");
    }
}

#[tokio::test]
async fn a_usable_request_id_is_echoed_and_any_other_replaced() {
    let bed = Bed::new();
    for (sent, echoed) in [("my-id_1", true), ("a b", false), ("a;b=c", false), ("", false)] {
        let request = signed(Request::get("/trips"), CUSTOMER).header("x-request-id", sent);
        let answer = bed.send(request.body(Body::empty()).unwrap()).await;
        let id = answer.header("x-request-id").unwrap();
        assert_eq!(id == sent, echoed, "{sent}");
        assert!(echoed || uuid::Uuid::parse_str(id).is_ok(), "{id}");
    }
}

#[tokio::test]
async fn an_unknown_route_and_a_wrong_method_are_told_apart() {
    let bed = Bed::new();
    for path in ["/trip", "/trips/", "/trips/a/b/c", "/trips/a/events/b"] {
        bed.get(CUSTOMER, path).await.assert_problem(404, "RouteNotFound");
    }
    let allowed = [("/trips", "GET,HEAD,POST"), ("/trips/a/cancellation", "POST")];
    for (path, methods) in allowed {
        let request = signed(Request::delete(path), CUSTOMER);
        let answer = bed.send(request.body(Body::empty()).unwrap()).await;
        answer.assert_problem(405, "MethodNotAllowed");
        assert_eq!(answer.header("allow"), Some(methods));
    }
}
