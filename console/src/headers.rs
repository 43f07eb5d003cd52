//! The headers of every answer: what its page may load, and who may frame or keep it.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue};

/// A page runs the console's own script, loads its own style sheet, and calls and sends forms to
/// its own server. No style or script stands in a page.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, HeaderValue); 5] = [
    entry("cache-control", "no-store"),
    entry("content-security-policy", POLICY),
    // With `no-referrer`, a browser sends a page's forms with `Origin: null`, as if they came from
    // nowhere, and the check of the origin refuses them.
    entry("referrer-policy", "same-origin"),
    entry("x-content-type-options", "nosniff"),
    entry("x-frame-options", "DENY"),
];

const fn entry(name: &'static str, value: &'static str) -> (HeaderName, HeaderValue) {
    (HeaderName::from_static(name), HeaderValue::from_static(value))
}

/// Sets them. For use with `axum::middleware::from_fn`.
pub(crate) async fn set(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().extend(HEADERS);
    response
}
