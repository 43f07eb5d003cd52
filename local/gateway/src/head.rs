//! The limit on the head of a request, which is the request line and the headers, as API Gateway
//! counts them.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use domain::{ErrorCode, Failure};

use crate::refusal::Refusal;

/// Most bytes of the request line and of all headers together.
/// Source: "Quotas for configuring and running a REST API" in the API Gateway developer guide.
pub(crate) const MAX_HEAD: usize = 10_240;

/// Refuses a request whose head is too large. For use with `axum::middleware::from_fn`.
pub(crate) async fn check(request: Request, next: Next) -> Result<Response, Refusal> {
    if length(&request) <= MAX_HEAD {
        return Ok(next.run(request).await);
    }
    let detail = format!("the request line and the headers have more than {MAX_HEAD} bytes");
    Err(Failure::new(ErrorCode::HeadersTooLarge, detail).into())
}

/// The bytes of the head as a client writes it: `GET /trips HTTP/1.1`, and `name: value` for each
/// header, each line with its line end.
fn length<B>(request: &http::Request<B>) -> usize {
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    let line = request.method().as_str().len() + target + " HTTP/1.1\r\n".len() + 1;
    let headers = request.headers().iter();
    line + headers
        .map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len())
        .sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_as_long_as_it_is_written() {
        let written = "GET /trips?limit=1 HTTP/1.1\r\nhost: localhost\r\naccept: */*\r\n";
        let request = http::Request::get("/trips?limit=1").header("host", "localhost");
        let request = request.header("accept", "*/*").body(()).unwrap();
        assert_eq!(length(&request), written.len());
    }
}
