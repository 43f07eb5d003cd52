//! What a run of many schedules went through, so that nobody takes a calm run for a proof.

use std::collections::BTreeMap;
use std::fmt;

use stream_replay::{Delivery, Disturbance, Disturbances, Mishap, Outcome};

/// The seeds in which a consumer saw every record of the stream.
pub(super) const UNFILTERED: &str = "seeds without a filter";

/// Counts by what is counted.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally(BTreeMap<String, usize>);

impl Tally {
    /// Takes note of what a seed includes.
    pub(super) fn begin(&mut self, disturbances: &Disturbances, is_unfiltered: bool) {
        self.add(UNFILTERED, usize::from(is_unfiltered));
        for disturbance in Disturbance::ALL {
            let included = disturbances.include(disturbance);
            self.add(seeds(disturbance), usize::from(included));
        }
    }

    /// Takes note of a delivery and what became of it.
    pub(super) fn take(&mut self, delivery: &Delivery<'_>, outcome: &Outcome) {
        self.add("deliveries", 1);
        self.add("records", delivery.records.len());
        match (outcome, delivery.mishap) {
            (Outcome::Died, Some(mishap)) => self.add(death(mishap), 1),
            (Outcome::Answered(answer), _) if !bed::reported(answer).is_empty() => {
                self.add("partial failures", 1);
            }
            _ => {}
        }
    }

    pub(super) fn add(&mut self, what: impl Into<String>, count: usize) {
        *self.0.entry(what.into()).or_default() += count;
    }

    pub(super) fn merge(&mut self, other: &Self) {
        for (what, count) in &other.0 {
            self.add(what, *count);
        }
    }

    pub(super) fn of(&self, what: &str) -> usize {
        self.0.get(what).copied().unwrap_or_default()
    }
}

/// Under what the seeds with a disturbance are counted.
pub(super) fn seeds(disturbance: Disturbance) -> String {
    format!("seeds with {disturbance:?}").to_lowercase()
}

fn death(mishap: Mishap) -> &'static str {
    match mishap {
        Mishap::DiesBefore(_) => "deaths before a call",
        Mishap::DiesDuring(_) => "deaths during a call",
        Mishap::DiesAfter(_) => "deaths after a call",
        Mishap::LosesAnswer | Mishap::FailsFrom(_) => "deaths with the answer",
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts: Vec<_> = self.0.iter().map(|(what, count)| format!("{count} {what}")).collect();
        f.write_str(&counts.join(", "))
    }
}
