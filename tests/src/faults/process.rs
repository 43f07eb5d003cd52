//! What can go wrong with a function's process: it is killed, told to end, panics, or runs out of
//! time.
//!
//! The functions are the real binaries, behind a Lambda Runtime API. The process of each crash row
//! is ended at every one of its wire calls, before and after the service has done its work, and
//! while its answer is on the way.

mod adversarial;
mod booked;
mod crash;
mod deadline;
mod exhausted;
mod kill_point;
mod killed;
mod ordered;
mod panic;
mod projecting;
mod publishing;
mod sigterm;
mod step;

const DISPATCHER: &str = env!("CARGO_BIN_EXE_function-dispatcher");
const PROJECTOR: &str = env!("CARGO_BIN_EXE_function-projector");
const PUPPET: &str = env!("CARGO_BIN_EXE_function-puppet");
const QUERY_API: &str = env!("CARGO_BIN_EXE_function-query-api");
const SAGA: &str = env!("CARGO_BIN_EXE_function-saga");
const SWEEPER: &str = env!("CARGO_BIN_EXE_function-sweeper");
