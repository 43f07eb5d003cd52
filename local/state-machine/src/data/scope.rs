//! What the paths of a template look into.

use serde_json::Value;

/// What a template can look into.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope<'a> {
    /// The document that `$` stands for: the state's input, or its raw result.
    pub(crate) data: &'a Value,
    /// The document that `$$` stands for.
    pub(crate) context: &'a Value,
}
