//! One execution environment: a process, and the Runtime API that it alone talks to.

use std::process::ExitStatus;

use domain::{Clock, Timestamp};
use lambda_kit::clock::SystemClock;
use local::InvocationError;
use serde_json::Value;
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use super::function::Function;
use super::logs::Logs;
use super::process::{Process, Signal};
use super::server::{Answer, Ask, HeldAnswer, Invocation, RuntimeApi};
use crate::PATIENCE;

/// A process that serves one invocation after the other until it ends.
pub(super) struct Environment {
    function: Function,
    api: RuntimeApi,
    process: Process,
}

impl Environment {
    /// A cold start.
    pub(super) async fn start(function: &Function, logs: &Logs, held: HeldAnswer) -> Self {
        let api = RuntimeApi::start(held).await;
        let process = Process::start(function.command(api.address), logs);
        Self { function: function.clone(), api, process }
    }

    pub(super) fn process(&self) -> Process {
        self.process.clone()
    }

    /// Hands over one invocation when the process asks for it, and waits for its answer, its end,
    /// or the end of its time.
    pub(super) async fn serve(&mut self, payload: &Value) -> Answer {
        let ask = self.ready().await?;
        let invocation = self.invocation(payload);
        let request_id = invocation.request_id.clone();
        let answer = self.api.hand_over(ask, invocation);
        tokio::select! {
            biased;
            Ok(answer) = answer => answer,
            status = self.process.ended() => Err(exited(&request_id, status)),
            () = sleep(self.function.timeout) => {
                self.process.end(Signal::Kill).await;
                Err(self.timed_out(&request_id))
            }
        }
    }

    /// Waits for the process to start up. Lambda does not count this against the function's time.
    pub(super) async fn ready(&mut self) -> Result<Ask, InvocationError> {
        tokio::select! {
            biased;
            ask = timeout(PATIENCE, self.api.asked()) => {
                Ok(ask.expect("the function does not ask for an invocation"))
            }
            status = self.process.ended() => {
                Err(self.api.init_error().unwrap_or_else(|| exited("(init)", status)))
            }
        }
    }

    pub(super) fn invocation(&self, payload: &Value) -> Invocation {
        let (request_id, root) = (Uuid::new_v4().to_string(), Uuid::new_v4().simple().to_string());
        let time = i64::try_from(self.function.timeout.as_millis()).unwrap();
        Invocation {
            request_id,
            deadline: Timestamp::from_millis(SystemClock.now().as_millis() + time),
            function_arn: self.function.arn(),
            trace_id: format!("Root=1-{}-{};Sampled=0", &root[..8], &root[8..]),
            payload: payload.clone(),
        }
    }

    /// Hands an invocation over to a process that asked for one.
    pub(super) fn hand_over(&self, ask: Ask, invocation: Invocation) -> oneshot::Receiver<Answer> {
        self.api.hand_over(ask, invocation)
    }

    fn timed_out(&self, request_id: &str) -> InvocationError {
        let seconds = self.function.timeout.as_secs_f64();
        InvocationError {
            error_type: "Sandbox.Timedout".to_owned(),
            message: format!(
                "RequestId: {request_id} Error: Task timed out after {seconds:.2} seconds"
            ),
        }
    }
}

/// What Lambda reports of a process that ended without an answer; memory that ran out shows as a
/// kill.
fn exited(request_id: &str, status: ExitStatus) -> InvocationError {
    InvocationError {
        error_type: "Runtime.ExitError".to_owned(),
        message: format!("RequestId: {request_id} Error: Runtime exited with error: {status}"),
    }
}
