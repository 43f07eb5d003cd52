//! What waits for the engine's thread.

use dynoxide::Database;
use tokio::sync::oneshot;

use super::tokens::Tokens;

/// Work on the database, on the engine's thread; its second part, the writing of the answer, is the
/// caller's.
pub(super) type Work = Box<dyn FnOnce(&Database, &mut Tokens) -> Finish + Send>;
/// Writes the answer. `None` when the request must be asked over HTTP.
pub(super) type Finish = Box<dyn FnOnce() -> Option<Answer> + Send>;

/// Work, and where its outcome goes.
pub(super) struct Job {
    pub(super) work: Work,
    /// Whether it may change the database.
    pub(super) is_write: bool,
    pub(super) reply: oneshot::Sender<Finish>,
}

/// An HTTP answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body: JSON.
    pub body: String,
}
