//! The embedded DynamoDB engine of the local runtime: `dynoxide` on one SQLite file, in this
//! process, served over HTTP so that the AWS SDKs and any other DynamoDB client can talk to it.
//!
//! # Where it differs from DynamoDB
//!
//! Code that must run here, on DynamoDB Local and on AWS has to know these differences. This
//! crate's tests check them where they can, so that an upgrade of `dynoxide` that changes one is
//! noticed.
//!
//! - A put or an update that changes nothing writes a stream record; DynamoDB writes none.
//! - A stream has one shard, named after its table. `ExclusiveStartShardId` and `ShardFilter` are
//!   ignored; before the engine's port, `trip up` renames the shard and follows the first. The
//!   shard never closes, but `DescribeStream` still reports an ending sequence number for it: only
//!   a missing `NextShardIterator` shows that a shard has ended. The answer has no `KeySchema`.
//! - A shard iterator does not expire; DynamoDB's does after 15 minutes. An iterator of a shard
//!   that does not exist is given, and shows nothing. An ARN with another label is the same stream,
//!   and limits are not checked: `GetRecords` with a `Limit` of 0 goes nowhere.
//! - A stream that is switched off and on again has all its earlier records and is the same stream;
//!   while it is off nothing can be read. DynamoDB makes a new stream, and keeps the old one
//!   readable for a day.
//! - The identity of a TTL deletion reaches an SDK client without its two members: they have the
//!   names of Lambda's events. Before the engine's port, `trip up` renames them.
//! - Idempotency tokens are forgotten on restart, those of [`Direct`] calls and of other clients
//!   are not each other's, and no transaction ever conflicts.
//! - Index reads are never stale.
//! - A scan of a segment reads and sorts the whole table for each page.
//! - Regions are named `dynoxide`, and a record's creation time is in whole seconds.
//! - A table made again under a deleted table's name starts with the old table's stream records.
//! - Stream records stay until [`Engine::trim`] removes them.
//! - The server allows the pages of every site to call and read, under any host name, and accepts
//!   any number of connections: use it only on a port that only trusted clients reach.

mod connection;
mod direct;
mod error;
mod expiry;
mod log;
mod refusal;
mod server;
mod stream_records;

use std::error::Error;
use std::future::Future;
use std::path::Path;
use std::time::Duration;

use dynoxide::Database;
use tokio::net::TcpListener;
use tokio::time::Instant;

use expiry::Expiry;
use stream_records::StreamRecords;

pub use direct::{Answer, Caller, Direct, DirectThreads};
pub use error::EngineError;
pub use log::Log;
pub use refusal::is_refusal;
pub use stream_records::Retention;

/// How many times as long as a sweep of expired items the pause after it is, at least.
const PAUSE_FACTOR: u32 = 99;

/// A DynamoDB engine on one SQLite file. Clones share the database.
///
/// Nothing here keeps two processes from opening one file: the caller holds a lock on its
/// directory.
///
/// A killed process loses no write that was answered. Nor does a power failure lose one that was
/// answered to a [`Direct`] call: it is in SQLite's write-ahead log and on disk before. For the
/// server's clients it is on disk after the next [`Log::sync`]. With [`Engine::open_unsynced`] a
/// power failure may lose any.
#[derive(Clone)]
pub struct Engine {
    database: Database,
    log: Log,
    stream_records: StreamRecords,
    expiry: Expiry,
}

impl Engine {
    /// Opens the database file at `path`, making it when it is missing.
    ///
    /// # Errors
    /// When the path is not UTF-8, the file cannot be opened, or it is not a database of this
    /// engine.
    pub fn open(path: &Path) -> Result<Self, EngineError> {
        let database = open_database(path)?;
        // Also the way to say that no transaction syncs the log by itself.
        database.disable_bulk_loading().map_err(|source| EngineError::open(path, source))?;
        let stream_records = StreamRecords::indexed(path)?;
        Ok(Self { database, log: Log::of(path)?, stream_records, expiry: Expiry::of(path) })
    }

