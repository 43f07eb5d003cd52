//! The pure rules of a trip: aggregate, value objects, events and error codes.
//!
//! Nothing here does I/O, reads a clock or draws a random number. Every type of
//! the aggregate is `Clone + Eq + Hash`, so that a model checker can use it as state.
//!
//! Start at [`command::Command`], which every saga step implements, and
//! [`trip::Trip`], the aggregate root that the commands decide on.

pub mod clock;
pub mod command;
pub mod contract;
pub mod details;
pub mod error;
pub mod event;
pub mod ids;
pub mod member;
pub mod money;
pub mod request;
pub mod text;
pub mod time;
pub mod trip;

pub use clock::Clock;
pub use command::{Change, Claim, Command, Decision, Outcome, Plan};
pub use details::{FlightDetails, HotelDetails, TripDetails};
pub use error::{ErrorCode, Failure, FieldError};
pub use event::Envelope;
pub use ids::{CustomerId, EventId, SagaId, TripId};
pub use money::Money;
pub use time::{TicketTime, Timestamp};
pub use trip::{Asked, Trip, TripState, TripStatus};
