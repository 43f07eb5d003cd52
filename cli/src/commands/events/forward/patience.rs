//! How often an event is sent, and how long to wait in between.

use std::time::Duration;

/// The limits of the attempts to deliver one event. The help of `trip events forward` tells the
/// usual ones.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// How often an event is sent at most.
    pub(super) attempts: u32,
    /// The first wait. Each further one is twice as long.
    pub(super) first: Duration,
    /// The longest wait of its own accord.
    pub(super) longest: Duration,
    /// The longest wait that a target may ask for.
    pub(super) longest_asked: Duration,
    /// How long the target may take to answer.
    pub(super) timeout: Duration,
}

impl Patience {
    /// A target may be away for two minutes, as for a restart, and misses nothing. The timeout is
    /// that of EventBridge's API destinations.
    pub(super) const USUAL: Self = Self {
        attempts: 20,
        first: Duration::from_millis(500),
        longest: Duration::from_secs(10),
        longest_asked: Duration::from_secs(5 * 60),
        timeout: Duration::from_secs(5),
    };

    /// The wait after this many attempts, `least` as the target asks; `None` after the last one.
    pub(super) fn wait(&self, attempts: u32, least: Duration) -> Option<Duration> {
        let doublings = attempts.saturating_sub(1);
        let doubled = self.first.saturating_mul(2_u32.saturating_pow(doublings));
        let wait = doubled.min(self.longest).max(least.min(self.longest_asked));
        (attempts < self.attempts).then_some(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(least: Duration) -> Vec<Duration> {
        (1..).map_while(|attempts| Patience::USUAL.wait(attempts, least)).collect()
    }

    #[test]
    fn waits_double_up_to_the_longest_and_add_up_to_what_the_help_says() {
        let waits = waits(Duration::ZERO);
        assert_eq!(waits.len(), 19);
        let first: Vec<_> = waits[..6].iter().map(Duration::as_millis).collect();
        assert_eq!(first, [500, 1000, 2000, 4000, 8000, 10_000]);
        let total: Duration = waits.iter().sum();
        assert_eq!(total, Duration::from_millis(155_500), "two and a half minutes");
    }

    #[test]
    fn a_target_may_ask_for_more_time_up_to_a_limit() {
        assert_eq!(waits(Duration::from_secs(3))[..4], [3, 3, 3, 4].map(Duration::from_secs));
        assert_eq!(waits(Duration::from_secs(9000))[0], Duration::from_secs(300));
        assert_eq!(Patience::USUAL.wait(20, Duration::from_secs(3)), None);
        let endless = Patience { attempts: u32::MAX, ..Patience::USUAL };
        assert_eq!(endless.wait(5000, Duration::ZERO), Some(Duration::from_secs(10)));
    }
}
