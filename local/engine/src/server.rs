//! The engine's HTTP server on its own runtime, because every request blocks its thread on SQLite.

use std::future::Future;
use std::thread;
use std::time::Duration;

use dynoxide::Database;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use crate::EngineError;

/// One request at a time reaches the database; the second thread reads and answers meanwhile.
const THREADS: usize = 2;

/// How long running requests may take to finish once the server is told to stop.
const GRACE: Duration = Duration::from_secs(5);

pub(crate) async fn serve(
    database: Database,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), EngineError> {
    let listener = listener.into_std()?;
    let (report, outcome) = oneshot::channel();
    thread::Builder::new().name("dynamodb".to_owned()).spawn(move || {
        let served = run(database, listener, shutdown);
        if let Err(Err(unheard)) = report.send(served) {
            tracing::error!(error = &unheard as &dyn std::error::Error, "the server failed");
        }
    })?;
    outcome.await.unwrap_or_else(|_| Err(EngineError::Stopped("its thread panicked".to_owned())))
}

fn run(
    database: Database,
    listener: std::net::TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), EngineError> {
    let runtime = runtime()?;
    let served = runtime.block_on(async {
        let listener = TcpListener::from_std(listener)?;
        until_drained(database, listener, shutdown).await
    });
    // Connections that outlive the grace end here, so that the file is closed when the caller
    // continues.
    runtime.shutdown_timeout(GRACE);
    served
}

fn runtime() -> std::io::Result<Runtime> {
    Builder::new_multi_thread().worker_threads(THREADS).thread_name("dynamodb").enable_all().build()
}

async fn until_drained(
    database: Database,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), EngineError> {
    let (stop, stopping) = oneshot::channel::<()>();
    let signal = async move {
        shutdown.await;
        drop(stop);
    };
    let server = dynoxide::server::serve_with_shutdown(listener, database, signal);
    let grace_is_over = async {
        // Resolves when the sender is dropped.
        let _ = stopping.await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        served = server => served.map_err(EngineError::Stopped),
        () = grace_is_over => Ok(()),
    }
}
