//! Lambda's event source mapping for DynamoDB Streams, reproduced: it reads the shards of one stream and
//! hands their records to a function in batches, with the contract that Lambda documents.
//!
//! - **Order.** A shard has one batch in flight. A shard is read after its parent has been read to its end.
//! - **Batches.** A batch is handed over when it is full (records, or 6 MB of payload) or when its window
//!   has passed since its first record; with no window, at once.
//! - **Filters.** Filter patterns are alternatives. A record that matches none is passed over and never seen again.
//! - **Partial failure.** The function may answer `batchItemFailures`. Everything from the lowest reported
//!   record on is handed over again; see [`Handler`].
//! - **Retries** have no limit, and wait longer each time. A position never passes an unprocessed record.
//! - **At least once.** A position is saved after its batch was processed, so a crash in between hands the
//!   batch over again.
//!
//! Deliberately absent: bisecting, limits on retries or record age, destinations for failures, and a
//! parallelization factor.
//!
//! [`Mapping`] is the entry point, [`Progress`] tells how far it has come, and [`replay`] reads a whole
//! stream once without a mapping.

mod backoff;
mod batch;
mod causes;
mod config;
mod delivery;
mod event;
mod filter;
mod handler;
mod lineage;
mod mapping;
mod pattern;
mod poller;
mod positions;
mod progress;
mod reader;
mod replay;
mod report;
mod response;
mod shards;
mod stream;

pub use backoff::Backoff;
pub use config::{ConfigError, MappingConfig, Polling, StartingPosition};
pub use event::{UnreadableRecord, lambda_record};
pub use filter::{FilterError, Filters};
pub use handler::{Handler, InvokeError};
pub use mapping::Mapping;
pub use positions::{InMemoryPositions, PositionError, PositionStore};
pub use progress::{Progress, ShardProgress, drained};
pub use reader::ReadError;
pub use replay::replay;
pub use stream::{StreamError, stream_of_table};
