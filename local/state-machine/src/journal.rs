//! The durable record of executions: one SQLite file, written by one thread.
//!
//! Every change is a transaction in write-ahead-log mode with `synchronous = NORMAL`. A committed
//! change survives the death of the process at any point, since the operating system has it; a
//! power failure may lose the last commits, but never leaves the file inconsistent.

mod columns;
mod error;
mod execution;
mod prune;
mod read;
mod schema;
mod thread;
mod tokens;
mod write;

use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;

use thread::Writer;

pub use error::JournalError;
pub(crate) use execution::Execution;
pub(crate) use prune::Ended;
pub(crate) use read::{HistoryQuery, ListQuery};
pub(crate) use write::{Advance, Begun, Ending};

/// A handle on the journal's file. It is closed when the last handle is dropped.
#[derive(Debug, Clone)]
pub struct Journal {
    writer: Arc<Writer>,
}

impl Journal {
    /// Opens the file, and creates it if it is missing.
    ///
    /// # Errors
    /// When the file cannot be opened or has another version.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        let connection = Connection::open(path)?;
        schema::prepare(&connection)?;
        Ok(Self { writer: Arc::new(Writer::start(connection)?) })
    }
}
