//! How often a lost race is retried, and how long to wait before each retry.

use std::time::Duration;

use rand::Rng;

/// How often a race is retried before the step gives up for now.
const REPEATS: u32 = 4;
const BASE: Duration = Duration::from_millis(25);
const CAP: Duration = Duration::from_millis(400);

/// The pauses after lost races; there is none after the last.
pub(super) struct Pauses {
    lost: u32,
}

/// With full jitter, so that steps that collided once do not collide again.
pub(super) fn pauses() -> Pauses {
    Pauses { lost: 0 }
}

impl Iterator for Pauses {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        if self.lost == REPEATS {
            return None;
        }
        let pause = longest(self.lost).mul_f64(rand::rng().random());
        self.lost += 1;
        Some(pause)
    }
}

fn longest(lost: u32) -> Duration {
    CAP.min(BASE.saturating_mul(1 << lost))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_are_few_and_short() {
        let pauses: Vec<_> = pauses().take(100).collect();
        assert_eq!(pauses.len(), 4);
        assert!(pauses.iter().zip(0..).all(|(pause, lost)| *pause <= longest(lost)));
        assert!((0..REPEATS).map(longest).sum::<Duration>() < Duration::from_secs(1));
    }
}
