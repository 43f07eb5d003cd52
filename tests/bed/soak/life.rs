//! A system on a runtime of its own, so that it can die as a process does: wherever it stands.

use std::time::Duration;

use local::{Options, System};
use tokio::runtime::{Builder, Runtime};
use tokio::task::spawn_blocking;

/// How long the threads of a dead system may take to notice.
const LAST_BREATH: Duration = Duration::from_secs(20);

/// One system, from its start to its end.
pub(super) struct Life {
    pub(super) system: System,
    runtime: Runtime,
}

impl Life {
    pub(super) async fn begin(options: Options) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let system = runtime.spawn(System::start(options)).await.unwrap().unwrap();
        Self { system, runtime }
    }

    /// Lets what is under way come to a point from which it can go on.
    pub(super) async fn stop(self) {
        let Self { system, runtime } = self;
        runtime.spawn(system.stop()).await.unwrap();
        end(runtime).await;
    }

    /// Drops everything where it stands. The data directory is free after that.
    pub(super) async fn die(self) {
        let Self { system, runtime } = self;
        end(runtime).await;
        drop(system);
    }
}

async fn end(runtime: Runtime) {
    spawn_blocking(|| runtime.shutdown_timeout(LAST_BREATH)).await.unwrap();
}
