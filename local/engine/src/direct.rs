//! Calls from this process: a request's JSON in, the answer's JSON out, without a connection, a
//! signature and the server's checks of what other clients may send.
//!
//! The engine does one thing at a time, so these calls queue for a thread of its own. There are two
//! queues, which take turns: the many calls that work on trips cannot hold up the few that carry
//! events and the view on.
//!
//! What waits in the queues is done together: the writes are on disk, by one sync of the log,
//! before any of them is answered.

mod job;
mod queues;
mod request;
mod together;
mod tokens;

use std::sync::Arc;
use std::thread::{self, JoinHandle};

use dynoxide::Database;
use tokio::sync::oneshot;

use crate::{EngineError, Log};
use job::{Finish, Job};
use queues::Queues;
use together::Together;
use tokens::Tokens;

pub use job::Answer;

/// Calls that are done before the first of them is answered, at most.
const TOGETHER: usize = 64;

/// Who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// What serves requests and sagas.
    Trips,
    /// What follows the stream.
    Stream,
}

/// A way into the engine for this process. Clones share it.
#[derive(Clone)]
pub struct Direct {
    queues: Arc<Queues<Job>>,
}

/// The thread behind a [`Direct`], which ends when it is closed.
pub struct DirectThread(JoinHandle<()>);

impl Direct {
    pub(crate) fn start(database: Database, log: Log) -> Result<(Self, DirectThread), EngineError> {
        let queues = Arc::new(Queues::default());
        let jobs = Arc::clone(&queues);
        let thread = thread::Builder::new().name("dynamodb-direct".to_owned());
        let thread = thread.spawn(move || serve(&database, &log, &jobs))?;
        Ok((Self { queues }, DirectThread(thread)))
    }

    /// The answer to an operation such as `GetItem`.
    ///
    /// `None` when it must be asked over HTTP: the operation is a rare one; the engine refuses the
    /// request as not valid, and its server words that better; or this way is closed. Nothing was
    /// done then.
    pub async fn call(&self, caller: Caller, operation: &str, body: &[u8]) -> Option<Answer> {
        let work = request::read(operation, body)?;
        let (reply, answer) = oneshot::channel();
        let is_write = request::is_write(operation);
        self.queues.push(caller as usize, Job { work, is_write, reply });
        let finish: Finish = answer.await.ok()?;
        finish()
    }

    /// Closes this way: calls in the queues are still answered, new ones are not.
    pub fn close(&self) {
        self.queues.close();
    }
}

impl DirectThread {
    /// Waits until the thread has let go of the database. Blocks.
    pub fn join(self) {
        if self.0.join().is_err() {
            tracing::error!("the engine's thread panicked");
        }
    }
}

fn serve(database: &Database, log: &Log, jobs: &Queues<Job>) {
    let mut tokens = Tokens::default();
    while let Some(first) = jobs.pop() {
        let rest = std::iter::from_fn(|| jobs.pop_ready()).take(TOGETHER - 1);
        let mut together = Together::default();
        for Job { work, is_write, reply } in std::iter::once(first).chain(rest) {
            let finish = work(database, &mut tokens);
            // Nobody may wait any more; what was asked for is done all the same, as over HTTP.
            together.done(is_write, move |failure| {
                drop(reply.send(failure.map_or(finish, request::unsynced)));
            });
        }
        together.answer(|| log.sync());
    }
}
