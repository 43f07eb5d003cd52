//! The routes, and the checks around them.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Router, middleware};
use domain::{ErrorCode, Failure};
use http::{Method, Uri};
use lambda_kit::error::chain;
use lambda_kit::http::cors;
use serde_json::Value;

use crate::access::Identity;
use crate::answer::to_response;
use crate::booking::{TRIPS, book};
use crate::call::Call;
use crate::gateway::Gateway;
use crate::ports::{QUERY_API, TRIP_CANCEL};
use crate::protection::protect;
use crate::refusal::{Refusal, within};
use crate::settings::Settings;
use crate::throttle::{self, Throttle};
use crate::{head, request_id};

impl Gateway {
    /// The API's routes, and the answer for other paths.
    pub fn router(self) -> Router {
        let settings = Arc::clone(&self.settings);
        let signed_in = |function| {
            move |State(gateway): State<Self>, caller: Identity, call: Call| async move {
                forward(&gateway, function, call, Some(caller.claims())).await
            }
        };
        let (query, cancel) = (signed_in(QUERY_API), signed_in(TRIP_CANCEL));
        let routes = Router::new()
            .route(TRIPS, get(query).post(book))
            .route("/trips/search", get(query))
            .route("/trips/{trip_id}", get(query))
            .route("/trips/{trip_id}/events", get(query))
            .route("/trips/{trip_id}/cancellation", post(cancel))
            .route("/health", get(open))
            .route("/openapi.json", get(open))
            .route("/events/schemas", get(open))
            .route("/events/schemas/{event_type}", get(open))
            .route("/", get(open))
            .route("/docs", get(open))
            .route("/docs/", get(open))
            .route("/docs/{*page}", get(open))
            .fallback(no_such_route)
            .method_not_allowed_fallback(no_such_method)
            .with_state(self);
        guarded(routes, &settings)
    }
}

/// The checks before every route. The last one here is the first to see a request.
fn guarded(routes: Router, settings: &Settings) -> Router {
    let mut routes = routes.layer(middleware::from_fn(head::check));
    if let Some(rate) = settings.rate {
        let throttle = Arc::new(Throttle::new(rate));
        routes = routes.layer(middleware::from_fn_with_state(throttle, throttle::check));
    }
    if !settings.cors_origins.is_empty() {
        // Outside the other checks, so that a page can read their refusals.
        routes = routes.layer(cors::layer(&settings.cors_origins));
    }
    protect(routes, &settings.cors_origins).layer(middleware::from_fn(request_id::stamp))
}

/// The routes without a token: liveness, the contracts and the pages.
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
    let invoked = gateway.functions.invoke(function, event, call.trace().header());
    let answered = within(gateway.settings.limits.integration, function, invoked).await?;
    let answer = answered.map_err(|error| {
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
