//! What a runner keeps of ended executions.

use tokio::sync::Mutex;

use crate::journal::Ended;

/// What is kept, and up to where histories were deleted.
pub(super) struct Retention {
    pub(super) days: u32,
    pub(super) histories: u32,
    pub(super) shortened: Mutex<Ended>,
}

impl Retention {
    pub(super) fn new(days: u32, histories: u32) -> Self {
        Self { days, histories, shortened: Mutex::default() }
    }
}
