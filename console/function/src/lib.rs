//! The web console on AWS: a function behind an HTTP API, for operators who have signed in at the
//! user pool's hosted pages.
//!
//! [`Site::handle`] takes an event of the payload format 2.0 and returns its answer. The pages are
//! those of [`console`]; here are the clients behind its ports, the guard before its routes, and
//! who the visitor is.

mod api;
mod event_log;
mod executions;
mod guard;
mod links;
mod payload;
mod settings;
mod site;
mod view;
mod visitor;

pub use site::Site;
