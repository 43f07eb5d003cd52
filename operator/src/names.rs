//! What the resources of an installation are called.

/// The names of an installation's resources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// The write table.
    pub trips: String,
    /// The search view's table.
    pub search: String,
    /// The ARN of the state machine that books.
    pub booking: String,
    /// The ARN of the state machine that compensates.
    pub compensation: String,
    /// The ARN of the dispatcher's function.
    pub dispatcher: String,
    /// The ARN of the projector's function.
    pub projector: String,
}
