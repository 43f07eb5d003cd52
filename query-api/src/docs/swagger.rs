//! `GET /docs`: the contract as pages, which load nothing from other servers.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use domain::{ErrorCode, Failure};
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue};

use crate::Deps;
use crate::extract::Base;
use crate::refusal::Refusal;

/// The pages run only their own scripts and call only this API. Swagger UI sets styles at run time,
/// and loads its icons from data URLs.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     base-uri 'self'; frame-ancestors 'none'; form-action 'none'",
);

fn find(deps: &Deps, name: &str) -> Result<Vec<u8>, Refusal> {
    deps.swagger_ui.file(name).ok_or_else(|| {
        let detail = format!("there is no page /docs/{name}");
        Failure::new(ErrorCode::RouteNotFound, detail).into()
    })
}

/// Answers with the page itself.
pub(super) async fn page(State(deps): State<Deps>, Base(base): Base) -> Result<Response, Refusal> {
    let head = format!("<head><base href=\"{base}/docs/\">");
    let html = find(&deps, "index.html")?;
    let html = String::from_utf8_lossy(&html).replace("<head>", &head);
    Ok(answer("text/html", html.into_bytes()))
}

/// Answers with the script that starts Swagger UI.
pub(super) async fn start() -> Response {
    answer("text/javascript", include_bytes!("swagger-initializer.js").to_vec())
}

/// Answers with a file that the page loads.
pub(super) async fn file(
    State(deps): State<Deps>,
    Path(name): Path<String>,
) -> Result<Response, Refusal> {
    Ok(answer(content_type(&name), find(&deps, &name)?))
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.') {
        Some((_, "css")) => "text/css",
        Some((_, "html")) => "text/html",
        Some((_, "js")) => "text/javascript",
        _ => "image/png",
    }
}

fn answer(content_type: &'static str, bytes: Vec<u8>) -> Response {
    let headers =
        [(CONTENT_SECURITY_POLICY, POLICY), (CONTENT_TYPE, HeaderValue::from_static(content_type))];
    (headers, bytes).into_response()
}
