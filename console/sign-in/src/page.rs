//! A plain page of the sign-in, which needs nothing of the console, and the headers of all answers.

use axum::response::{Html, IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use http::header::{X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS};
use http::{HeaderMap, HeaderName, HeaderValue};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use ring::digest::{SHA256, digest};

/// The system's own colours, light or dark; named, so that they are what a check of contrast reads.
const STYLE: &str = "html{background:Canvas;color:CanvasText}a{color:LinkText}body{font:1.0625rem/1.6 system-ui,sans-serif;max-width:34rem;margin:12vh auto;\
    padding:0 1.25rem}h1{font-size:1.5rem;line-height:1.3}a{margin-right:1.5rem}";

/// Of every answer: nobody keeps or frames it, and where it leads to does not learn its address,
/// which may hold a code.
const HEADERS: [(HeaderName, HeaderValue); 4] = [
    (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
];

/// One page.
pub(crate) struct Page {
    pub(crate) title: &'static str,
    pub(crate) text: Markup,
    /// Where a person can go from here, by address and name.
    pub(crate) links: &'static [(&'static str, &'static str)],
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (self.title) " · Trip Saga" }
                    style { (PreEscaped(STYLE)) }
                }
                body { main {
                    h1 { (self.title) }
                    (self.text)
                    p { @for (address, name) in self.links { a href=(address) { (name) } } }
                } }
            }
        };
        secure(Html(page.0).into_response())
    }
}

/// The same answer with the headers that every answer has.
pub(crate) fn secure(mut response: Response) -> Response {
    let headers: &mut HeaderMap = response.headers_mut();
    headers.extend(HEADERS);
    if let Ok(policy) = HeaderValue::try_from(policy()) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// The page loads nothing and sends nothing; its one style is known by its hash.
fn policy() -> String {
    let style = STANDARD.encode(digest(&SHA256, STYLE.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    )
}
