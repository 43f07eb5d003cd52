//! The test bed: the whole system or any part of it, on tables of its own in DynamoDB Local, with a
//! faulty version of whatever may go wrong.
//!
//! [`Bed::new`] gives isolated tables, the functions on them, a bus and a clock. The functions
//! reach the database and the bus through a [`FaultProxy`] each, which lets everything pass until
//! it is told otherwise. What a test asserts, it reads past the proxies. [`Bed::system`] starts the
//! state-machine runner, the event source mappings and the gateway on the same tables.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, also in the functions it calls"
)]

mod bed;
mod bus;
mod dynamodb;
mod ends;
mod eventually;
mod functions;
pub mod fuzz;
mod ordered;
mod proxy;
mod records;
mod request;
mod runtime_api;
mod settled;
pub mod soak;
mod stream;
mod system;

pub use self::bed::{Bed, CURSOR_KEYS};
pub use self::bus::Bus;
pub use self::dynamodb::{Endpoint, access_key, client, dynamodb_local, unique_name};
pub use self::ends::book_every_end;
pub use self::eventually::{PATIENCE, eventually};
pub use self::functions::{batch, invocation, reported};
pub use self::ordered::InOrder;
pub use self::proxy::{Answer, Call, Fault, FaultProxy, Gate, Point, answers, faults};
pub use self::records::{cut, trip_of};
pub use self::request::{Reply, Request};
pub use self::runtime_api::{Instance, Sandbox, Served};
pub use self::settled::{at_rest, settled, settled_system};
pub use self::stream::Capture;
pub use self::system::{book_on, system_on};
pub use testing::{Booking, ManualClock};
