//! The sandbox of a function: runs its binary as Lambda does, one invocation at a time.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex as Blocking, PoisonError};
use std::time::Duration;

use local::InvocationError;
use serde_json::Value;
use tokio::sync::Mutex;

use super::environment::Environment;
use super::function::Function;
use super::logs::Logs;
use super::process::{Process, Signal};
use super::server::HeldAnswer;
use crate::Gate;

/// A deployed function with a concurrency of one. Its process starts at the first invocation, and
/// anew at the first after each end. It never outlives the sandbox.
pub struct Sandbox {
    function: Function,
    environment: Mutex<Option<Environment>>,
    /// The latest process, to be reached while an invocation is under way.
    process: Blocking<Option<Process>>,
    held: HeldAnswer,
    starts: AtomicUsize,
    logs: Logs,
}

impl Sandbox {
    /// The function of a binary, by its handler setting (such as `flight.reserve`) and its
    /// variables. An invocation may take 15 seconds.
    #[must_use]
    pub fn new(binary: &str, handler: &str, variables: &BTreeMap<String, String>) -> Self {
        let function = Function {
            binary: Path::new(binary).to_path_buf(),
            handler: handler.to_owned(),
            variables: variables.clone(),
            timeout: Duration::from_secs(15),
        };
        Self {
            function,
            environment: Mutex::default(),
            process: Blocking::default(),
            held: HeldAnswer::default(),
            starts: AtomicUsize::new(0),
            logs: Logs::default(),
        }
    }

    /// The same, whose invocations may take so long, less what the function keeps free to answer
    /// in.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.function.timeout = timeout;
        self
    }

    /// Invokes the function, after the invocations that were asked for before.
    ///
    /// # Errors
    /// The function's own; `Runtime.ExitError` where the process ended before it answered, and
    /// `Sandbox.Timedout` where it was killed because its time was over.
    pub async fn invoke(&self, payload: &Value) -> Result<Value, InvocationError> {
        let mut environment = self.environment.lock().await;
        let live = match environment.take().filter(|live| live.process().is_running()) {
            Some(live) => live,
            None => self.cold_start().await,
        };
        environment.insert(live).serve(payload).await
    }

    /// Kills the process (SIGKILL), as Lambda does where memory has run out; returns when it is
    /// gone.
    pub async fn kill(&self) {
        self.end(Signal::Kill).await;
    }

    /// Tells the process to end (SIGTERM), as on a shutdown; returns when it is gone.
    pub async fn terminate(&self) {
        self.end(Signal::Terminate).await;
    }

    /// Holds the next answer back: the function has done its work, and nobody knows.
    #[must_use]
    pub fn hold_answer(&self) -> Gate {
        let gate = Gate::default();
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = Some(gate.clone());
        gate
    }

    /// How many processes were started.
    #[must_use]
    pub fn starts(&self) -> usize {
        self.starts.load(Ordering::SeqCst)
    }

    /// The last lines that the function wrote, of all its processes.
    #[must_use]
    pub fn logs(&self) -> Vec<String> {
        self.logs.lines()
    }

    async fn cold_start(&self) -> Environment {
        let environment = Environment::start(&self.function, &self.logs, self.held.clone()).await;
        self.starts.fetch_add(1, Ordering::SeqCst);
        *self.process.lock().unwrap_or_else(PoisonError::into_inner) = Some(environment.process());
        environment
    }

    async fn end(&self, signal: Signal) {
        let process = self.process.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(process) = process {
            process.end(signal).await;
        }
    }
}

/// A failing test shows what the function had to say.
impl Drop for Sandbox {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{} wrote:\n{}", self.function.name(), self.logs().join("\n"));
        }
    }
}
