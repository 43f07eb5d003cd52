//! A model of the protocol, checked exhaustively with `stateright`: sagas against each other on one
//! trip or two, and the consumers of the table's stream behind them.
//!
//! # What is real
//! - Every decision is the domain's: `Command::plan`, `decide`, `apply` and `outcome` on its own
//!   `Trip`.
//! - The order of the steps, what is retried and what is caught stand in `saga/*.asl.json`, read
//!   here.
//! - Which events go to an ordered bus, and after which others, is `dispatcher::order`.
//! - A row of the view is `store::view::SearchRow::from_trip`.
//!
//! # What is mirrored
//! Code around I/O cannot run in a model. Each of these files names what it follows: [`attempt`]
//! the application of a step, [`table`] the commit, [`books`] the suppliers' contract, and
//! [`consumers`] the dispatcher, the sweeper, the projector and their mappings.
//!
//! # What may happen
//! At each point any execution, function, batch or sweep does its next step. A caller may stop
//! waiting for its function, which goes on, or dies, at any moment after: that is a crash, a lost
//! answer, a timed-out task, a late effect or a second attempt beside the first. Retries are not
//! counted: whether an unknown outcome is retried or its retries are used up is open each time.
//! Behind the stream, calls fail in part, marks and writes fail, checkpoints are lost, records are
//! trimmed or replayed.
//!
//! # What is bounded
//! How many outcomes become unknown and how much goes wrong behind the stream, by scenario; a batch
//! holds two records. `TRIP_MODEL_DEPTH=1` allows one more of each, which is many times the states:
//! choose a test with it. Consumers see commits only, so most of their scenarios take a step of a
//! saga in one piece. Time stands still, and an event's id is its trip and sequence number. Not
//! modelled: reads through an index that lags, and parked events but before an ordered bus.

mod attempt;
mod books;
mod check;
mod consumers;
mod execution;
mod kept;
mod machine;
mod properties;
mod protocol;
mod sagas;
mod scenario;
mod step;
mod table;
mod trace;
mod world;

pub(crate) use check::{Checked, check};
pub(crate) use properties::reached;
pub(crate) use scenario::{Consumer, Kind, Scenario, Starts, Streams};