    /// Opens a database that nobody needs after a power failure, such as one in a temporary
    /// directory.
    ///
    /// As [`Engine::open`], but no write waits for the disk, which makes writes several times
    /// faster. A killed process still loses nothing.
    ///
    /// # Errors
    /// As [`Engine::open`].
    pub fn open_unsynced(path: &Path) -> Result<Self, EngineError> {
        let engine = Self::open(path)?;
        let unsynced = engine.database.enable_bulk_loading();
        unsynced.map_err(|source| EngineError::open(path, source))?;
        Ok(Self { log: Log::unsynced(), ..engine })
    }

    /// Serves DynamoDB and DynamoDB Streams on `listener` until `shutdown` completes, then lets
    /// running requests finish, for a few seconds at most.
    ///
    /// The engine blocks its thread while SQLite works, so it runs on threads of its own and never
    /// stalls the caller's runtime.
    ///
    /// # Errors
    /// When the threads cannot be started or the listener fails.
    pub async fn serve(
        &self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), EngineError> {
        server::serve(self.database.clone(), listener, shutdown).await
    }

    /// Opens a way for this process into the engine, beside its server.
    ///
    /// # Errors
    /// When the thread cannot be started.
    pub fn direct(&self) -> Result<(Direct, DirectThreads), EngineError> {
        Direct::start(self.database.clone(), self.log.clone())
    }

    /// The log that makes the server's clients' writes safe from a power failure.
    #[must_use]
    pub fn log(&self) -> Log {
        self.log.clone()
    }

    /// Deletes every expired item of every table with TTL enabled; returns how many. Blocks.
    ///
    /// Each deletion writes a `REMOVE` stream record that carries the TTL service's identity.
    ///
    /// # Errors
    /// When the database fails.
    pub fn sweep_ttl(&self) -> Result<usize, EngineError> {
        if !self.expiry.is_due()? {
            return Ok(0);
        }
        self.database.sweep_ttl().map_err(EngineError::Sweep)
    }

    /// Sweeps expired items every `period` until `shutdown` completes. A sweep reads every item of
    /// its tables, so after a long one the pause is longer: sweeps take a hundredth of the time at
    /// most. A failed sweep is logged and the next one tries again.
    pub async fn sweep_ttl_every(&self, period: Duration, shutdown: impl Future<Output = ()>) {
        tokio::pin!(shutdown);
        loop {
            let start = Instant::now();
            self.sweep_in_background().await;
            let pause = period.max(start.elapsed() * PAUSE_FACTOR);
            tokio::select! {
                () = &mut shutdown => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    async fn sweep_in_background(&self) {
        let engine = self.clone();
        match tokio::task::spawn_blocking(move || engine.sweep_ttl()).await {
            Ok(Ok(deleted)) => tracing::debug!(deleted, "expired items deleted"),
            Ok(Err(error)) => warn_of_failed_sweep(&error),
            Err(panicked) => warn_of_failed_sweep(&panicked),
        }
    }

    /// Deletes the stream records of `table` that are not after `consumed` and that `keep` does not
    /// keep; returns how many. Blocks.
    ///
    /// `consumed` is the lowest sequence number that every consumer has passed. Records after it
    /// stay, whatever their age. The newest record always stays: the next sequence number is
    /// counted from it.
    ///
    /// # Errors
    /// When `consumed` is not a sequence number of this engine, or the database fails.
    pub fn trim(&self, table: &str, consumed: &str, keep: Retention) -> Result<usize, EngineError> {
        self.stream_records.trim(table, consumed, keep)
    }
}

fn open_database(path: &Path) -> Result<Database, EngineError> {
    let name = path.to_str().ok_or_else(|| EngineError::Path(path.to_path_buf()))?;
    Database::new(name).map_err(|source| EngineError::open(path, source))
}

fn warn_of_failed_sweep(error: &(dyn Error + 'static)) {
    tracing::warn!(error, "expired items stay until the next sweep");
}
