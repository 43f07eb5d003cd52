//! Calls from this process: a request's JSON in, the answer's JSON out, without a connection, a
//! signature and the server's checks of what other clients may send.
//!
//! The engine does one thing at a time, so these calls queue for a thread of its own. There are two
//! queues, which take turns: the many calls that work on trips cannot hold up the few that carry
//! events and the view on.
//!
//! While the disk takes what was written, the engine goes on. Whatever was done meanwhile is
//! answered together: the writes are on disk, by one sync of the log, before any of them is
//! answered.

mod job;
mod queues;
mod request;
mod together;
mod tokens;

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};

use dynoxide::Database;
use tokio::sync::oneshot;

use crate::{EngineError, Log};
use job::{Finish, Job};
use queues::Queues;
use together::{Done, Together};
use tokens::Tokens;

pub use job::Answer;

/// Calls that are answered after one sync, at most.
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

/// The threads behind a [`Direct`], which end when it is closed: one works, one answers.
pub struct DirectThreads([JoinHandle<()>; 2]);

impl Direct {
    pub(crate) fn start(
        database: Database,
        log: Log,
    ) -> Result<(Self, DirectThreads), EngineError> {
        let queues = Arc::new(Queues::default());
        let jobs = Arc::clone(&queues);
        let (done, waiting) = mpsc::channel();
        let works = thread("dynamodb-direct").spawn(move || work(&database, &jobs, &done))?;
        let answers = thread("dynamodb-sync").spawn(move || answer(&log, &waiting))?;
        Ok((Self { queues }, DirectThreads([works, answers])))
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

impl DirectThreads {
    /// Waits until the threads have let go of the database. Blocks.
    pub fn join(self) {
        for thread in self.0 {
            if thread.join().is_err() {
                tracing::error!("a thread of the engine panicked");
            }
        }
    }
}

fn thread(name: &str) -> thread::Builder {
    thread::Builder::new().name(name.to_owned())
}

fn work(database: &Database, jobs: &Queues<Job>, done: &Sender<Done>) {
    let _ended = Ended(jobs);
    let mut tokens = Tokens::default();
    while let Some(job) = jobs.pop() {
        if done.send(run(job, database, &mut tokens)).is_err() {
            return;
        }
    }
}

fn run(job: Job, database: &Database, tokens: &mut Tokens) -> Done {
    let Job { work, is_write, reply } = job;
    let finish = work(database, tokens);
    // Nobody may wait any more; what was asked for is done all the same, as over HTTP.
    Done::new(is_write, move |failure| {
        drop(reply.send(failure.map_or(finish, request::unsynced)));
    })
}

/// Lets go of the calls that nobody will work on, also after a panic: they are asked over HTTP.
struct Ended<'a>(&'a Queues<Job>);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        self.0.close();
        while self.0.pop_ready().is_some() {}
    }
}

fn answer(log: &Log, waiting: &Receiver<Done>) {
    while let Ok(first) = waiting.recv() {
        let mut together = Together::default();
        let rest = waiting.try_iter().take(TOGETHER - 1);
        std::iter::once(first).chain(rest).for_each(|done| together.add(done));
        together.answer(|| log.sync());
    }
}
