//! The checks before every route of a local port.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use domain::{ErrorCode, Failure};
use http::header::{
    AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderName, ORIGIN,
};
use lambda_kit::http::cors::Origin;

use crate::refusal::Refusal;
use crate::site;

/// Headers that may occur once: nobody can tell which of two a server would use, and these headers
/// say who calls, which host, or where the body ends.
static SINGLE: [HeaderName; 7] = [
    HOST,
    AUTHORIZATION,
    CONTENT_TYPE,
    CONTENT_LENGTH,
    CONTENT_ENCODING,
    ORIGIN,
    HeaderName::from_static("x-amz-target"),
];

/// Puts checks before every route of a local port, since a caller that passes them may act as
/// anybody: the host must be a loopback name, no page may call except the server's own and those of
/// `origins`, and no header that decides something may be repeated.
pub fn protect(routes: Router, origins: &[Origin]) -> Router {
    let origins: Arc<[Origin]> = origins.into();
    routes
        .layer(from_fn_with_state(origins, site::check))
        .layer(from_fn(check_host))
        .layer(from_fn(check_repetition))
}

/// Accepts requests whose host is a loopback name, with any port: a page of another site cannot
/// call this machine by resolving its own name to it.
async fn check_host(request: Request, next: Next) -> Result<Response, Refusal> {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    // A request line may also name the server.
    let authority = request.uri().authority().is_none_or(|named| is_loopback(named.as_str()));
    if host.is_some_and(is_loopback) && authority {
        return Ok(next.run(request).await);
    }
    let detail = "this server answers under loopback names only, such as localhost or 127.0.0.1";
    Err(Failure::new(ErrorCode::RouteNotFound, detail).into())
}

/// Refuses a request that repeats a header of [`SINGLE`].
async fn check_repetition(request: Request, next: Next) -> Result<Response, Refusal> {
    let headers = request.headers();
    let repeated = SINGLE.iter().find(|name| headers.get_all(*name).iter().nth(1).is_some());
    let Some(name) = repeated else { return Ok(next.run(request).await) };
    let detail = format!("the header {name} came more than once; send it once");
    Err(Failure::new(ErrorCode::InvalidRequest, detail).into())
}

fn is_loopback(host: &str) -> bool {
    let name = without_port(host);
    let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    name.eq_ignore_ascii_case("localhost")
        || address.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_names_are_known_with_and_without_a_port() {
        for host in ["localhost", "LocalHost:8080", "127.0.0.1", "127.0.0.2:1", "[::1]", "[::1]:80"]
        {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "",
            ":8080",
            "example.com",
            "localhost.example.com",
            "127.0.0.1.example.com",
            "localhost:8080:8080",
            "localhost@example.com",
            "10.0.0.1:8080",
            "0.0.0.0",
            "[::]",
            "[fe80::1]:80",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
