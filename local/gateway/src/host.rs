//! The Host check: a page of another site cannot call this machine by resolving its own name to it.

use std::net::IpAddr;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::{ErrorCode, Failure};
use http::header::HOST;

use crate::refusal::Refusal;

/// Accepts requests whose host is a loopback name, with any port. For use with
/// `axum::middleware::from_fn`.
pub(crate) async fn check(request: Request, next: Next) -> Response {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    // A request line may also name the server.
    let authority = request.uri().authority().is_none_or(|named| is_loopback(named.as_str()));
    if host.is_some_and(is_loopback) && authority {
        return next.run(request).await;
    }
    let detail = "this server answers under loopback names only, such as localhost or 127.0.0.1";
    Refusal::from(Failure::new(ErrorCode::RouteNotFound, detail)).into_response()
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
