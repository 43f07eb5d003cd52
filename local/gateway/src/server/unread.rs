//! The part of a body that a handler leaves unread. It precedes the next request of its connection,
//! so the server reads it, within limits, before it sends the answer; or the answer says that it is
//! the last.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use http::Request;
use http::header::EXPECT;
use http_body_util::BodyExt;
use hyper::body::{Frame, Incoming, SizeHint};
use tokio::time::timeout;

/// Most bytes of an unwanted body that are read, and for how long.
const DRAINED: (u64, Duration) = (64 * 1024, Duration::from_secs(1));

/// A body that its handler reads, and that can be read to its end afterwards.
#[derive(Clone)]
struct Shared(Arc<Mutex<Incoming>>);

/// The rest of a request's body.
pub(super) struct Unread {
    body: Shared,
    /// The client sends no body until it is told to, or until it loses patience.
    is_held_back: bool,
}

/// The request with a body that leaves its rest here.
pub(super) fn follow(request: Request<Incoming>) -> (Request<Body>, Unread) {
    let is_held_back = request.headers().contains_key(EXPECT);
    let (head, body) = request.into_parts();
    let body = Shared(Arc::new(Mutex::new(body)));
    let request = Request::from_parts(head, Body::new(body.clone()));
    (request, Unread { body, is_held_back })
}

impl Unread {
    /// Reads the rest, and says whether another request may follow it.
    pub(super) async fn drain(self) -> bool {
        if self.body.is_end_stream() {
            return true;
        }
        let (bytes, wait) = DRAINED;
        let is_short = self.body.size_hint().lower() <= bytes;
        !self.is_held_back
            && is_short
            && timeout(wait, read_to_end(self.body, bytes)).await.unwrap_or(false)
    }
}

async fn read_to_end(mut body: Shared, mut bytes: u64) -> bool {
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { return false };
        let length = frame.data_ref().map_or(0, Bytes::len) as u64;
        let Some(left) = bytes.checked_sub(length) else { return false };
        bytes = left;
    }
    true
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Incoming> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HttpBody for Shared {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        Pin::new(&mut *self.lock()).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.lock().is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.lock().size_hint()
    }
}
