//! `GET /docs`: the contract as pages, which load nothing from other servers.

use std::io::Read;

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use domain::{ErrorCode, Failure};
use flate2::read::DeflateDecoder;
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue};

use crate::extract::Base;
use crate::refusal::Refusal;

/// The pages run only their own scripts and call only this API. Swagger UI sets styles at run time,
/// and loads its icons from data URLs.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     base-uri 'self'; frame-ancestors 'none'; form-action 'none'",
);

/// Swagger UI's files by name, deflated: they are read rarely, and loaded with the function always.
static FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/swagger_files.rs"));

/// Answers with the page itself.
pub(super) async fn page(Base(base): Base) -> Result<Response, Refusal> {
    let head = format!("<head><base href=\"{base}/docs/\">");
    let html = String::from_utf8_lossy(&find("index.html")?).replace("<head>", &head);
    Ok(answer("text/html", html.into_bytes()))
}

/// Answers with the script that starts Swagger UI.
pub(super) async fn start() -> Response {
    answer("text/javascript", include_bytes!("swagger-initializer.js").to_vec())
}

/// Answers with a file that the page loads.
pub(super) async fn file(Path(name): Path<String>) -> Result<Response, Refusal> {
    Ok(answer(content_type(&name), find(&name)?))
}

fn find(name: &str) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::new();
    let found = FILES.iter().find(|(known, _)| *known == name);
    found
        .and_then(|(_, deflated)| DeflateDecoder::new(*deflated).read_to_end(&mut bytes).ok())
        .ok_or_else(|| {
            Failure::new(ErrorCode::RouteNotFound, format!("there is no page /docs/{name}"))
        })?;
    Ok(bytes)
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
