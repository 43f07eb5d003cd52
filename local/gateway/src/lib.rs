//! The local API gateway: API Gateway's routes, checks and proxy events over HTTP.
//!
//! The gateway checks `POST /trips` and starts an execution, without a function. It turns a request
//! for any other route into the event that a REST API sends to its function, and the function's
//! answer into a response. Development tokens stand in for the user pool, so a gateway may only
//! listen on a loopback address. [`serve`] puts it on a listener, and [`protect`] puts its checks
//! before other routes too.

mod access;
mod answer;
mod body;
mod booking;
mod call;
mod gateway;
mod head;
mod ports;
mod protection;
mod refusal;
mod request_id;
mod routes;
mod server;
mod settings;
mod site;
#[cfg(test)]
mod tests;
mod throttle;
mod trace;

pub use gateway::Gateway;
pub use lambda_kit::http::cors::{NoOrigin, Origin};
pub use ports::{Executions, Functions, QUERY_API, StartError, TRIP_CANCEL};
pub use protection::protect;
pub use server::serve;
pub use settings::{Limits, Rate, Settings};
