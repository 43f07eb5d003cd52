//! The trace of a request, passed on to the services behind the gateway: that of the gateway's own
//! span, as API Gateway passes on its own segment; without one the client's, if it sends one. No
//! trace is started that nobody collects.

use axum::response::Response;
use http::{HeaderMap, HeaderValue};
use lambda_kit::spans;
use lambda_kit::trace::{TRACEPARENT, TraceContext};

/// A request's trace, if it has one.
#[derive(Clone, Debug)]
pub(crate) struct Trace(Option<TraceContext>);

impl Trace {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        Self(spans::current().or_else(|| TraceContext::of_request(headers)))
    }

    /// The header in which AWS's services pass it on.
    pub(crate) fn header(&self) -> Option<String> {
        self.0.as_ref().map(ToString::to_string)
    }

    /// The answer, with the trace that was used.
    pub(crate) fn on(&self, mut response: Response) -> Response {
        let taken = self.0.as_ref().and_then(TraceContext::traceparent);
        if let Some(Ok(taken)) = taken.map(HeaderValue::try_from) {
            response.headers_mut().insert(TRACEPARENT, taken);
        }
        response
    }
}
