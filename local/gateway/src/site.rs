//! Calls by pages of other sites: refused, except for the named sites. See
//! [`may_call`](lambda_kit::http::may_call).

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use domain::{ErrorCode, Failure};
use http::header::HOST;
use http::{HeaderMap, HeaderValue, Method};
use lambda_kit::http::cors::Origin;
use lambda_kit::http::may_call;

use crate::refusal::Refusal;

/// Refuses what another site's page sends. For use with `axum::middleware::from_fn_with_state`.
pub(crate) async fn check(
    State(named): State<Arc<[Origin]>>,
    request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    if is_welcome(request.method(), request.headers(), &named) {
        return Ok(next.run(request).await);
    }
    let detail = "pages of other sites may not call this server; for the API, trip up --cors-origin \
        names a site that may";
    Err(Failure::new(ErrorCode::OriginNotAllowed, detail).into())
}

fn is_welcome(method: &Method, headers: &HeaderMap, named: &[Origin]) -> bool {
    may_call(method, headers, |origin| {
        named.iter().any(|site| site == origin) || is_own(origin, headers)
    })
}

/// Whether the page came from the same address that it calls.
fn is_own(origin: &HeaderValue, headers: &HeaderMap) -> bool {
    let site = origin.as_bytes().strip_prefix(b"http://");
    site.is_some() && site == headers.get(HOST).map(HeaderValue::as_bytes)
}

#[cfg(test)]
mod tests {
    use http::HeaderName;
    use rstest::rstest;

    use super::*;

    fn welcome(method: Method, sent: &[(&'static str, &'static str)]) -> bool {
        let header = |(name, value): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        let named = ["https://trips.example".parse().unwrap()];
        is_welcome(&method, &sent.iter().map(header).collect(), &named)
    }

    #[rstest]
    #[case::no_browser(&[])]
    #[case::a_named_site(&[("origin", "https://trips.example"), ("sec-fetch-site", "cross-site")])]
    #[case::its_own_page(&[("origin", "http://localhost:8080"), ("host", "localhost:8080")])]
    #[case::its_own_page_reading(&[("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "cors")])]
    #[case::typed_by_a_person(&[("sec-fetch-site", "none"), ("sec-fetch-mode", "navigate")])]
    fn it_takes_calls(#[case] sent: &[(&'static str, &'static str)]) {
        assert!(welcome(Method::POST, sent));
    }

    #[rstest]
    #[case::a_site(&[("origin", "https://a.example")])]
    #[case::a_site_that_says_it_is_none(&[("origin", "https://a.example"), ("sec-fetch-site", "none")])]
    #[case::a_site_that_looks_named(&[("origin", "https://trips.example.org")])]
    #[case::a_file_or_a_sandbox(&[("origin", "null")])]
    #[case::another_port(&[("origin", "http://localhost:3000"), ("host", "localhost:8080")])]
    #[case::another_name(&[("origin", "http://localhost:8080"), ("host", "127.0.0.1:8080")])]
    #[case::another_scheme(&[("origin", "https://localhost:8080"), ("host", "localhost:8080")])]
    #[case::an_image(&[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors")])]
    #[case::an_image_of_a_neighbour(&[("sec-fetch-site", "same-site"), ("sec-fetch-mode", "no-cors")])]
    #[case::a_frame(
        &[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "iframe")]
    )]
    fn it_refuses_pages_of(#[case] sent: &[(&'static str, &'static str)]) {
        assert!(!welcome(Method::GET, sent));
    }

    #[test]
    fn a_link_may_be_followed_and_no_form_sent() {
        let followed = [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-dest", "document"),
        ];
        assert!(welcome(Method::GET, &followed));
        assert!(!welcome(Method::POST, &followed));
    }
}
