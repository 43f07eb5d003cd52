//! Headers that may occur once: nobody can tell which of two a server would use, and these headers
//! say who calls, which host, or where the body ends.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::{ErrorCode, Failure};
use http::HeaderMap;
use http::header::{
    AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderName, ORIGIN,
};

use crate::refusal::Refusal;

static SINGLE: [HeaderName; 7] = [
    HOST,
    AUTHORIZATION,
    CONTENT_TYPE,
    CONTENT_LENGTH,
    CONTENT_ENCODING,
    ORIGIN,
    HeaderName::from_static("x-amz-target"),
];

/// Refuses a request that repeats one of them. For use with `axum::middleware::from_fn`.
pub(crate) async fn check(request: Request, next: Next) -> Response {
    let Some(name) = repeated(request.headers()) else { return next.run(request).await };
    let detail = format!("the header {name} came more than once; send it once");
    Refusal::from(Failure::new(ErrorCode::InvalidRequest, detail)).into_response()
}

fn repeated(headers: &HeaderMap) -> Option<&'static HeaderName> {
    SINGLE.iter().find(|name| headers.get_all(*name).iter().nth(1).is_some())
}
