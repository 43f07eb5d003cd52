//! Opening a runner on a journal: running executions continue.

use std::sync::{Arc, atomic::AtomicU32};

use tokio::sync::Semaphore;
use tokio::sync::mpsc::UnboundedSender;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{Runner, core::Core, live::Live, retention::Retention, turns::Turns};
use crate::api::Description;
use crate::interpret::Jitter;
use crate::invoker::Invoker;
use crate::journal::{Execution, Journal, JournalError};
use crate::machine::Machine;
use crate::time::to_millis;
use crate::timer::Timer;

/// The settings of a runner.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many steps may be in flight at once; others wait for their turn, those of the oldest
    /// execution first, and their time limit starts only then. An invocation that outlives its time
    /// limit no longer counts. 0 counts as 1.
    pub concurrent_steps: usize,
    /// How many executions with a [`Place`](crate::Place) may wait for their first turn. 0 counts
    /// as 1.
    pub places: usize,
    /// Makes the jitter of retries repeatable.
    pub jitter_seed: Option<u64>,
    /// How many days ended executions are kept. [`Runner::prune`] deletes older ones, and their
    /// names become free again.
    pub retention_days: u32,
    /// Of how many ended executions the history is kept: the newest. [`Runner::prune`] deletes the
    /// others.
    pub histories: u32,
    /// Receives each execution as it is when it has started, has failed, or was stopped or
    /// redriven. A process that dies after such a change is in the journal may not have told it.
    pub news: Option<UnboundedSender<Description>>,
}

impl Default for Options {
    /// 64 steps at a time, 64 places, random jitter, and Step Functions' retention of 90 days.
    fn default() -> Self {
        Self {
            concurrent_steps: 64,
            places: 64,
            jitter_seed: None,
            retention_days: 90,
            histories: u32::MAX,
            news: None,
        }
    }
}

/// Why a runner could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A running execution belongs to a machine that was not given.
    #[error(
        "the execution {execution} is under way, but its state machine {machine} is not loaded"
    )]
    MachineMissing {
        /// The execution's ARN.
        execution: String,
        /// The machine's ARN.
        machine: String,
    },
    /// The journal could not be read or written.
    #[error("the journal failed")]
    Journal(#[from] JournalError),
}

impl Runner {
    /// Opens a runner and resumes every execution that the journal holds as running, at its present
    /// state: a task is invoked again, since its answer may have been lost. Call it inside a Tokio
    /// runtime.
    ///
    /// An execution continues with the definition given now; on AWS it would continue with the one
    /// that it started with.
    ///
    /// # Errors
    /// When the journal fails, or holds a running execution of a machine that is not among
    /// `machines`.
    pub async fn open(
        journal: Journal,
        machines: Vec<Machine>,
        invoker: Arc<dyn Invoker>,
        timer: Arc<dyn Timer>,
        options: Options,
    ) -> Result<Self, OpenError> {
        let core = Arc::new(Core {
            journal,
            machines: machines.into_iter().map(Arc::new).collect(),
            opened: to_millis(timer.now()),
            invoker,
            timer,
            jitter: Jitter::new(options.jitter_seed),
            turns: Turns::new(options.concurrent_steps.max(1)),
            places: Arc::new(Semaphore::new(options.places.clamp(1, Semaphore::MAX_PERMITS))),
            live: Live::new(),
            closing: CancellationToken::new(),
            tasks: TaskTracker::new(),
            throttled: AtomicU32::new(0),
            retention: Retention::new(options.retention_days, options.histories),
            news: options.news,
        });
        let runner = Self { core };
        runner.prune().await?;
        resume(&runner.core).await?;
        Ok(runner)
    }
}

async fn resume(core: &Arc<Core>) -> Result<(), OpenError> {
    let running = core.journal.running().await?;
    let with_machine = |execution: Execution| match core.machine(&execution.machine_arn) {
        Ok(machine) => Ok((execution, machine)),
        Err(_) => Err(OpenError::MachineMissing {
            execution: execution.arn,
            machine: execution.machine_arn,
        }),
    };
    let resumable: Vec<_> = running.into_iter().map(with_machine).collect::<Result<_, _>>()?;
    for (execution, machine) in resumable {
        core.launch(&execution, execution.position.clone(), execution.redrive_count, machine, None);
    }
    Ok(())
}
