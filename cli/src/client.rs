//! Calls a running system over HTTP, and explains its refusals.

mod answer;
mod api;
mod archive;
mod endpoint;
mod error;
mod ordered_bus;
mod pages;
mod problem;

pub use answer::Answer;
pub use api::{Api, ApiArgs};
pub use archive::{Archive, Lines};
pub use endpoint::{Endpoint, EndpointFormat};
pub use error::ClientError;
pub(crate) use ordered_bus::{OrderedBus, Wanted};
pub use pages::{Page, Pages};
pub use problem::Problem;
pub(crate) use problem::field_lines;
