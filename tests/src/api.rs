//! The API of a running system, over HTTP.

mod abuse;
mod admission;
mod callers;
mod ports;
mod request_ids;
mod sites;
mod step_functions;
mod streams;
mod traces;
