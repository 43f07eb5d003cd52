//! The routes, what surrounds each of them, and the answer for a path without a route.

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::get;
use domain::{ErrorCode, Failure};
use http::{Method, Uri};
use lambda_kit::deadline::Deadline;
use lambda_kit::http::base_path;
use lambda_kit::http::headers::{self, REQUEST_ID};
use lambda_runtime::Context;

use crate::refusal::{Refusal, written};
use crate::{Deps, docs, openapi, search};

/// All routes of the read side. The caller comes from the request context, which `lambda_http`
/// leaves in the request's extensions.
pub fn router(deps: Deps) -> Router {
    let (routes, _) = openapi::described().split_for_parts();
    routes
        .route("/trips/search", get(search::search))
        .merge(docs::routes())
        .fallback(no_such_route)
        .method_not_allowed_fallback(no_such_method)
        .layer(middleware::from_fn_with_state(deps.clone(), in_time))
        .layer(middleware::from_fn(stamp))
        .with_state(deps)
}

/// Runs the route while the invocation has time. After that, before the function itself is stopped,
/// answers in its place, even if the database is slow.
async fn in_time(
    State(deps): State<Deps>,
    request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    let context: Context = request.extensions().get().cloned().unwrap_or_default();
    let deadline = Deadline::of(&context, &*deps.clock);
    deadline.within(next.run(request)).await.ok_or_else(|| {
        tracing::warn!("a request ran out of time");
        let detail = "the database could not answer in time; try again";
        Failure::new(ErrorCode::StoreUnavailable, detail).into()
    })
}

/// Runs the route, writes problems, and gives the answer what every answer has: the security
/// headers, the id of its request, and a log line.
async fn stamp(request: Request, next: Next) -> Response {
    let (id, method) = (headers::answer_id(&request), request.method().clone());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let base = base_path(request.extensions()).to_owned();
    let mut response = written(next.run(request).await, &base);
    let (status, route) = (response.status().as_u16(), route.as_ref().map(MatchedPath::as_str));
    tracing::info!(%method, route, request_id = ?id, status, "answered");
    headers::secure(response.headers_mut());
    response.headers_mut().extend(id.map(|id| (REQUEST_ID, id)));
    response
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
