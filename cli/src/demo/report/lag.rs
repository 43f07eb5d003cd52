//! How long events took from their commit to the bus.

use std::collections::BTreeMap;

use domain::EventId;
use serde::Serialize;

use crate::demo::facts::Published;

/// The spread of a lag, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Lag {
    /// The lag that half of all events do not exceed.
    pub p50_ms: i64,
    /// The lag that 95 of 100 do not exceed.
    pub p95_ms: i64,
    /// The largest lag.
    pub max_ms: i64,
}

/// The first arrival of each event.
pub(super) fn first_arrivals(published: &[Published]) -> BTreeMap<EventId, &Published> {
    let mut first = BTreeMap::new();
    for published in published {
        first.entry(published.event.id).or_insert(published);
    }
    first
}

impl Lag {
    /// The lag of the given arrivals; zero if there are none.
    pub(super) fn of<'a>(arrivals: impl Iterator<Item = &'a Published>) -> Self {
        let lag = |it: &Published| it.received_at.as_millis() - it.event.time.as_millis();
        let mut lags: Vec<_> = arrivals.map(lag).collect();
        lags.sort_unstable();
        Self { p50_ms: rank(&lags, 50), p95_ms: rank(&lags, 95), max_ms: rank(&lags, 100) }
    }
}

/// The smallest value that this percentage of values does not exceed: the nearest rank.
fn rank(sorted: &[i64], percent: usize) -> i64 {
    let place = (sorted.len() * percent).div_ceil(100);
    place.checked_sub(1).and_then(|index| sorted.get(index)).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_the_nearest_rank() {
        let sorted: Vec<_> = (1..=20).collect();
        assert_eq!([50, 95, 100].map(|percent| rank(&sorted, percent)), [10, 19, 20]);
        assert_eq!([50, 95, 100].map(|percent| rank(&[7], percent)), [7, 7, 7]);
        assert_eq!(rank(&[], 50), 0);
    }
}
