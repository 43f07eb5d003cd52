//! Calls by pages of other sites, as browsers tell of them.
//!
//! CORS only keeps a page from reading an answer. It does not keep a page from sending: a form or a
//! `fetch` without a preflight reaches the server, which then acts on it. So such a call is refused
//! by headers that every browser sends and that no page can change.

use http::header::ORIGIN;
use http::{HeaderMap, HeaderValue, Method};

/// Whether a request may be answered: no page has sent it, or one of a site that `is_welcome`
/// takes, or a person has followed a link. Clients other than browsers send none of the headers.
pub fn may_call(
    method: &Method,
    headers: &HeaderMap,
    is_welcome: impl FnOnce(&HeaderValue) -> bool,
) -> bool {
    match (headers.get(ORIGIN), text(headers, "sec-fetch-site")) {
        (Some(origin), _) => is_welcome(origin),
        (None, None | Some("same-origin" | "none")) => true,
        (None, Some(_)) => is_followed_link(method, headers),
    }
}

/// Whether a person followed a link to this server; the other page cannot see the answer.
fn is_followed_link(method: &Method, headers: &HeaderMap) -> bool {
    *method == Method::GET
        && text(headers, "sec-fetch-mode") == Some("navigate")
        && text(headers, "sec-fetch-dest") == Some("document")
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).map(|value| value.to_str().unwrap_or_default())
}
