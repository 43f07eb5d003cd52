//! What a round came to, and many rounds together.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// Counts of one round or of several.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Rounds.
    pub rounds: usize,
    /// How long they took.
    pub took: Duration,
    /// Trips by how they ended.
    pub outcomes: BTreeMap<String, usize>,
    /// Faults by part and kind.
    pub faults: BTreeMap<String, usize>,
    /// Requests that were sent twice.
    pub repeats: usize,
    /// How often the system was stopped in mid-flight and started again.
    pub stops: usize,
    /// How often it died there.
    pub deaths: usize,
    /// Executions that an operator had to redrive.
    pub redrives: usize,
    /// Different events on the bus.
    pub events: usize,
    /// Deliveries of events beyond the first.
    pub duplicates: usize,
    /// What does not hold.
    pub violations: Vec<String>,
}

impl Tally {
    /// Adds another round, or other rounds.
    pub fn add(&mut self, other: Self) {
        self.rounds += other.rounds;
        self.took += other.took;
        add_counts(&mut self.outcomes, other.outcomes);
        add_counts(&mut self.faults, other.faults);
        self.repeats += other.repeats;
        self.stops += other.stops;
        self.deaths += other.deaths;
        self.redrives += other.redrives;
        self.events += other.events;
        self.duplicates += other.duplicates;
        self.violations.extend(other.violations);
    }
}

fn add_counts(all: &mut BTreeMap<String, usize>, more: BTreeMap<String, usize>) {
    for (name, count) in more {
        *all.entry(name).or_default() += count;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let trips: usize = self.outcomes.values().sum();
        let faults: usize = self.faults.values().sum();
        writeln!(
            f,
            "  {trips} trips in {:.1} s: {}",
            self.took.as_secs_f64(),
            told(&self.outcomes)
        )?;
        writeln!(f, "  {faults} faults: {}", told(&self.faults))?;
        writeln!(
            f,
            "  {} requests sent twice, {} stops and {} deaths in mid-flight, {} redrives",
            self.repeats, self.stops, self.deaths, self.redrives
        )?;
        writeln!(f, "  {} events, {} duplicates", self.events, self.duplicates)?;
        write!(f, "  {} violations", self.violations.len())?;
        self.violations.iter().try_for_each(|violation| write!(f, "\n    {violation}"))
    }
}

fn told(counts: &BTreeMap<String, usize>) -> String {
    let told = counts.iter().map(|(name, count)| format!("{count} {name}"));
    told.collect::<Vec<_>>().join(", ")
}
