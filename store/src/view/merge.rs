//! Merges the rows of several partitions into one order, without gaps or repeats.

use std::cmp::Ordering;

use super::bucket::Bucket;
use super::{Entry, Order};

/// Rows in order, complete up to `stopped_at`; complete to the end if that is absent.
#[derive(Debug)]
pub(super) struct Merged {
    pub(super) entries: Vec<Entry>,
    pub(super) stopped_at: Option<String>,
}

/// Merges `buckets` in `order` and keeps at most `limit` rows.
pub(super) fn merge(buckets: Vec<Bucket>, order: Order, limit: usize) -> Merged {
    let compare = |a: &String, b: &String| order.apply(a.cmp(b));
    // After the first bucket's stop, its rows are missing from the merged order.
    let horizon = buckets.iter().filter_map(|bucket| bucket.stopped_at.clone()).min_by(compare);
    let mut entries: Vec<Entry> = buckets.into_iter().flat_map(|bucket| bucket.entries).collect();
    if let Some(horizon) = &horizon {
        entries.retain(|entry| compare(&entry.departure_key, horizon).is_le());
    }
    entries.sort_by(|a, b| compare(&a.departure_key, &b.departure_key));
    keep_newest(&mut entries);
    let stopped_at = match entries.get(limit.wrapping_sub(1)) {
        Some(last) if entries.len() > limit => Some(last.departure_key.clone()),
        _ => horizon,
    };
    entries.truncate(limit);
    Merged { entries, stopped_at }
}

/// A trip that changed its status while the partitions were read may be in two of them, always with
/// the same departure.
fn keep_newest(entries: &mut Vec<Entry>) {
    entries.dedup_by(|entry, kept| {
        let same = entry.departure_key == kept.departure_key;
        if same && entry.version > kept.version {
            std::mem::swap(entry, kept);
        }
        same
    });
}

impl Order {
    fn apply(self, ordering: Ordering) -> Ordering {
        match self {
            Self::Ascending => ordering,
            Self::Descending => ordering.reverse(),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::TripStatus::{self, Confirmed, Pending};

    use super::*;
    use crate::CodecError;
    use crate::UnreadableItem;
    use crate::sample::search_row;
    use crate::view::SearchRow;

    fn row(departure: &str, trip: &str, status: TripStatus, version: u64) -> SearchRow {
        SearchRow { status, version, ..search_row(departure, trip) }
    }

    fn bucket(rows: &[SearchRow], stopped_at: Option<&str>) -> Bucket {
        let stopped_at = stopped_at.map(str::to_owned);
        let entries = rows.iter().cloned().map(entry).collect();
        Bucket { entries, stopped_at, ..Bucket::default() }
    }

    fn entry(row: SearchRow) -> Entry {
        let (departure_key, version) = (row.departure_key().unwrap(), row.version);
        Entry { departure_key, row: Ok(row), version }
    }

    /// The same place, with a row that cannot be read.
    fn damaged(row: SearchRow) -> Entry {
        let (trip_id, source) = (row.trip_id.to_string(), CodecError::Missing("schema_version"));
        Entry { row: Err(UnreadableItem { trip_id, source }), ..entry(row) }
    }

    fn rows(merged: &Merged) -> Vec<&SearchRow> {
        merged.entries.iter().filter_map(|entry| entry.row.as_ref().ok()).collect()
    }

    fn trips(merged: &Merged) -> Vec<&str> {
        rows(merged).into_iter().map(|row| row.trip_id.as_str()).collect()
    }

    const DAY: [&str; 4] =
        ["2026-03-01T10:00", "2026-03-02T10:00", "2026-03-03T10:00", "2026-03-04T10:00"];

    #[test]
    fn rows_of_all_buckets_come_in_one_order() {
        let pending = [row(DAY[0], "a", Pending, 1), row(DAY[2], "c", Pending, 1)];
        let confirmed = [row(DAY[1], "b", Confirmed, 3)];
        let buckets = || vec![bucket(&pending, None), bucket(&confirmed, None)];
        assert_eq!(trips(&merge(buckets(), Order::Ascending, 9)), ["a", "b", "c"]);
        assert_eq!(trips(&merge(buckets(), Order::Descending, 9)), ["c", "b", "a"]);
    }

    #[test]
    fn nothing_beyond_the_bucket_that_stopped_first_is_kept() {
        let stopped = [row(DAY[0], "a", Pending, 1)];
        let other = [row(DAY[1], "b", Confirmed, 1)];
        let key = format!("{}#a", DAY[0]);
        let merged =
            merge(vec![bucket(&stopped, Some(&key)), bucket(&other, None)], Order::Ascending, 9);
        assert_eq!(trips(&merged), ["a"]);
        assert_eq!(merged.stopped_at, Some(key));
    }

    #[test]
    fn a_trip_that_moved_meanwhile_appears_once_as_its_newest() {
        let before = [row(DAY[0], "a", Pending, 2)];
        let after = [row(DAY[0], "a", Confirmed, 3)];
        for buckets in [[&before, &after], [&after, &before]] {
            let buckets = buckets.map(|rows| bucket(rows, None)).into();
            let merged = merge(buckets, Order::Ascending, 9);
            assert_eq!(rows(&merged), after.each_ref());
        }
    }

    #[test]
    fn a_cut_says_where_to_go_on() {
        let rows: Vec<_> = DAY.iter().map(|day| row(day, "t", Pending, 1)).collect();
        let merged = merge(vec![bucket(&rows, None)], Order::Ascending, 3);
        assert_eq!(merged.entries.len(), 3);
        assert_eq!(merged.stopped_at, Some(format!("{}#t", DAY[2])));
    }

    #[test]
    fn a_row_that_cannot_be_read_has_its_place_and_its_version() {
        let (old, new) = (row(DAY[1], "b", Pending, 2), row(DAY[1], "b", Confirmed, 3));
        let mut damaged_one = bucket(&[row(DAY[0], "a", Confirmed, 1)], None);
        damaged_one.entries.push(damaged(new));
        let merged = merge(vec![bucket(&[old], None), damaged_one], Order::Ascending, 2);
        assert_eq!(trips(&merged), ["a"], "the older row of b is not shown in place of the newer");
        assert_eq!((merged.entries.len(), merged.stopped_at), (2, None));

        let days = |count| DAY.iter().take(count).map(|day| damaged(row(day, "t", Pending, 1)));
        let only_damaged = Bucket { entries: days(4).collect(), ..Bucket::default() };
        let merged = merge(vec![only_damaged], Order::Ascending, 3);
        assert_eq!((trips(&merged).len(), merged.entries.len()), (0, 3));
        assert_eq!(merged.stopped_at, Some(format!("{}#t", DAY[2])));
    }
}
