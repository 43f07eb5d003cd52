//! Keeps the search view equal to the fold of the trips.
//!
//! A change of a trip's root item carries the trip's whole summary, so any one record is enough and
//! the highest version wins. A batch costs one write a trip, under the condition that the view
//! holds a lower version: whatever is repeated, late or out of order, the view ends at the newest.
//!
//! A record that cannot be read holds up no other. It is kept beside the rows, as it was sent, for
//! an operator.
//!
//! [`Rebuild`] goes through the trips themselves, in place of the stream.

mod aside;
mod deps;
#[cfg(test)]
mod fakes;
mod handler;
mod intake;
mod projection;
mod rebuild;
mod view;

use lambda_kit::spans::Trigger;

pub use deps::Deps;
pub use handler::handle;
pub use rebuild::{Damage, Left, Powers, Rebuild, Rebuilt};
pub use view::View;

/// What invokes the projector: the stream of the trips' table.
pub const TRIGGER: Trigger = Trigger::Stream("project");
