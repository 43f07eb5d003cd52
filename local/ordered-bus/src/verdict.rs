//! Judges a FIFO subscriber's log by the `sequence` that each event's envelope has within its
//! group.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::tape::Published;

/// What was found in a log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// How many event groups it has.
    pub groups: usize,
    /// How many events.
    pub events: usize,
    /// Events that first came after one with a greater number.
    pub out_of_order: usize,
    /// Numbers below a group's greatest that never came.
    pub gaps: usize,
    /// Events that had come before.
    pub duplicates: usize,
}

impl Verdict {
    /// Judges the events of a log.
    #[must_use]
    pub fn of(log: &[Published]) -> Self {
        let mut groups = BTreeMap::<_, Vec<u64>>::new();
        for event in log {
            let sequence: Option<u64> =
                event.detail["sequence"].as_str().and_then(|text| text.parse().ok());
            groups.entry(&event.group).or_default().extend(sequence);
        }
        let none = Self { groups: groups.len(), events: log.len(), ..Self::default() };
        groups.values().fold(none, |verdict, numbers| verdict.and(numbers))
    }

    fn and(self, numbers: &[u64]) -> Self {
        let (mut seen, mut duplicates, mut out_of_order) = (BTreeSet::new(), 0, 0);
        for number in numbers {
            let is_late = seen.last().is_some_and(|last| number < last);
            let is_new = seen.insert(*number);
            out_of_order += usize::from(is_late && is_new);
            duplicates += usize::from(!is_new);
        }
        let last = seen.last().copied().unwrap_or_default();
        let gaps = (1..last).filter(|number| !seen.contains(number)).count();
        Self {
            out_of_order: self.out_of_order + out_of_order,
            gaps: self.gaps + gaps,
            duplicates: self.duplicates + duplicates,
            ..self
        }
    }

    /// Whether each group came in order, without a gap and without a repeat.
    #[must_use]
    pub const fn is_perfect(&self) -> bool {
        self.out_of_order == 0 && self.gaps == 0 && self.duplicates == 0
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { groups, events, out_of_order, gaps, duplicates } = self;
        write!(
            f,
            "{groups} groups, {events} events, out of order {out_of_order}, gaps {gaps}, \
             duplicates {duplicates}"
        )
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn log(numbers: &[(&str, u64)]) -> Vec<Published> {
        let event = |(group, number): &(&str, u64)| Published {
            group: Some((*group).to_owned()),
            deduplication_id: None,
            detail_type: "trip.confirmed.v1".to_owned(),
            detail: json!({ "sequence": format!("{number:010}") }),
        };
        numbers.iter().map(event).collect()
    }

    #[test]
    fn each_group_is_judged_by_itself() {
        let perfect = Verdict::of(&log(&[("a", 1), ("b", 1), ("a", 2), ("b", 2)]));
        assert_eq!(perfect, Verdict { groups: 2, events: 4, ..Verdict::default() });
        assert!(perfect.is_perfect());
    }

    #[test]
    fn what_is_wrong_is_counted() {
        let verdict = Verdict::of(&log(&[("a", 1), ("a", 3), ("a", 2), ("a", 5), ("a", 5)]));
        assert_eq!((verdict.out_of_order, verdict.gaps, verdict.duplicates), (1, 1, 1));
        assert!(!verdict.is_perfect());
        let told = "1 groups, 5 events, out of order 1, gaps 1, duplicates 1";
        assert_eq!(verdict.to_string(), told);
    }
}
