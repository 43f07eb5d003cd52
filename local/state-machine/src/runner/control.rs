//! `StopExecution` and `RedriveExecution`.

use std::sync::Arc;

use super::{Runner, core::Core, redrivable};
use crate::api::{ApiError, Redriven, Status, Stop, Stopped};
use crate::journal::Execution;

impl Runner {
    /// Ends a running execution as `ABORTED`, for this reason. A running function continues; its
    /// answer is dropped. An execution that has already ended does not change.
    ///
    /// # Errors
    /// When there is no such execution, or the journal fails.
    pub async fn stop(&self, arn: &str, stop: Stop) -> Result<Stopped, ApiError> {
        let (core, arn) = (Arc::clone(&self.core), arn.to_owned());
        self.detached(async move { core.abort(arn, stop).await }).await
    }

    /// Continues an execution that failed or was stopped in a task: at that task, with its input
    /// and fresh retries. A call with a `token` that redrove the execution before, up to 15 minutes
    /// ago, gets that call's answer and does nothing.
    ///
    /// # Errors
    /// When there is no such execution; when it runs, succeeded, ended in a Fail state (on AWS a
    /// redrive of it would only fail again) or ended more than 14 days ago; when the runner is
    /// shutting down or the journal fails.
    pub async fn redrive(&self, arn: &str, token: Option<&str>) -> Result<Redriven, ApiError> {
        let (core, arn, token) =
            (Arc::clone(&self.core), arn.to_owned(), token.map(ToOwned::to_owned));
        self.detached(async move { core.redrive_once(&arn, token).await }).await
    }
}

impl Core {
    pub(super) async fn execution_of(&self, arn: &str) -> Result<Execution, ApiError> {
        let found = self.journal.get(arn).await?;
        found.ok_or_else(|| ApiError::ExecutionDoesNotExist(arn.to_owned()))
    }

    async fn abort(&self, arn: String, stop: Stop) -> Result<Stopped, ApiError> {
        let now = self.now();
        let Some(execution) = self.journal.abort(&arn, now, stop).await? else {
            return Err(ApiError::ExecutionDoesNotExist(arn));
        };
        if execution.status == Status::Aborted {
            self.live.stop(&arn, execution.redrive_count);
            self.tell(&execution);
        }
        Ok(Stopped { stop_date: execution.stopped.unwrap_or(now) })
    }

    async fn redrive_once(
        self: &Arc<Self>,
        arn: &str,
        token: Option<String>,
    ) -> Result<Redriven, ApiError> {
        if let Some(done) = self.redriven_by(arn, token.as_deref()).await? {
            return Ok(done);
        }
        match self.redrive(arn, token.clone()).await {
            // A call with the same token may have come first.
            Err(refused @ ApiError::ExecutionNotRedrivable(_)) => {
                self.redriven_by(arn, token.as_deref()).await?.ok_or(refused)
            }
            answer => answer,
        }
    }

    async fn redriven_by(
        &self,
        arn: &str,
        token: Option<&str>,
    ) -> Result<Option<Redriven>, ApiError> {
        let Some(token) = token else { return Ok(None) };
        let found = self.journal.redriven_by(arn, token, self.now()).await?;
        Ok(found.map(|redrive_date| Redriven { redrive_date }))
    }

    async fn redrive(
        self: &Arc<Self>,
        arn: &str,
        token: Option<String>,
    ) -> Result<Redriven, ApiError> {
        let ended = self.execution_of(arn).await?;
        let machine = self.machine(&ended.machine_arn)?;
        let redrive_date = self.now();
        redrivable::check(&ended, Some(&machine), redrive_date)
            .map_err(ApiError::ExecutionNotRedrivable)?;
        if !self.journal.redrive(ended.clone(), redrive_date, token).await? {
            return Err(ApiError::ExecutionNotRedrivable(redrivable::RUNNING));
        }
        self.tell_of(arn).await;
        let (position, run) = (ended.position.clone().afresh(), ended.redrive_count + 1);
        self.launch(&ended, position, run, machine, None);
        Ok(Redriven { redrive_date })
    }
}
