//! What a function writes to its standard output and error: the last lines of it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};

/// How many lines are kept.
const KEPT: usize = 1_000;

/// Lines in the order in which they came. Clones share them.
#[derive(Clone, Debug, Default)]
pub(super) struct Logs(Arc<Mutex<VecDeque<String>>>);

impl Logs {
    /// Keeps what comes from `output` until it is closed.
    pub(super) fn follow(&self, output: impl AsyncRead + Send + Unpin + 'static) {
        let logs = self.clone();
        tokio::spawn(async move {
            let mut lines = BufReader::new(output).lines();
            while let Ok(Some(line)) = lines.next_line().await {
                logs.push(line);
            }
        });
    }

    pub(super) fn lines(&self) -> Vec<String> {
        self.kept().iter().cloned().collect()
    }

    fn push(&self, line: String) {
        let mut kept = self.kept();
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back(line);
    }

    fn kept(&self) -> MutexGuard<'_, VecDeque<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
