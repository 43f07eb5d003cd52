//! Two queues that take turns.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

const QUEUES: usize = 2;

/// Jobs in the order in which they are done.
pub(super) struct Queues<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

struct State<T> {
    queues: [VecDeque<T>; QUEUES],
    /// Whose turn it is, if it has any.
    turn: usize,
    closed: bool,
}

impl<T> Default for Queues<T> {
    fn default() -> Self {
        let queues = [VecDeque::new(), VecDeque::new()];
        Self {
            state: Mutex::new(State { queues, turn: 0, closed: false }),
            changed: Condvar::new(),
        }
    }
}

impl<T> Queues<T> {
    /// Adds a job; it is dropped if the queues are closed.
    pub(super) fn push(&self, queue: usize, job: T) {
        let mut state = self.state();
        if !state.closed {
            state.queues[queue].push_back(job);
            drop(state);
            self.changed.notify_one();
        }
    }

    /// Waits for the next job. `None` once the queues are closed and empty.
    pub(super) fn pop(&self) -> Option<T> {
        let mut state = self.state();
        loop {
            if let Some(job) = state.next() {
                return Some(job);
            }
            if state.closed {
                return None;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The next job, if there is one now.
    pub(super) fn pop_ready(&self) -> Option<T> {
        self.state().next()
    }

    pub(super) fn close(&self) {
        self.state().closed = true;
        self.changed.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> State<T> {
    fn next(&mut self) -> Option<T> {
        let order = (0..QUEUES).map(|step| (self.turn + step) % QUEUES);
        let queue = order.into_iter().find(|queue| !self.queues[*queue].is_empty())?;
        self.turn = (queue + 1) % QUEUES;
        self.queues[queue].pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_queue_does_not_hold_up_the_other() {
        let queues = Queues::default();
        for job in ["a1", "a2", "a3", "a4"] {
            queues.push(0, job);
        }
        for job in ["b1", "b2"] {
            queues.push(1, job);
        }
        queues.close();
        queues.push(1, "too late");
        let order: Vec<_> = std::iter::from_fn(|| queues.pop()).collect();
        assert_eq!(order, ["a1", "b1", "a2", "b2", "a3", "a4"]);
    }
}
