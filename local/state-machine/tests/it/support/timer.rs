//! Time under a test's control: waits pass at once, time limits pass on request.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use state_machine::Timer;
use tokio::sync::{Semaphore, watch};

#[derive(Debug)]
pub(crate) struct TestTimer {
    millis: AtomicI64,
    slept: Mutex<Vec<Duration>>,
    held: watch::Sender<bool>,
    asleep: watch::Sender<usize>,
    expirations: Arc<Semaphore>,
}

impl Default for TestTimer {
    fn default() -> Self {
        Self {
            millis: AtomicI64::new(1_772_323_200_000),
            slept: Mutex::default(),
            held: watch::Sender::new(false),
            asleep: watch::Sender::new(0),
            expirations: Arc::new(Semaphore::new(0)),
        }
    }
}

impl TestTimer {
    /// Every wait before a retry so far.
    pub(crate) fn slept(&self) -> Vec<Duration> {
        self.slept.lock().unwrap().clone()
    }

    /// From now on no wait ends, until they are released.
    pub(crate) fn hold_waits(&self) {
        self.held.send_replace(true);
    }

    pub(crate) fn release_waits(&self) {
        self.held.send_replace(false);
    }

    /// Waits until a wait is in progress.
    pub(crate) async fn someone_waits(&self) {
        super::within(self.asleep.subscribe().wait_for(|asleep| *asleep > 0)).await.unwrap();
    }

    /// Lets one time limit pass, now or as soon as there is one.
    pub(crate) fn expire_one(&self) {
        self.expirations.add_permits(1);
    }

    pub(crate) fn advance(&self, by: SignedDuration) {
        self.millis.fetch_add(i64::try_from(by.as_millis()).unwrap(), Ordering::SeqCst);
    }
}

impl Timer for TestTimer {
    /// Advances by a millisecond each time it is read.
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.millis.fetch_add(1, Ordering::SeqCst)).unwrap()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.slept.lock().unwrap().push(duration);
        self.asleep.send_modify(|asleep| *asleep += 1);
        let mut held = self.held.subscribe();
        Box::pin(async move { drop(held.wait_for(|held| !held).await) })
    }

    fn deadline(&self, _limit: Duration) -> BoxFuture<'static, ()> {
        let expirations = Arc::clone(&self.expirations);
        Box::pin(async move { expirations.acquire().await.unwrap().forget() })
    }
}
