//! A function's process: started, ended by a signal, and never left behind.

use std::process::{ExitStatus, Stdio};

use tokio::process::{Child, Command};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use super::logs::Logs;
use crate::PATIENCE;

/// How a process is told to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signal {
    Kill,
    Terminate,
}

/// A running process, or one that has ended. Clones are the same process; when the last of them is
/// dropped, it is killed.
#[derive(Clone, Debug)]
pub(super) struct Process {
    signals: mpsc::UnboundedSender<Signal>,
    ended: watch::Receiver<Option<ExitStatus>>,
}

impl Process {
    pub(super) fn start(mut command: Command, logs: &Logs) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.kill_on_drop(true).spawn().expect("the function's binary starts");
        logs.follow(child.stdout.take().unwrap());
        logs.follow(child.stderr.take().unwrap());
        let (signals, received) = mpsc::unbounded_channel();
        let (end, ended) = watch::channel(None);
        tokio::spawn(async move { end.send(Some(supervise(child, received).await)) });
        Self { signals, ended }
    }

    pub(super) fn is_running(&self) -> bool {
        self.ended.borrow().is_none()
    }

    /// Waits until it has ended, of itself or by a signal.
    pub(super) async fn ended(&self) -> ExitStatus {
        let mut ended = self.ended.clone();
        let status =
            ended.wait_for(Option::is_some).await.expect("a process is watched to its end");
        status.unwrap()
    }

    /// Sends the signal, and returns when the process is gone.
    ///
    /// # Panics
    /// When it is still there after [`PATIENCE`].
    pub(super) async fn end(&self, signal: Signal) {
        // Nobody listens any more where it has ended of itself.
        let _ = self.signals.send(signal);
        timeout(PATIENCE, self.ended()).await.expect("the process does not end");
    }
}

async fn supervise(mut child: Child, mut signals: mpsc::UnboundedReceiver<Signal>) -> ExitStatus {
    tokio::select! {
        status = child.wait() => return status.unwrap(),
        signal = signals.recv() => match signal {
            Some(Signal::Terminate) => terminate(&child).await,
            Some(Signal::Kill) | None => child.start_kill().unwrap(),
        },
    }
    child.wait().await.unwrap()
}

/// The id is the child's own for as long as nobody has waited for its end.
async fn terminate(child: &Child) {
    let id = child.id().expect("a child that was not waited for").to_string();
    let sent = Command::new("kill").args(["-s", "TERM", &id]).status().await.unwrap();
    assert!(sent.success(), "SIGTERM was not sent");
}
