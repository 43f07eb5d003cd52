//! The background tasks of a system: started together, watched, and stopped in waves.

use std::future::Future;

use anyhow::{Context, anyhow};
use axum::Router;
use gateway::Limits;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Tasks that run until they are stopped. One that ends before that has failed.
pub(crate) struct Background {
    edge: Wave,
    first: Wave,
    last: Wave,
    failure: watch::Sender<Option<String>>,
}

/// Tasks that are stopped together.
#[derive(Default)]
struct Wave {
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Background {
    pub(crate) fn new() -> Self {
        let [edge, first, last] = [(); 3].map(|()| Wave::default());
        Self { edge, first, last, failure: watch::Sender::default() }
    }

    /// Runs a task at the edge, which accepts requests: it is stopped before all others.
    pub(crate) fn edge<F>(&self, name: &'static str, task: impl FnOnce(CancellationToken) -> F)
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        self.spawn(&self.edge, name, task(self.edge.stop.clone()));
    }

    /// Runs a task of the first wave.
    pub(crate) fn run<F>(&self, name: &'static str, task: impl FnOnce(CancellationToken) -> F)
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        self.spawn(&self.first, name, task(self.first.stop.clone()));
    }

    /// Runs a task of the last wave: the tasks that the first wave needs in order to finish.
    pub(crate) fn last<F>(&self, name: &'static str, task: impl FnOnce(CancellationToken) -> F)
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        self.spawn(&self.last, name, task(self.last.stop.clone()));
    }

    /// Serves a router to clients of the local services, in the first wave.
    pub(crate) fn serve(&self, name: &'static str, listener: TcpListener, router: Router) {
        let router = gateway::protect(router, &[]);
        self.run(name, |stop| async move {
            gateway::serve(listener, router, Limits::SERVICES, stop).await;
            Ok(())
        });
    }

    fn spawn<F>(&self, wave: &Wave, name: &'static str, task: F)
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        let (stop, failure) = (wave.stop.clone(), self.failure.clone());
        let task = tokio::spawn(task);
        wave.tasks.spawn(async move {
            let ended = match task.await {
                Ok(ended) => ended,
                Err(panicked) => Err(panicked).context("it panicked"),
            };
            if stop.is_cancelled() && ended.is_ok() {
                return;
            }
            let cause = ended.err().unwrap_or_else(|| anyhow!("it ended by itself"));
            let told = format!("{name} failed: {cause:#}");
            tracing::error!("{told}");
            failure.send_replace(Some(told));
        });
    }

    /// Waits until a task fails.
    pub(crate) async fn failure(&self) -> anyhow::Error {
        let mut failure = self.failure.subscribe();
        // The sender is part of `self`, so this cannot end without a value.
        match failure.wait_for(Option::is_some).await.map(|told| told.clone()) {
            Ok(Some(told)) => anyhow!(told),
            _ => anyhow!("the system is gone"),
        }
    }

    /// Stops the edge and waits for it: after this, no more requests reach the system.
    pub(crate) async fn stop_edge(&self) {
        self.edge.stop().await;
    }

    /// Stops the edge and waits for it, then the first wave, then the last.
    pub(crate) async fn stop(self) {
        for wave in [self.edge, self.first, self.last] {
            wave.stop().await;
        }
    }
}

impl Wave {
    async fn stop(&self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}
