//! What the console needs of a system: the values and traits behind which a system on one machine
//! and one on AWS look the same.

mod api;
mod bus;
mod event_log;
mod executions;
mod view;
mod visitor;

pub use api::Api;
pub use bus::{Bus, Rule, Subscriber};
#[cfg(test)]
pub(crate) use event_log::tests::Memory;
pub use event_log::{EventLog, LoggedEvent, Position};
pub use executions::{Execution, Executions, Saga};
pub use view::{Following, View};
pub use visitor::{FormToken, Visitor, Visitors};
