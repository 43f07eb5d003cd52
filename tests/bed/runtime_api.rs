//! Lambda as a function's process sees it: the Runtime API over HTTP, and the sandbox that runs a
//! real binary behind it, with nothing but environment variables.

mod environment;
mod function;
mod instance;
mod logs;
mod process;
mod sandbox;
mod server;

pub use self::instance::{Instance, Served};
pub use self::sandbox::Sandbox;
