//! Time as a test wants it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use state_machine::{SystemTimer, Timer};
use tokio::sync::Semaphore;

/// Waits pass at once and are remembered; a task's time limit passes when it is told to.
pub(crate) struct Waits {
    waited: Mutex<Vec<Duration>>,
    expirations: Arc<Semaphore>,
}

impl Default for Waits {
    fn default() -> Self {
        Self { waited: Mutex::default(), expirations: Arc::new(Semaphore::new(0)) }
    }
}

impl Waits {
    /// Every wait since this was last asked.
    pub(crate) fn take(&self) -> Vec<Duration> {
        std::mem::take(&mut self.waited.lock().unwrap())
    }

    /// Lets the time limit of one task pass.
    pub(crate) fn expire_one(&self) {
        self.expirations.add_permits(1);
    }
}

impl Timer for Waits {
    fn now(&self) -> jiff::Timestamp {
        SystemTimer.now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.waited.lock().unwrap().push(duration);
        futures::future::ready(()).boxed()
    }

    fn deadline(&self, _limit: Duration) -> BoxFuture<'static, ()> {
        let expirations = Arc::clone(&self.expirations);
        async move { expirations.acquire().await.unwrap().forget() }.boxed()
    }
}
