//! How far a mapping has come, for code that watches it or waits for it.

use std::collections::BTreeMap;

use tokio::sync::watch;
use tokio::sync::watch::error::RecvError;

/// How far a mapping has come, since it was made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// The shards that have been started, by id.
    pub shards: BTreeMap<String, ShardProgress>,
    /// How often the stream's shards were listed.
    pub discoveries: u64,
    /// The error of the last listing, if it failed.
    pub last_error: Option<String>,
}

/// How far a mapping has come with one shard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShardProgress {
    /// The saved position: the sequence number up to which every record is processed, discarded or
    /// filtered out.
    pub position: Option<String>,
    /// Batches processed to their end.
    pub batches: u64,
    /// Records processed by the function.
    pub delivered: u64,
    /// Records that matched no filter.
    pub filtered: u64,
    /// Records given up: their retries were exhausted, or they were too old.
    pub discarded: u64,
    /// Invocations that left records to hand over again.
    pub retries: u64,
    /// How often records may have been lost because the stream no longer held them.
    pub gaps: u64,
    /// The number of reads of the shard.
    pub reads: u64,
    /// The number of the last read that found nothing while no record waited for the function.
    pub caught_up_at: Option<u64>,
    /// When the newest record handed to the function was written, in milliseconds since the epoch.
    pub newest_record_at: Option<i64>,
    /// The shard has ended and all its records are settled.
    pub finished: bool,
    /// The error of the last read, invocation, save or discard, if it failed.
    pub last_error: Option<String>,
}

impl ShardProgress {
    /// Whether the last read found the end of the shard, with nothing left for the function.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.finished || self.caught_up_at == Some(self.reads)
    }

    /// Lambda's iterator age at `now`, both in milliseconds: the age of the newest record handed
    /// over, and zero when the mapping has caught up.
    #[must_use]
    pub fn iterator_age(&self, now: i64) -> Option<u64> {
        if self.is_idle() {
            return Some(0);
        }
        self.newest_record_at.map(|written| u64::try_from(now - written).unwrap_or(0))
    }
}

impl Progress {
    /// Whether, for every shard, a read that began after `mark` was taken found nothing. Then every
    /// record that was in the stream at `mark` has been processed.
    #[must_use]
    pub fn is_drained_since(&self, mark: &Self) -> bool {
        // The next read after the counted ones may have begun before the mark; the one after that
        // did not.
        let reads_at_mark = |id: &String| mark.shards.get(id).map_or(0, |shard| shard.reads);
        self.discoveries > 0
            && self.shards.iter().all(|(id, shard)| {
                shard.finished
                    || shard.caught_up_at.is_some_and(|read| read >= reads_at_mark(id) + 2)
            })
    }
}

/// Waits until everything that is in the stream now has been processed.
///
/// # Errors
/// When the mapping has stopped.
pub async fn drained(progress: &mut watch::Receiver<Progress>) -> Result<Progress, RecvError> {
    let mark = progress.borrow().clone();
    progress.wait_for(|now| now.is_drained_since(&mark)).await.map(|drained| drained.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn progress(shards: &[(&str, u64, Option<u64>, bool)]) -> Progress {
        let shard = |(id, reads, caught_up_at, finished): &(&str, _, _, _)| {
            let shard = ShardProgress {
                reads: *reads,
                caught_up_at: *caught_up_at,
                finished: *finished,
                ..ShardProgress::default()
            };
            ((*id).to_owned(), shard)
        };
        Progress { shards: shards.iter().map(shard).collect(), discoveries: 1, last_error: None }
    }

    #[test]
    fn only_a_read_begun_after_the_mark_shows_that_the_stream_is_drained() {
        let mark = progress(&[("a", 7, Some(7), false)]);
        for (now, expected) in [
            (progress(&[("a", 7, Some(7), false)]), false),
            (progress(&[("a", 8, Some(8), false)]), false),
            (progress(&[("a", 9, Some(8), false)]), false),
            (progress(&[("a", 9, Some(9), false)]), true),
            (progress(&[("a", 20, Some(19), false)]), true),
            (progress(&[("a", 7, None, true)]), true),
            (progress(&[("a", 7, None, true), ("b", 1, Some(1), false)]), false),
            (progress(&[("a", 7, None, true), ("b", 2, Some(2), false)]), true),
        ] {
            assert_eq!(now.is_drained_since(&mark), expected, "{now:?}");
        }
        assert!(
            !Progress::default().is_drained_since(&Progress::default()),
            "before the shards are known"
        );
    }

    #[test]
    fn the_iterator_age_is_that_of_the_newest_record_until_the_mapping_has_caught_up() {
        let mut shard =
            ShardProgress { reads: 1, newest_record_at: Some(4_000), ..ShardProgress::default() };
        assert_eq!(shard.iterator_age(9_000), Some(5_000));
        assert_eq!(shard.iterator_age(3_000), Some(0), "clocks differ");
        shard.caught_up_at = Some(1);
        assert_eq!(shard.iterator_age(9_000), Some(0));
        assert_eq!(ShardProgress::default().iterator_age(9_000), None);
    }
}
