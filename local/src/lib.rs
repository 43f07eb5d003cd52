//! The whole system on one machine: the product's own functions and state machines, on an embedded
//! DynamoDB, a state-machine runner, an event bus, event source mappings, an API gateway and a web
//! console.
//!
//! [`System::start`] starts all of it in this process; [`Options`] says where and how.

pub mod account;
mod backend;
mod background;
mod consumers;
mod data_dir;
pub mod faults;
mod front;
mod function;
mod functions;
mod handed;
mod housekeeping;
mod in_process;
mod loopback;
pub mod machines;
mod mappings;
mod on_failure;
mod operations;
pub mod options;
mod ordered;
mod positions;
mod redrive;
pub mod runtime;
mod secrets;
mod settings;
mod status_changes;
mod system;
mod tables;
mod wire;

pub use console::example as example_booking;
pub use engine::{Retention, is_refusal};
pub use event_bus::Url;
pub use faults::{Faults, InvocationFaults};
pub use function::{Function, InvocationError};
pub use functions::Functions;
pub use loopback::{Loopback, NotLoopback};
pub use options::{BusKind, Concurrency, Data, Keep, Options, Pace};
pub use ordered_bus::{Standing, SubscriberState};
pub use system::{System, Urls};
