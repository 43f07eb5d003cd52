//! Packs events into as few calls as their order, number and size allow.

use std::ops::Range;

/// What one call may carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most entries; 10 by default.
    pub entries: usize,
    /// The most bytes of all entries together; 1 MB by default.
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { entries: 10, bytes: 1024 * 1024 }
    }
}

/// Splits events of the given sizes into calls, in order. Each call takes as many as fit, which
/// gives the fewest calls that keep the order. An event that is too large by itself gets its own
/// call.
pub(crate) fn calls(sizes: impl IntoIterator<Item = usize>, limits: Limits) -> Vec<Range<usize>> {
    let mut calls: Vec<Range<usize>> = Vec::new();
    let mut bytes = 0;
    for (at, size) in sizes.into_iter().enumerate() {
        match calls.last_mut() {
            Some(call) if call.len() < limits.entries && bytes + size <= limits.bytes => {
                call.end += 1;
                bytes += size;
            }
            _ => {
                calls.push(at..at + 1);
                bytes = size;
            }
        }
    }
    calls
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The fewest calls, found by trying every split.
    fn fewest(sizes: &[usize], limits: Limits) -> usize {
        let mut best = vec![0; sizes.len() + 1];
        for end in 1..=sizes.len() {
            let starts = (0..end).filter(|&start| fits(&sizes[start..end], limits));
            best[end] = starts.map(|start| best[start] + 1).min().unwrap();
        }
        best[sizes.len()]
    }

    fn fits(sizes: &[usize], limits: Limits) -> bool {
        sizes.len() <= limits.entries && sizes.iter().sum::<usize>() <= limits.bytes
    }

    fn limits_and_sizes() -> impl Strategy<Value = (Limits, Vec<usize>)> {
        (1_usize..12, 1_usize..200).prop_flat_map(|(entries, bytes)| {
            let sizes = prop::collection::vec(1..=bytes, 0..40);
            (Just(Limits { entries, bytes }), sizes)
        })
    }

    proptest! {
        #[test]
        fn no_call_breaks_a_limit_and_none_could_be_saved((limits, sizes) in limits_and_sizes()) {
            let calls = calls(sizes.iter().copied(), limits);
            for call in &calls {
                prop_assert!(fits(&sizes[call.clone()], limits));
            }
            prop_assert_eq!(calls.len(), fewest(&sizes, limits));
        }

        #[test]
        fn every_event_is_sent_once_and_in_order((limits, sizes) in limits_and_sizes()) {
            let sent: Vec<_> = calls(sizes.iter().copied(), limits).into_iter().flatten().collect();
            prop_assert_eq!(sent, (0..sizes.len()).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_thousand_small_events_are_a_hundred_calls() {
        assert_eq!(calls([1_450; 1_000], Limits::default()).len(), 100);
    }

    #[test]
    fn few_large_events_are_split_by_their_bytes() {
        let calls = calls([300_000; 7], Limits::default());
        assert_eq!(calls, [0..3, 3..6, 6..7]);
    }

    #[test]
    fn an_event_too_large_for_any_call_stands_alone() {
        let limits = Limits { entries: 10, bytes: 100 };
        assert_eq!(calls([10, 200, 10], limits), [0..1, 1..2, 2..3]);
    }
}
