//! The thread that owns the connection, so that SQLite never blocks an async thread.

use std::sync::mpsc::{Sender, channel};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::error::JournalError;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// The sender of work for the connection. The thread ends after the last job once this is dropped.
#[derive(Debug)]
pub(super) struct Writer {
    jobs: Sender<Job>,
}

impl Writer {
    pub(super) fn start(mut connection: Connection) -> Result<Self, JournalError> {
        let (jobs, queue) = channel::<Job>();
        let work = move || queue.into_iter().for_each(|job| job(&mut connection));
        std::thread::Builder::new().name("journal".to_owned()).spawn(work)?;
        Ok(Self { jobs })
    }

    /// Runs `work` after everything that was sent before it, even if the caller stops waiting.
    pub(super) async fn run<T, F>(&self, work: F) -> Result<T, JournalError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        // A caller that no longer waits needs no reply.
        let job: Job = Box::new(move |connection| drop(reply.send(work(connection))));
        self.jobs.send(job).map_err(|_| JournalError::Closed)?;
        Ok(answer.await.map_err(|_| JournalError::Closed)??)
    }
}
