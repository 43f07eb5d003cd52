//! Long work in the background: one job at a time, with its progress, and the result of the last.
//!
//! A job ends when the system stops; what it has done by then stays done.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::{Clock, Timestamp};
use http::StatusCode;
use tokio_util::sync::CancellationToken;

use crate::hosting::Hosting;
use crate::problem::Problem;

/// The job that runs, and the one before it.
pub(crate) struct Jobs {
    state: Arc<Mutex<State>>,
    clock: Arc<dyn Clock>,
    stop: CancellationToken,
    hosting: Hosting,
}

/// What is known of the jobs at one moment.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    pub(crate) running: Option<Running>,
    pub(crate) last: Option<Ended>,
}

/// What is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Task {
    /// In words, such as `Rebuilding the view`.
    pub(crate) name: &'static str,
    /// The command that does the same.
    pub(crate) command: String,
}

/// A job that runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Running {
    pub(crate) task: Task,
    /// How far it is, in words.
    pub(crate) so_far: String,
}

/// A job that is over.
#[derive(Clone, Debug)]
pub(crate) struct Ended {
    pub(crate) task: Task,
    pub(crate) at: Timestamp,
    /// Its result, or the error with which it broke off.
    pub(crate) outcome: Result<Outcome, String>,
}

/// What a job did and found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// In one line.
    pub(crate) sum: String,
    /// The first things that are still wrong.
    pub(crate) findings: Vec<Finding>,
    /// How many more there are.
    pub(crate) more: usize,
}

/// Something that is wrong, and the command that mends it or shows more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) subject: String,
    pub(crate) reason: String,
    pub(crate) mend: Option<String>,
}

/// By which a job tells how far it is.
#[derive(Clone)]
pub(crate) struct Teller(Arc<Mutex<State>>);

impl Teller {
    pub(crate) fn say(&self, so_far: String) {
        if let Some(running) = &mut lock(&self.0).running {
            running.so_far = so_far;
        }
    }
}

impl Outcome {
    /// Findings that are kept of a job.
    const KEPT: usize = 20;

    pub(crate) fn of(sum: String, findings: impl IntoIterator<Item = Finding>) -> Self {
        let mut findings = findings.into_iter();
        let kept = findings.by_ref().take(Self::KEPT).collect();
        Self { sum, findings: kept, more: findings.count() }
    }
}

impl Jobs {
    pub(crate) fn new(clock: Arc<dyn Clock>, stop: CancellationToken, hosting: Hosting) -> Self {
        Self { state: Arc::default(), clock, stop, hosting }
    }

    /// Whether long work is done here at all.
    pub(crate) fn are_done_here(&self) -> bool {
        self.hosting == Hosting::Process
    }

    pub(crate) fn state(&self) -> State {
        lock(&self.state).clone()
    }

    /// Starts a job.
    ///
    /// # Errors
    /// When another one runs, or long work is not done here.
    pub(crate) fn start<W, F>(&self, task: Task, work: W) -> Result<(), Problem>
    where
        W: FnOnce(Teller) -> F,
        F: Future<Output = anyhow::Result<Outcome>> + Send + 'static,
    {
        if !self.are_done_here() {
            return Err(Problem::left_to(&task.command));
        }
        let mut state = lock(&self.state);
        if let Some(running) = &state.running {
            let detail = format!("{}. Wait until it is done.", running.task.name);
            return Err(Problem::new(StatusCode::CONFLICT, "Something else runs already", detail));
        }
        state.running = Some(Running { task: task.clone(), so_far: String::new() });
        drop(state);
        let work = work(Teller(Arc::clone(&self.state)));
        let (state, clock) = (Arc::clone(&self.state), Arc::clone(&self.clock));
        let stop = self.stop.clone();
        tokio::spawn(async move {
            let Some(done) = stop.run_until_cancelled(work).await else { return };
            if let Err(error) = &done {
                tracing::error!(?error, job = task.name, "a job of the console failed");
            }
            let outcome = done.map_err(|error| format!("{error:#}"));
            let ended = Ended { task, at: clock.now(), outcome };
            *lock(&state) = State { running: None, last: Some(ended) };
        });
        Ok(())
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use testing::FixedClock;
    use tokio::sync::oneshot;

    use super::*;

    fn jobs() -> (Jobs, CancellationToken) {
        let stop = CancellationToken::new();
        (Jobs::new(Arc::new(FixedClock::at_millis(0)), stop.clone(), Hosting::Process), stop)
    }

    fn task(name: &'static str) -> Task {
        Task { name, command: "trip verify".to_owned() }
    }

    #[tokio::test]
    async fn one_job_runs_at_a_time_and_tells_how_far_it_is() {
        let (jobs, _stop) = jobs();
        let (go_on, wait) = oneshot::channel();
        let job = |teller: Teller| async move {
            teller.say("half".to_owned());
            wait.await?;
            anyhow::bail!("the table is gone")
        };
        jobs.start(task("first"), job).unwrap();
        while jobs.state().running.is_none_or(|running| running.so_far != "half") {
            tokio::task::yield_now().await;
        }
        assert!(jobs.start(task("second"), |_| async { Ok(Outcome::default()) }).is_err());
        go_on.send(()).unwrap();
        while jobs.state().running.is_some() {
            tokio::task::yield_now().await;
        }
        assert_eq!(jobs.state().last.unwrap().outcome, Err("the table is gone".to_owned()));

        jobs.start(task("second"), |_| async { Ok(Outcome::default()) }).unwrap();
        while jobs.state().running.is_some() {
            tokio::task::yield_now().await;
        }
        assert_eq!(jobs.state().last.unwrap().task, task("second"));
    }

    #[tokio::test]
    async fn a_job_ends_with_the_system() {
        let (jobs, stop) = jobs();
        let (held, released) = oneshot::channel::<()>();
        let job = |_| async move {
            let _held = held;
            std::future::pending().await
        };
        jobs.start(task("endless"), job).unwrap();
        stop.cancel();
        // The job is dropped, and with it what it holds.
        assert!(released.await.is_err());
    }

    #[test]
    fn of_many_findings_the_first_are_kept() {
        let finding = |number: usize| Finding {
            subject: number.to_string(),
            reason: String::new(),
            mend: None,
        };
        let outcome = Outcome::of(String::new(), (0..25).map(finding));
        assert_eq!((outcome.findings.len(), outcome.more), (20, 5));
    }
}
