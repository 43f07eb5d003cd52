//! The API as API Gateway serves it to operators: it takes the ID tokens of the user pool alone.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use reqwest::Client;
use tokio::net::TcpListener;

pub struct Api {
    pub url: String,
    calls: Arc<AtomicUsize>,
}

struct Authorizer {
    behind: String,
    tokens: Vec<String>,
    calls: Arc<AtomicUsize>,
    client: Client,
}

impl Api {
    /// The API of a system at `behind`, on a port of its own until the test ends.
    pub async fn before(behind: &str, tokens: Vec<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/prod", listener.local_addr().unwrap());
        let calls = Arc::default();
        let authorizer = Arc::new(Authorizer {
            behind: behind.to_owned(),
            tokens,
            calls: Arc::clone(&calls),
            client: Client::builder().no_proxy().build().unwrap(),
        });
        let stage = Router::new().fallback(forward).with_state(authorizer);
        let server = axum::serve(listener, Router::new().nest("/prod", stage));
        tokio::spawn(async move { server.await.unwrap() });
        Self { url, calls }
    }

    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

async fn forward(
    State(api): State<Arc<Authorizer>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    api.calls.fetch_add(1, Ordering::SeqCst);
    let sent =
        headers.get(AUTHORIZATION).and_then(|sent| sent.to_str().ok()?.strip_prefix("Bearer "));
    if !sent.is_some_and(|sent| api.tokens.iter().any(|token| token == sent)) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let call = api.client.request(method, format!("{}{uri}", api.behind));
    let call = call.bearer_auth("dev-operator").header("content-type", "application/json");
    let answer = call.body(body).send().await.unwrap();
    (answer.status(), answer.bytes().await.unwrap()).into_response()
}
