//! Merges what was read of several partitions into one order, without gap or repeat.

use std::cmp::Ordering;

use super::bucket::Bucket;
use super::{Order, SearchRow};

/// Rows in order, complete up to `stopped_at`, or altogether where that is absent.
#[derive(Debug, PartialEq)]
pub(super) struct Merged {
    pub(super) rows: Vec<SearchRow>,
    pub(super) stopped_at: Option<String>,
}

/// Merges `buckets` in `order` and keeps at most `limit` rows.
pub(super) fn merge(buckets: Vec<Bucket>, order: Order, limit: usize) -> Merged {
    let compare = |a: &String, b: &String| order.apply(a.cmp(b));
    // Beyond the bucket that stopped first, its rows are missing among the others'.
    let horizon = buckets.iter().filter_map(|bucket| bucket.stopped_at.clone()).min_by(compare);
    let rows = buckets.into_iter().flat_map(|bucket| bucket.rows);
    let mut keyed: Vec<(String, SearchRow)> =
        rows.filter_map(|row| Some((row.departure_key()?, row))).collect();
    if let Some(horizon) = &horizon {
        keyed.retain(|(key, _)| compare(key, horizon).is_le());
    }
    keyed.sort_by(|(a, _), (b, _)| compare(a, b));
    keep_newest(&mut keyed);
    let stopped_at = match keyed.get(limit.wrapping_sub(1)) {
        Some((last, _)) if keyed.len() > limit => Some(last.clone()),
        _ => horizon,
    };
    let rows = keyed.into_iter().map(|(_, row)| row).take(limit).collect();
    Merged { rows, stopped_at }
}

/// A trip that changed its status while the partitions were read may stand in two of them, always
/// at the same departure.
fn keep_newest(keyed: &mut Vec<(String, SearchRow)>) {
    keyed.dedup_by(|(later, row), (earlier, kept)| {
        let same = later == earlier;
        if same && row.version > kept.version {
            std::mem::swap(row, kept);
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
    use super::*;
    use crate::sample::search_row;
    use domain::TripStatus::{self, Confirmed, Pending};

    fn row(departure: &str, trip: &str, status: TripStatus, version: u64) -> SearchRow {
        SearchRow { status, version, ..search_row(departure, trip) }
    }

    fn bucket(rows: &[SearchRow], stopped_at: Option<&str>) -> Bucket {
        let stopped_at = stopped_at.map(str::to_owned);
        Bucket { rows: rows.to_vec(), stopped_at, ..Bucket::default() }
    }

    fn trips(merged: &Merged) -> Vec<&str> {
        merged.rows.iter().map(|row| row.trip_id.as_str()).collect()
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
            assert_eq!(merged.rows, after);
        }
    }

    #[test]
    fn a_cut_says_where_to_go_on() {
        let rows: Vec<_> = DAY.iter().map(|day| row(day, "t", Pending, 1)).collect();
        let merged = merge(vec![bucket(&rows, None)], Order::Ascending, 3);
        assert_eq!(merged.rows.len(), 3);
        assert_eq!(merged.stopped_at, Some(format!("{}#t", DAY[2])));
    }
}
