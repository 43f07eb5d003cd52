//! How fast a command changes things.

use std::num::NonZeroU32;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Interval, MissedTickBehavior};

/// At most so many actions a second, whoever takes them.
#[derive(Debug)]
pub struct Pace(Option<Mutex<Interval>>);

impl Pace {
    /// As fast as it goes, unless there is a `rate`.
    #[must_use]
    pub fn of(rate: Option<NonZeroU32>) -> Self {
        Self(rate.map(|rate| {
            let mut ticks = tokio::time::interval(Duration::from_secs(1) / rate.get());
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            Mutex::new(ticks)
        }))
    }

    /// Waits until the next action may begin.
    pub async fn wait(&self) {
        if let Some(ticks) = &self.0 {
            ticks.lock().await.tick().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn actions_come_no_faster_than_the_rate() {
        let begun = Instant::now();
        let pace = Pace::of(NonZeroU32::new(4));
        for _ in 0..9 {
            pace.wait().await;
        }
        assert_eq!(begun.elapsed(), Duration::from_secs(2));
        Pace::of(None).wait().await;
    }
}
