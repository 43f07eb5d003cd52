//! The routes, and the answer for a path without a route.

use axum::routing::get;
use axum::{Router, middleware};
use domain::{ErrorCode, Failure};
use http::{Method, Uri};

use crate::refusal::Refusal;
use crate::{Deps, deadline, docs, openapi, search, stamp};

/// All routes of the read side. The caller comes from the request context, which `lambda_http`
/// leaves in the request's extensions.
pub fn router(deps: Deps) -> Router {
    let (routes, _) = openapi::described().split_for_parts();
    routes
        .route("/trips/search", get(search::search))
        .merge(docs::routes())
        .fallback(no_such_route)
        .method_not_allowed_fallback(no_such_method)
        .layer(middleware::from_fn_with_state(deps.clone(), deadline::keep))
        .layer(middleware::from_fn(stamp::stamp))
        .with_state(deps)
}

async fn no_such_route(uri: Uri) -> Refusal {
    let detail = format!("there is no route {}", uri.path());
    Failure::new(ErrorCode::RouteNotFound, detail).into()
}

async fn no_such_method(method: Method, uri: Uri) -> Refusal {
    let detail =
        format!("{} does not take {method}; the header Allow lists what it takes", uri.path());
    Failure::new(ErrorCode::MethodNotAllowed, detail).into()
}
