//! How large a function may be: Lambda loads all of it at a cold start.
//!
//! A function that grows past its budget fails the build, so that somebody decides whether what was
//! added is worth it. A function that has become smaller gets a smaller budget.

use std::fmt;

/// The most bytes of one function.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget {
    /// The function, by its binary.
    pub(super) name: &'static str,
    binary: usize,
    archive: usize,
}

/// In bytes, as built and zipped. The goal is 6 MB each: these are what was last measured on
/// x86-64, and a little more.
pub(super) const BUDGETS: [Budget; 6] = [
    Budget { name: "dispatcher", binary: 5_400_000, archive: 2_650_000 },
    Budget { name: "sweeper", binary: 5_300_000, archive: 2_600_000 },
    Budget { name: "projector", binary: 4_800_000, archive: 2_400_000 },
    Budget { name: "query-api", binary: 6_000_000, archive: 3_500_000 },
    Budget { name: "saga", binary: 5_400_000, archive: 2_700_000 },
    Budget { name: "console", binary: 10_800_000, archive: 5_150_000 },
];

/// The size of one function, beside its budget.
#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    pub(super) budget: Budget,
    pub(super) binary: usize,
    pub(super) archive: usize,
}

impl Size {
    pub(super) const fn is_over(&self) -> bool {
        self.binary > self.budget.binary || self.archive > self.budget.archive
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mb = |bytes: usize| bytes as f64 / 1e6;
        let Self { budget, binary, archive } = *self;
        write!(
            f,
            "{:<12} {:>5.2} of {:>5.2} MB, zipped {:>5.2} of {:>5.2} MB{}",
            budget.name,
            mb(binary),
            mb(budget.binary),
            mb(archive),
            mb(budget.archive),
            if self.is_over() { "  OVER" } else { "" }
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUDGET: Budget = Budget { name: "saga", binary: 6_000_000, archive: 3_000_000 };

    fn size(binary: usize, archive: usize) -> Size {
        Size { budget: BUDGET, binary, archive }
    }

    #[test]
    fn a_function_may_take_its_whole_budget_and_not_a_byte_more() {
        assert!(!size(6_000_000, 3_000_000).is_over());
        assert!(size(6_000_001, 1).is_over());
        assert!(size(1, 3_000_001).is_over());
    }

    #[test]
    fn a_line_says_what_is_over() {
        let fits = "saga          5.10 of  6.00 MB, zipped  2.30 of  3.00 MB";
        assert_eq!(size(5_100_000, 2_300_000).to_string(), fits);
        assert!(size(6_100_000, 2_300_000).to_string().ends_with("3.00 MB  OVER"));
    }
}
