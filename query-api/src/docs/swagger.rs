//! `GET /docs`: the contract as pages, which load nothing from other servers.

use std::sync::{Arc, LazyLock};

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use domain::{ErrorCode, Failure};
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue};
use utoipa_swagger_ui::{Config, SwaggerFile, serve};

use crate::extract::Base;
use crate::refusal::Refusal;

/// The pages run only their own scripts and call only this API. Swagger UI sets styles at run time,
/// and loads its icons from data URLs.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     base-uri 'self'; frame-ancestors 'none'; form-action 'none'",
);

/// A stage's name may precede `/docs`, so the address is relative.
static CONFIG: LazyLock<Arc<Config<'static>>> =
    LazyLock::new(|| Arc::new(Config::from("../openapi.json").validator_url("none")));

/// Answers with the page itself.
pub(super) async fn page(Base(base): Base) -> Result<Response, Refusal> {
    let page = find("index.html")?;
    let head = format!("<head><base href=\"{base}/docs/\">");
    let html = String::from_utf8_lossy(&page.bytes).replace("<head>", &head);
    Ok(answer(page.content_type, html.into_bytes()))
}

/// Answers with a file that the page loads.
pub(super) async fn file(Path(name): Path<String>) -> Result<Response, Refusal> {
    let file = find(&name)?;
    Ok(answer(file.content_type, file.bytes.into_owned()))
}

fn find(name: &str) -> Result<SwaggerFile<'static>, Refusal> {
    let found = serve(name, Arc::clone(&CONFIG)).ok().flatten();
    found.ok_or_else(|| {
        Failure::new(ErrorCode::RouteNotFound, format!("there is no page /docs/{name}")).into()
    })
}

fn answer(content_type: String, bytes: Vec<u8>) -> Response {
    let policy = (CONTENT_SECURITY_POLICY, POLICY);
    let mut response = ([policy], bytes).into_response();
    if let Ok(content_type) = HeaderValue::try_from(content_type) {
        response.headers_mut().insert(CONTENT_TYPE, content_type);
    }
    response
}
