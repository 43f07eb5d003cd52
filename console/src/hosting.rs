//! What the console may do between two requests.

/// How the console is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hosting {
    /// By a process that goes on: its pages are updated over a connection that stays open, and long
    /// work is done in the background.
    Process,
    /// By invocations that end with their answers: its pages ask for each update, and long work is
    /// left to the `trip` command.
    Invocations,
}

impl Hosting {
    /// How many trips that need a look are asked for their executions. On AWS each takes several
    /// calls of Step Functions, which allows 15 a second. Source: "Quotas related to API action
    /// throttling" in the Step Functions developer guide.
    pub(crate) fn trips_asked(self) -> usize {
        match self {
            Self::Process => 25,
            Self::Invocations => 10,
        }
    }
}
