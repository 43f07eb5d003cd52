//! What invokes the functions.

/// What invokes a function, and what the function does then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// A state machine's task, for this step.
    Task(&'static str),
    /// A REST API's proxy event: the route determines the work.
    Http,
    /// A table's stream, for this work.
    Stream(&'static str),
    /// A schedule, for this work.
    Timer(&'static str),
    /// An event of EventBridge, for this work.
    Event(&'static str),
}

impl Trigger {
    /// The trigger's name in the conventions.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Task(_) => "other",
            Self::Http => "http",
            Self::Stream(_) => "datasource",
            Self::Timer(_) => "timer",
            Self::Event(_) => "pubsub",
        }
    }

    /// OpenTelemetry's kind of span.
    pub(super) const fn kind(self) -> &'static str {
        match self {
            Self::Task(_) | Self::Http => "server",
            Self::Stream(_) | Self::Event(_) => "consumer",
            Self::Timer(_) => "internal",
        }
    }
}
