//! What is told about executions while it happens.

use super::core::Core;
use crate::journal::Execution;

impl Core {
    /// Tells whoever listens how an execution stands.
    pub(super) fn tell(&self, execution: &Execution) {
        if let Some(news) = &self.news {
            // Whoever no longer listens need not be told.
            drop(news.send(self.describe(execution.clone())));
        }
    }

    /// The same of an execution that has just changed in the journal.
    pub(super) async fn tell_of(&self, arn: &str) {
        if self.news.is_none() {
            return;
        }
        match self.execution_of(arn).await {
            Ok(execution) => self.tell(&execution),
            Err(error) => tracing::warn!(execution = arn, %error, "an execution's end is not told"),
        }
    }
}
