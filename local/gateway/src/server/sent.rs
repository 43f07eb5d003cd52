//! The body of an answer; its request is in flight while there is more of the body to send.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::response::Response;
use hyper::body::{Frame, SizeHint};

use super::places::UnderWay;

struct Sent {
    body: Body,
    /// Ends with the body.
    _under_way: UnderWay,
}

/// The answer; its request is in flight until hyper has sent its body and drops it.
pub(super) fn until_sent(answer: Response, under_way: UnderWay) -> Response {
    answer.map(|body| Body::new(Sent { body, _under_way: under_way }))
}

impl HttpBody for Sent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
