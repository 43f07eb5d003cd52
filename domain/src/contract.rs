//! The event contract: what subscribers may rely on, made of the event types.
//!
//! `docs/events` holds the schemas, the samples and the AsyncAPI document as files.

mod asyncapi;
mod samples;
mod schema;
mod values;

pub use asyncapi::asyncapi;
pub use samples::{Sample, samples};
pub use schema::{EventSchema, schemas};
