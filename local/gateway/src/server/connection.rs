//! One connection: its requests, one after the other, and an orderly end.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use futures::FutureExt;
use futures::future::BoxFuture;
use http::header::CONNECTION;
use http::{HeaderValue, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1::{self, Connection};
use hyper::service::{HttpService, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy, sink};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::Limits;
use super::places::{Place, UnderWay};
use super::sent::until_sent;
use super::unread;
use crate::head::MAX_HEAD;

/// Most bytes of a head that are buffered: several times the gateway's limit, so that the gateway
/// refuses it with its own message. Past this, hyper answers with a bare 431.
const BUFFER: usize = 8 * MAX_HEAD;
/// Most headers: as many of the shortest as fit into a head.
const MAX_HEADERS: usize = MAX_HEAD / "a:\r\n".len();
/// How long a connection that has to give way is watched for a request that is just arriving.
const MOMENT: Duration = Duration::from_millis(2);
/// How many bytes a client may still send after the last answer, and for how long.
const LEFTOVERS: (u64, Duration) = (1024 * 1024, Duration::from_secs(1));

/// Serves the requests of a connection until either side closes it, its time is over, or it has to
/// give way. Once `stop` is called, the request in flight is its last.
pub(super) async fn serve(
    stream: TcpStream,
    place: Place,
    router: Router,
    limits: &Limits,
    stop: &CancellationToken,
) {
    let (begun, place) = (AtomicBool::new(false), Arc::new(place));
    let service = service_fn(|request| {
        begun.store(true, Ordering::Relaxed);
        answer(router.clone(), request, place.begin())
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(BUFFER)
        .max_headers(MAX_HEADERS)
        .serve_connection(TokioIo::new(stream), service);
    let ended = tokio::select! {
        ended = end(&mut connection) => ended,
        () = place.asked_to_leave() => match timeout(MOMENT, end(&mut connection)).await {
            Ok(ended) => ended,
            Err(_) if place.is_idle() => return,
            Err(_) => last_request(&mut connection, limits.drain).await,
        },
        () = over(limits.lifetime, stop) => match begun.load(Ordering::Relaxed) {
            true => last_request(&mut connection, limits.drain).await,
            // hyper would wait for the first request, because browsers open connections ahead of
            // requests.
            false => Ok(()),
        },
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke");
    }
    close(connection.into_parts().io.into_inner()).await;
}

async fn over(lifetime: Duration, stop: &CancellationToken) {
    // In both cases the connection's time is over.
    let _ = timeout(lifetime, stop.cancelled()).await;
}

fn answer(
    router: Router,
    request: Request<Incoming>,
    under_way: UnderWay,
) -> BoxFuture<'static, Result<Response, Infallible>> {
    async move {
        let (request, rest) = unread::follow(request);
        let mut response = router.oneshot(request).await?;
        if !is_last(&response) && !rest.drain().await {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        Ok(until_sent(response, under_way))
    }
    .boxed()
}

fn is_last(response: &Response) -> bool {
    response.headers().get(CONNECTION).is_some_and(|value| value == "close")
}

type Open<S> = Connection<TokioIo<TcpStream>, S>;

async fn end<S>(connection: &mut Open<S>) -> hyper::Result<()>
where
    S: HttpService<Incoming, ResBody = Body, Error = Infallible> + Unpin,
    S::Future: Unpin,
{
    poll_fn(|context| connection.poll_without_shutdown(context)).await
}

async fn last_request<S>(connection: &mut Open<S>, wait: Duration) -> hyper::Result<()>
where
    S: HttpService<Incoming, ResBody = Body, Error = Infallible> + Unpin,
    S::Future: Unpin,
{
    Pin::new(&mut *connection).graceful_shutdown();
    timeout(wait, end(connection)).await.unwrap_or(Ok(()))
}

/// Says that no more will come, and reads what the client is still sending: closing a connection
/// with unread bytes resets it, and the client may lose the answer.
async fn close(mut stream: TcpStream) {
    let (bytes, wait) = LEFTOVERS;
    if stream.shutdown().await.is_ok() {
        // The result does not matter: the connection is over.
        let _ = timeout(wait, copy(&mut stream.take(bytes), &mut sink())).await;
    }
}
