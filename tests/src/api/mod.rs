//! The API of a running system, over HTTP.

mod abuse;
mod request_ids;
mod traces;
