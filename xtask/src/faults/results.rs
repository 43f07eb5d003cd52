//! The output of the tests, sorted by the fault in each test's name.

use std::collections::BTreeMap;

/// The results of the tests of one fault.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tests {
    pub(super) passed: usize,
    pub(super) failed: Vec<String>,
    /// The sum of the tests' reported schedules; a test that reports none counts as one.
    pub(super) schedules: usize,
}

/// The results by fault.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Results(BTreeMap<u8, Tests>);

impl Results {
    /// Parses the output of `cargo test -- --show-output`.
    pub(super) fn read(printed: &str) -> Self {
        let mut results = Self::default();
        for line in printed.lines() {
            if let Some((fault, test, passed)) = outcome(line) {
                results.add(fault, test, passed);
            } else if let Some((fault, count)) = schedules(line) {
                // The test counted as one schedule when its outcome was read.
                results.0.entry(fault).or_default().schedules += count.saturating_sub(1);
            }
        }
        results
    }

    pub(super) fn of(&self, fault: u8) -> Option<&Tests> {
        self.0.get(&fault)
    }

    fn add(&mut self, fault: u8, test: &str, passed: bool) {
        let tests = self.0.entry(fault).or_default();
        tests.schedules += 1;
        if passed {
            tests.passed += 1;
        } else {
            tests.failed.push(test.to_owned());
        }
    }
}

/// A line such as `test faults::stream::fault_17_a_poison_record ... ok`.
fn outcome(line: &str) -> Option<(u8, &str, bool)> {
    let (test, outcome) = line.strip_prefix("test ")?.split_once(" ... ")?;
    let (_, name) = test.rsplit_once("fault_")?;
    let (number, _) = name.split_once('_')?;
    Some((number.parse().ok()?, test, outcome == "ok"))
}

/// A line such as `fault 13: 1000 schedules`.
fn schedules(line: &str) -> Option<(u8, usize)> {
    let (fault, count) =
        line.strip_prefix("fault ")?.strip_suffix(" schedules")?.split_once(": ")?;
    Some((fault.parse().ok()?, count.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_sorted_by_their_fault_and_schedules_are_summed() {
        let printed = "\
test faults::stream::fault_13_a_duplicate_is_harmless ... ok
test faults::stream::fault_13_it_has_the_same_id ... ok
test faults::commit::fault_01_a_crash::case_2 ... FAILED
test saga::a_fault_of_ours ... ok
---- faults::stream::fault_13_a_duplicate_is_harmless stdout ----
fault 13: 1000 schedules
";
        let results = Results::read(printed);
        let duplicate = Tests { passed: 2, failed: Vec::new(), schedules: 1001 };
        assert_eq!(results.of(13), Some(&duplicate));
        assert_eq!(results.of(1).unwrap().failed, ["faults::commit::fault_01_a_crash::case_2"]);
        assert_eq!(results.of(2), None);
    }
}
