//! The API gateway of one machine: API Gateway's routes, checks and proxy events over HTTP.
//!
//! `POST /trips` is checked and starts an execution with no function in between. Every other route
//! is turned into the event that a REST API sends to its function, and the function's answer back
//! into a response. Development tokens stand in for the user pool, so a gateway belongs on a
//! loopback address only. [`serve`] puts it on a listener, and [`protect`] puts its checks before
//! others' routes too.

mod access;
mod answer;
mod body;
mod booking;
mod call;
mod cors;
mod gateway;
mod head;
mod host;
mod integration;
mod ports;
mod protection;
mod refusal;
mod request_id;
mod routes;
mod server;
mod settings;
mod single;
mod site;
#[cfg(test)]
mod tests;
mod throttle;
mod trace;

pub use cors::{NoOrigin, Origin};
pub use gateway::Gateway;
pub use ports::{Executions, Functions, QUERY_API, StartError, Started, TRIP_CANCEL};
pub use protection::protect;
pub use server::serve;
pub use settings::{Limits, Rate, Settings};
