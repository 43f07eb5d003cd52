//! Holds a call at a named point while the test does something else.

use std::sync::Arc;

use tokio::sync::Notify;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::PATIENCE;

/// A gate that one call comes to, and passes when it is opened. Clones are the same gate.
#[derive(Clone, Debug, Default)]
pub struct Gate {
    reached: Arc<Notify>,
    opened: CancellationToken,
}

impl Gate {
    /// Waits until the call has come to the gate.
    ///
    /// # Panics
    /// When none has come within [`PATIENCE`].
    pub async fn reached(&self) {
        timeout(PATIENCE, self.reached.notified()).await.expect("no call came to the gate");
    }

    /// Lets the call go on.
    pub fn open(&self) {
        self.opened.cancel();
    }

    /// Comes to the gate, and waits until it is open.
    pub async fn pass(&self) {
        self.reached.notify_one();
        self.opened.cancelled().await;
    }
}
