//! Why an input cannot be used.

/// An input that cannot be made of any event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    /// A constant that is not JSON.
    #[error("not a valid JSON text: {0}")]
    Constant(String),
    /// A path of another form.
    #[error("not a path that EventBridge reads, such as $.detail.items[0].name")]
    Path,
    /// A template with a variable that is not defined.
    #[error("contains invalid placeholder {0}.")]
    Placeholder(String),
    /// A template that makes no JSON.
    #[error("not a template of valid JSON: {0}")]
    Template(String),
    /// A template with a variable in a member's name.
    #[error("a placeholder cannot be used as an object key")]
    Key,
}
