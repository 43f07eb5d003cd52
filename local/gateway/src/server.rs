//! Serves a router to any client that is quick enough: limits the number of connections and the
//! time for each, and at the end waits, within a limit, for requests in flight.

mod connection;
mod places;
mod sent;
#[cfg(test)]
mod tests;
mod unread;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::settings::Limits;
use places::{Place, Places};

/// How long to wait before the next attempt if the process cannot open more files.
const OUT_OF_FILES: Duration = Duration::from_secs(1);

/// Serves until it is told to stop; then accepts no more connections, and waits for the requests in
/// flight, up to [`Limits::drain`].
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, stop: CancellationToken) {
    let places = Places::new(limits.connections);
    let (connections, cut) = (TaskTracker::new(), CancellationToken::new());
    while let Some(next) = stop.run_until_cancelled(next(&listener, &places)).await {
        let Some((stream, place)) = next else { break };
        let (router, stop, cut) = (router.clone(), stop.clone(), cut.clone());
        connections.spawn(async move {
            let serving = connection::serve(stream, place, router, &limits, &stop);
            cut.run_until_cancelled(serving).await;
        });
    }
    drop(listener);
    drain(&connections, &cut, limits.drain).await;
}

/// The next connection, once there is a place for it. `None` if there will be no more places.
async fn next(listener: &TcpListener, places: &Arc<Places>) -> Option<(TcpStream, Place)> {
    let stream = accept(listener).await;
    Some((stream, places.take().await?))
}

async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            // The client has already gone.
            Err(error) if is_the_clients(&error) => {}
            Err(error) => {
                tracing::error!(%error, "no connection can be taken");
                sleep(OUT_OF_FILES).await;
            }
        }
    }
}

fn is_the_clients(error: &io::Error) -> bool {
    use io::ErrorKind as Kind;
    matches!(
        error.kind(),
        Kind::ConnectionRefused | Kind::ConnectionAborted | Kind::ConnectionReset
    )
}

async fn drain(connections: &TaskTracker, cut: &CancellationToken, wait: Duration) {
    connections.close();
    if timeout(wait, connections.wait()).await.is_err() {
        tracing::warn!(open = connections.len(), "requests are cut off: they took too long to end");
        cut.cancel();
        connections.wait().await;
    }
}
