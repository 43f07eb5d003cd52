//! The documents in which a template looks up its paths.

use serde_json::Value;

/// The documents of a template.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope<'a> {
    /// The document for `$`: the state's input, or its raw result.
    pub(crate) data: &'a Value,
    /// The document for `$$`.
    pub(crate) context: &'a Value,
}
