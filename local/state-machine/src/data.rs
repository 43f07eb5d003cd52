//! How JSON moves through a state: paths that pick and place values, and templates that build new
//! ones.

mod format;
mod path;
mod reference;
mod scope;
mod template;

pub(crate) use path::Path;
pub(crate) use scope::Scope;
pub(crate) use template::Template;
