//! Calls of a service in AWS's JSON protocol, without the SDK's client: one `POST`, signed and sent
//! over the SDK clients' connections. A call in CBOR goes the same way, if its caller writes and
//! reads the bodies.
//!
//! What the SDK does around a call (plugins, interceptors, layers of configuration, a signing key
//! derived anew) costs more than all else about a call that carries an item or ten events. So it is
//! left out where calls are that small and that many. Everything that a user of the SDK relies on
//! is the same: a [`Client`] takes the SDK's configuration, makes its attempts within the same
//! times, waits between them as long, and corrects a wrong clock.

mod client;
mod clock;
mod failure;
mod head;
mod place;
mod retries;
mod sigv4;
mod transport;
mod waits;

pub use client::{
    CLOUDWATCH_LOGS, Client, DYNAMODB, EVENTBRIDGE, EVENTBRIDGE_V2, STEP_FUNCTIONS, Service,
};
pub use failure::{CallFailed, Refusal};
pub use head::Head;
