//! What bookings cost on AWS at list prices.
//!
//! A [`Usage`] is what one booking uses: as it was counted on the local system, as a floor that it
//! cannot go below, or as it would be after a change. [`Bill`] multiplies it by [`Unit`]'s prices.
//! The infrastructure code reads both from `infra/generated/costs.json`, which [`describe`] gives.

mod bill;
mod changes;
mod counts;
mod describe;
mod estimate;
mod floor;
mod prices;
mod standing;
mod text;
mod usage;

pub use bill::{Bill, Line};
pub use changes::Change;
pub use describe::describe;
pub use estimate::Estimate;
pub use prices::{Price, Unit};
pub use usage::Usage;
