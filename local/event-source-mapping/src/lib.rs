//! Lambda's event source mapping for DynamoDB Streams, reproduced: it reads the shards of one
//! stream and hands their records to a function in batches, with the contract that Lambda
//! documents.
//!
//! - **Order.** A shard has one batch in flight, or as many as the parallelization factor says;
//!   then only the records of one item keep their order. A shard is read after its parent has been
//!   read to its end.
//! - **Batches.** A batch is handed over when it is full (records, or 6 MB of payload) or when its
//!   window has passed since its first record; with no window, at once.
//! - **Filters.** Filter patterns are alternatives. A record that matches none is skipped for good.
//!   A pattern that cannot be decided as Lambda decides it is refused at the start.
//! - **Partial failure.** The function may answer `batchItemFailures`. All records from the lowest
//!   reported one on are handed over again; see [`Handler`].
//! - **Retries** have a backoff, and are limited by number, by age, or not at all. A batch that
//!   failed can be bisected: at the reported record, or else into halves. Splitting is not a retry.
//! - **Giving up.** A batch without retries left, and records that are too old, go to a
//!   [`FailureDestination`], or into the log if there is none. [`Age`] says from when a record's
//!   age counts.
//! - **At least once.** A position is saved when every record up to it is processed, discarded or
//!   filtered out. It never passes another record, so a crash repeats records and loses none.
//!
//! Where it differs from Lambda: a record that was read is retried even after the stream has
//! dropped it, and each batch is discarded separately, where Lambda may report neighbouring ones as
//! one. Deliberately absent: tumbling windows, and mappings without `ReportBatchItemFailures`.
//!
//! [`Mapping`] is the entry point, and [`Progress`] reports how far it has come. The crate
//! `stream-replay` reads the stream and says how its records are handed over and answered for.

mod backoff;
mod batch;
mod config;
mod context;
mod delivery;
mod destination;
mod discard;
mod error;
mod filter;
mod gather;
mod handler;
mod invocation;
mod lane;
mod limits;
mod mapping;
mod operators;
mod poller;
mod positions;
mod progress;
mod report;
mod settlement;
mod shard_run;
mod shards;
mod source;
mod stop;
mod tries;

pub use backoff::Backoff;
pub use config::{Age, MappingConfig, Polling};
pub use context::Ports;
pub use destination::{DiscardedBatch, FailureDestination};
pub use error::StorageError;
pub use filter::{FilterError, Filters, Unjudged};
pub use handler::{Handler, InvokeError};
pub use limits::ConfigError;
pub use mapping::Mapping;
pub use positions::{InMemoryPositions, PositionStore};
pub use progress::{Progress, ShardProgress, drained};
pub use source::Source;
pub use stream_replay::{StartingPosition, has_new_images, rank, stream_of_table};
