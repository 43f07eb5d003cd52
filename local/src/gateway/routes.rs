//! The routes, and what stands around each of them.

use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Router, middleware};
use domain::{ErrorCode, Failure};
use http::{Method, Uri};
use lambda_kit::error::chain;
use serde_json::Value;

use super::access::Identity;
use super::answer::to_response;
use super::booking::book;
use super::call::Call;
use super::refusal::Refusal;
use super::{Gateway, QUERY_API, TRIP_CANCEL, host, request_id};

pub(super) fn router(gateway: Gateway) -> Router {
    Router::new()
        .route("/trips", get(query).post(book))
        .route("/trips/search", get(query))
        .route("/trips/{trip_id}", get(query))
        .route("/trips/{trip_id}/events", get(query))
        .route("/trips/{trip_id}/cancellation", post(cancel))
        .route("/health", get(open))
        .route("/openapi.json", get(open))
        .route("/docs", get(open))
        .route("/docs/{file}", get(open))
        .fallback(no_such_route)
        .method_not_allowed_fallback(no_such_method)
        .layer(middleware::from_fn(host::check))
        .layer(middleware::from_fn(request_id::stamp))
        .with_state(gateway)
}

async fn query(
    State(gateway): State<Gateway>,
    caller: Identity,
    call: Call,
) -> Result<Response, Refusal> {
    forward(&gateway, QUERY_API, call, Some(caller.claims())).await
}

async fn cancel(
    State(gateway): State<Gateway>,
    caller: Identity,
    call: Call,
) -> Result<Response, Refusal> {
    forward(&gateway, TRIP_CANCEL, call, Some(caller.claims())).await
}

/// What is asked without a token: liveness and the contract.
async fn open(State(gateway): State<Gateway>, call: Call) -> Result<Response, Refusal> {
    forward(&gateway, QUERY_API, call, None).await
}

async fn forward(
    gateway: &Gateway,
    function: &str,
    call: Call,
    claims: Option<Value>,
) -> Result<Response, Refusal> {
    let event = call.event(claims, gateway.clock.now());
    let answer = gateway.functions.invoke(function, event).await.map_err(|error| {
        tracing::error!(function, %error, "the function failed");
        Refusal::bad_gateway()
    })?;
    to_response(answer).map_err(|error| {
        tracing::error!(function, cause = %chain(&error), "the function's answer is malformed");
        Refusal::bad_gateway()
    })
}

async fn no_such_route(uri: Uri) -> Refusal {
    let detail = format!("there is no route {}", uri.path());
    Failure::new(ErrorCode::RouteNotFound, detail).into()
}

async fn no_such_method(method: Method, uri: Uri) -> Refusal {
    let path = uri.path();
    let detail = format!("{path} does not take {method}; the header Allow lists what it takes");
    Failure::new(ErrorCode::MethodNotAllowed, detail).into()
}
