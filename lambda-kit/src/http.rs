//! What the functions behind API Gateway share: the caller, the form of errors, and the proxy
//! events.

mod accept;
mod base;
mod caller;
pub mod cors;
pub mod headers;
mod problem;
mod proxy;
mod site;

pub use accept::wants_html;
pub use base::base_path;
pub use caller::{Caller, OPERATORS};
pub use problem::{CONTENT_TYPE as PROBLEM_JSON, PAGES as ERROR_PAGES, Problem, status};
pub use proxy::{ProxyRequest, serve};
pub use site::may_call;
