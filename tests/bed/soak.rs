//! The soak: rounds of a whole system on DynamoDB Local in which everything is drawn at random, the
//! trips as well as what goes wrong, until it is left in peace and judged.
//!
//! The same seed draws the same requests and the same dice. How the system's parts run against each
//! other is the machine's, so a round that is repeated is as hard, and not the same to the last
//! call.

mod callers;
mod chaos;
mod judge;
mod life;
mod round;
mod tally;

pub use self::round::round;
pub use self::tally::Tally;
