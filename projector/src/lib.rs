//! Keeps the search view equal to the fold of the trips.
//!
//! A change of a trip's root item carries the trip's whole summary, so any one record is enough and
//! the highest version wins. A batch costs one conditional write for each trip, on condition that
//! the view holds a lower version. So repeated, late or reordered records all lead to the newest
//! version.
//!
//! A record that cannot be read blocks no other record. It is kept beside the rows, as sent, for an
//! operator.
//!
//! [`Rebuild`] reads the trips themselves instead of the stream.

mod aside;
mod deps;
#[cfg(test)]
mod fakes;
mod handler;
mod intake;
mod projection;
mod rebuild;
mod shadow;
mod view;

use lambda_kit::spans::Trigger;

pub use deps::Deps;
pub use handler::handle;
pub use rebuild::{Damage, Left, Powers, Read, Rebuild, Rebuilt};
pub use view::View;

/// What invokes the projector: the stream of the trips' table.
pub const TRIGGER: Trigger = Trigger::Stream("project");
