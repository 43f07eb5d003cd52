//! Turns to take a step: so many at a time, and the next one goes to the oldest execution, so that
//! what has begun ends before more begins. With turns in the order of asking, all executions would
//! advance in step, and under more load than the machine bears none would end.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::sync::oneshot;

/// The start of the execution that waits; those of one moment in the order of asking.
type Age = (Timestamp, u64);

/// All turns of a runner. Clones share them.
#[derive(Clone)]
pub(super) struct Turns(Arc<Mutex<State>>);

struct State {
    free: usize,
    waiting: BTreeMap<Age, oneshot::Sender<Turn>>,
    asked: u64,
}

/// The right to take a step, until it is dropped.
pub(super) struct Turn(Turns);

/// A place in the queue, left when it is dropped.
struct Waiting<'a> {
    turns: &'a Turns,
    age: Age,
}

impl Turns {
    pub(super) fn new(at_a_time: usize) -> Self {
        let state = State { free: at_a_time, waiting: BTreeMap::new(), asked: 0 };
        Self(Arc::new(Mutex::new(state)))
    }

    /// Waits for a turn of an execution that started at `started`. It keeps the one that it holds
    /// unless an older execution waits.
    pub(super) async fn take(&self, held: Option<Turn>, started: Timestamp) -> Option<Turn> {
        if held.is_some() && !self.is_older_waiting(started) {
            return held;
        }
        drop(held);
        let (turn, age) = {
            let mut state = self.state();
            if let Some(rest) = state.free.checked_sub(1) {
                state.free = rest;
                return Some(Turn(self.clone()));
            }
            state.asked += 1;
            let age = (started, state.asked);
            let (give, turn) = oneshot::channel();
            state.waiting.insert(age, give);
            (turn, age)
        };
        let _waiting = Waiting { turns: self, age };
        turn.await.ok()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_older_waiting(&self, started: Timestamp) -> bool {
        let state = self.state();
        state.waiting.first_key_value().is_some_and(|((oldest, _), _)| *oldest < started)
    }

    fn next(&self) -> Option<oneshot::Sender<Turn>> {
        let mut state = self.state();
        let oldest = state.waiting.pop_first();
        if oldest.is_none() {
            state.free += 1;
        }
        oldest.map(|(_, give)| give)
    }
}

impl Drop for Turn {
    /// Hands the turn on. If the other has just stopped waiting, the new turn is dropped unused,
    /// and so goes to the one after it.
    fn drop(&mut self) {
        if let Some(give) = self.0.next() {
            drop(give.send(Turn(self.0.clone())));
        }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.turns.state().waiting.remove(&self.age);
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;
    use jiff::SignedDuration;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds)
    }

    #[tokio::test]
    async fn the_next_turn_goes_to_the_oldest_that_still_waits() {
        let turns = Turns::new(1);
        let held = turns.take(None, at(9)).await.unwrap();
        let mut waiting: Vec<_> =
            [4, 2, 3, 2].map(|started| Box::pin(turns.take(None, at(started)))).into();
        assert!(waiting.iter_mut().all(|one| one.now_or_never().is_none()));
        drop(waiting.remove(1));
        drop(held);
        // What is left started at 4, 3 and 2.
        for oldest in [2, 1, 0] {
            let turn = waiting[oldest].as_mut().now_or_never().flatten();
            assert!(turn.is_some() && turns.state().free == 0);
            for other in &mut waiting[..oldest] {
                assert!(other.now_or_never().is_none());
            }
        }
        let state = turns.state();
        assert_eq!((state.free, state.waiting.len()), (1, 0));
    }

    #[tokio::test]
    async fn a_turn_is_kept_unless_an_older_execution_waits() {
        let turns = Turns::new(1);
        let held = turns.take(None, at(2)).await;
        let mut younger = Box::pin(turns.take(None, at(3)));
        assert!(younger.as_mut().now_or_never().is_none());
        let held = turns.take(held, at(2)).now_or_never().flatten();
        assert!(held.is_some() && younger.as_mut().now_or_never().is_none());
        let mut older = Box::pin(turns.take(None, at(1)));
        assert!(older.as_mut().now_or_never().is_none());
        assert!(turns.take(held, at(2)).now_or_never().is_none());
        assert!(older.now_or_never().flatten().is_some());
    }

    #[tokio::test]
    async fn a_turn_given_to_one_that_no_longer_takes_it_is_not_lost() {
        let turns = Turns::new(1);
        let held = turns.take(None, at(1)).await.unwrap();
        let mut gone = Box::pin(turns.take(None, at(2)));
        assert!(gone.as_mut().now_or_never().is_none());
        drop(held);
        drop(gone);
        assert_eq!(turns.state().free, 1);
    }
}
