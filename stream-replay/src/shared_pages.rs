//! The last pages of a shard, for several readers that follow it side by side: each page is read
//! and decoded once.

use std::collections::VecDeque;

use tokio::time::Instant;

use crate::read_record::ReadRecord;

/// Records that are kept in all, unless one page has more: as far as one reader may be behind
/// another.
const KEPT: usize = 2000;

/// Records in one answer from which no further page is added to it.
const ENOUGH: usize = 250;

/// The last pages of one shard that any of its readers has read.
#[derive(Debug, Default)]
pub struct SharedPages(VecDeque<Kept>);

/// What follows a record.
#[derive(Debug)]
struct Kept {
    after: String,
    found: Found,
}

/// The answer to one read.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) records: Vec<ReadRecord>,
    pub(crate) next: Next,
}

impl Found {
    /// The same, as it is for a reader that takes it now.
    pub(crate) fn read_now(mut self) -> Self {
        let now = Instant::now();
        self.records.iter_mut().for_each(|record| record.read_at = now);
        self
    }
}

/// Where reading goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// At this iterator.
    At(String),
    /// At a record that cannot be converted.
    Unreadable,
    /// Nowhere: the shard has ended.
    End,
}

impl Next {
    pub(crate) fn iterator(self) -> Option<String> {
        match self {
            Self::At(iterator) => Some(iterator),
            Self::Unreadable | Self::End => None,
        }
    }
}

impl SharedPages {
    /// What is known to follow the record with this number; never nothing. A reader that is behind
    /// gets several pages at once, so that it catches up with the one that read them.
    pub(crate) fn after(&self, number: &str) -> Option<Found> {
        let mut found = self.page_after(number)?;
        while found.records.len() < ENOUGH
            && let Some(last) = found.records.last()
            && let Some(more) = self.page_after(&last.sequence_number)
        {
            found.records.extend(more.records);
            found.next = more.next;
        }
        Some(found)
    }

    fn page_after(&self, number: &str) -> Option<Found> {
        self.0.iter().rev().find_map(|kept| kept.after(number))
    }

    /// Keeps a page that follows the record with this number. Lets go of all pages where none
    /// follows, so that a shard at rest takes no memory.
    pub(crate) fn keep(&mut self, after: &str, found: &Found) {
        if found.records.is_empty() {
            return self.0.clear();
        }
        self.0.push_back(Kept { after: after.to_owned(), found: found.clone() });
        while self.0.len() > 1 && self.records() > KEPT {
            self.0.pop_front();
        }
    }

    fn records(&self) -> usize {
        self.0.iter().map(|kept| kept.found.records.len()).sum()
    }
}

impl Kept {
    fn after(&self, number: &str) -> Option<Found> {
        let Found { records, next } = &self.found;
        let passed = match self.after == number {
            true => 0,
            false => 1 + records.iter().position(|record| record.sequence_number == number)?,
        };
        let records = records[passed..].to_vec();
        (!records.is_empty()).then(|| Found { records, next: next.clone() })
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::value::RawValue;

    use super::*;

    fn page(numbers: std::ops::Range<usize>) -> Found {
        let next = Next::At(format!("after {}", numbers.end - 1));
        let record = |number: usize| ReadRecord {
            sequence_number: number.to_string(),
            created_at: None,
            read_at: Instant::now(),
            json: RawValue::NULL.to_owned().into(),
        };
        Found { records: numbers.map(record).collect(), next }
    }

    /// Two pages are kept: 11 and 12 after 10, and 13 to 15 after 12.
    #[rstest]
    #[case::both_pages("10", &["11", "12", "13", "14", "15"])]
    #[case::the_rest_of_both("11", &["12", "13", "14", "15"])]
    #[case::the_second_page("12", &["13", "14", "15"])]
    #[case::the_rest_of_a_page("14", &["15"])]
    #[case::the_end_must_be_asked_for("15", &[])]
    #[case::another_place("9", &[])]
    fn what_is_known_to_follow(#[case] place: &str, #[case] expected: &[&str]) {
        let mut pages = SharedPages::default();
        pages.keep("10", &page(11..13));
        pages.keep("12", &page(13..16));
        let found = pages.after(place);
        let records = found.iter().flat_map(|found| &found.records);
        let numbers: Vec<_> = records.map(|record| record.sequence_number.as_str()).collect();
        assert_eq!(numbers, expected);
        let next = found.and_then(|found| found.next.iterator());
        assert_eq!(next, expected.last().map(|last| format!("after {last}")));
    }

    #[test]
    fn old_pages_go_and_the_newest_stays_however_long() {
        let mut pages = SharedPages::default();
        pages.keep("0", &page(1..1001));
        pages.keep("1000", &page(1001..2001));
        assert!(pages.after("0").is_some());
        pages.keep("2000", &page(2001..5001));
        assert!(pages.after("0").is_none() && pages.after("1000").is_none());
        assert_eq!(pages.after("2000").map(|found| found.records.len()), Some(3000));
    }

    #[test]
    fn an_answer_ends_with_the_page_that_makes_it_long() {
        let mut pages = SharedPages::default();
        for first in [1, 101, 201, 301] {
            pages.keep(&(first - 1).to_string(), &page(first..first + 100));
        }
        assert_eq!(pages.after("0").map(|found| found.records.len()), Some(300));
    }

    #[test]
    fn nothing_is_kept_at_the_end() {
        let mut pages = SharedPages::default();
        pages.keep("0", &page(1..3));
        pages.keep("2", &page(3..3));
        assert!(pages.after("0").is_none() && pages.after("2").is_none());
    }
}
