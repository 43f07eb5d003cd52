//! An account's operations over HTTP.

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::account::Account;
use crate::refusal::Refusal;
use crate::rpc;
use crate::wire::{Input, Output};

impl Account {
    /// `POST /service/AWSEventsV2/operation/…` for each operation that is served, and
    /// `GET /ordered-bus/subscribers`, which AWS has not: where each subscriber is, as a list of
    /// [`Standing`](crate::Standing) in JSON.
    pub fn router(&self) -> Router {
        Router::new()
            .route(rpc::OPERATIONS, post(operation))
            .route("/ordered-bus/subscribers", get(subscribers))
            .layer(DefaultBodyLimit::max(rpc::MOST_BYTES))
            .with_state(self.clone())
    }

    async fn put_events(&self, input: Input) -> Result<Output, Refusal> {
        self.bus(input.bus())?.put(input).await
    }
}

async fn subscribers(State(account): State<Account>) -> Response {
    match account.standings().await {
        Ok(standings) => Json(standings).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

async fn operation(
    State(account): State<Account>,
    Path(operation): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if !rpc::is_spoken(&headers) {
        return rpc::unspoken();
    }
    match operation.as_str() {
        "PutEvents" => call(&body, |input| account.put_events(input)).await,
        "CreateEventBus" => call(&body, |input| account.create_event_bus(input)).await,
        "DescribeEventBus" => call(&body, |input| account.describe_event_bus(input)).await,
        "ListEventBuses" => call(&body, |input| account.list_event_buses(input)).await,
        "UpdateEventBus" => call(&body, |input| account.update_event_bus(input)).await,
        "DeleteEventBus" => call(&body, |input| account.delete_event_bus(input)).await,
        "CreateSubscriber" => call(&body, |input| account.create_subscriber(input)).await,
        "DescribeSubscriber" => call(&body, |input| account.describe_subscriber(input)).await,
        "ListSubscribers" => call(&body, |input| account.list_subscribers(input)).await,
        "UpdateSubscriber" => call(&body, |input| account.update_subscriber(input)).await,
        "DeleteSubscriber" => call(&body, |input| account.delete_subscriber(input)).await,
        other => rpc::answer(Err::<(), _>(Refusal::unknown_operation(other))),
    }
}

async fn call<I: DeserializeOwned, O: Serialize, F: Future<Output = Result<O, Refusal>>>(
    body: &[u8],
    operation: impl FnOnce(I) -> F,
) -> Response {
    match rpc::read(body) {
        Ok(input) => rpc::answer(operation(input).await),
        Err(refusal) => rpc::answer(Err::<(), _>(refusal)),
    }
}
