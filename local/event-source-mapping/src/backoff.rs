//! The backoff of retries: each wait is twice as long as the one before, up to a cap.

use std::time::Duration;

/// The waits of a series of retries: `first`, twice that, and so on, never more than `cap`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The wait before the first retry.
    pub first: Duration,
    /// The longest wait.
    pub cap: Duration,
}

impl Backoff {
    /// A new series of waits.
    pub(crate) fn waits(self) -> Waits {
        Waits { next: self.first.min(self.cap), cap: self.cap }
    }
}

/// A running series of waits. It has no end.
#[derive(Debug)]
pub(crate) struct Waits {
    next: Duration,
    cap: Duration,
}

impl Waits {
    pub(crate) fn next_wait(&mut self) -> Duration {
        let wait = self.next;
        self.next = wait.saturating_mul(2).min(self.cap);
        wait
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_cap() {
        let backoff = Backoff { first: Duration::from_millis(30), cap: Duration::from_millis(100) };
        let mut waits = backoff.waits();
        let first_five = [(); 5].map(|()| waits.next_wait().as_millis());
        assert_eq!(first_five, [30, 60, 100, 100, 100]);
    }
}
