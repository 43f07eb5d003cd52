//! A limited number of connections. When every place is taken, the connection that has been idle
//! longest gives way to the next one, so a client that only holds connections open keeps nobody
//! out.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// The places of one server.
pub(super) struct Places {
    free: Arc<Semaphore>,
    taken: Mutex<Taken>,
    /// Notified when a connection becomes idle.
    idled: Notify,
}

#[derive(Default)]
struct Taken {
    next: u64,
    by_number: BTreeMap<u64, Use>,
}

/// The state of one connection.
struct Use {
    requests: usize,
    /// Since when it is in this state.
    since: Instant,
    leave: CancellationToken,
}

/// One connection's place, free again when this is dropped.
pub(super) struct Place {
    places: Arc<Places>,
    number: u64,
    leave: CancellationToken,
    _permit: OwnedSemaphorePermit,
}

/// A request in flight, up to the end of its answer.
pub(super) struct UnderWay {
    places: Arc<Places>,
    number: u64,
}

impl Places {
    pub(super) fn new(count: usize) -> Arc<Self> {
        let free = Arc::new(Semaphore::new(count));
        Arc::new(Self { free, taken: Mutex::default(), idled: Notify::new() })
    }

    /// A place, once there is one. `None` if there will be no more.
    pub(super) async fn take(self: &Arc<Self>) -> Option<Place> {
        loop {
            if self.free.available_permits() == 0 {
                self.make_room();
            }
            tokio::select! {
                permit = Arc::clone(&self.free).acquire_owned() => {
                    return Some(self.seat(permit.ok()?));
                }
                () = self.idled.notified() => {}
            }
        }
    }

    fn seat(self: &Arc<Self>, permit: OwnedSemaphorePermit) -> Place {
        let mut taken = self.taken();
        let (number, leave) = (taken.next, CancellationToken::new());
        taken.next += 1;
        let idle = Use { requests: 0, since: Instant::now(), leave: leave.clone() };
        taken.by_number.insert(number, idle);
        Place { places: Arc::clone(self), number, leave, _permit: permit }
    }

    /// Asks the connection that has been idle longest to leave, unless one is already leaving.
    fn make_room(&self) {
        let taken = self.taken();
        let uses = || taken.by_number.values();
        if uses().any(|connection| connection.leave.is_cancelled()) {
            return;
        }
        let idle = uses().filter(|connection| connection.requests == 0);
        if let Some(longest) = idle.min_by_key(|connection| connection.since) {
            longest.leave.cancel();
        }
    }

    fn count(&self, number: u64, change: impl FnOnce(usize) -> usize) {
        let mut taken = self.taken();
        let Some(connection) = taken.by_number.get_mut(&number) else { return };
        connection.requests = change(connection.requests);
        connection.since = Instant::now();
        if connection.requests == 0 {
            self.idled.notify_one();
        }
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// Marks a request as in flight, until the returned value is dropped.
    pub(super) fn begin(&self) -> UnderWay {
        self.places.count(self.number, |requests| requests + 1);
        UnderWay { places: Arc::clone(&self.places), number: self.number }
    }

    /// Waits until the connection has to give way.
    pub(super) async fn asked_to_leave(&self) {
        self.leave.cancelled().await;
    }

    pub(super) fn is_idle(&self) -> bool {
        let taken = self.places.taken();
        taken.by_number.get(&self.number).is_none_or(|connection| connection.requests == 0)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.taken().by_number.remove(&self.number);
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.places.count(self.number, |requests| requests.saturating_sub(1));
    }
}
