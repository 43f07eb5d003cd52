//! The order of sequence numbers, which are decimal and may differ in length.

/// Ranks a sequence number among those of its shard: the later of two records has the higher rank.
///
/// ```
/// assert!(stream_replay::rank("999") < stream_replay::rank("1000"));
/// ```
#[must_use]
pub fn rank(sequence_number: &str) -> (usize, &str) {
    let digits = sequence_number.trim_start_matches('0');
    (digits.len(), digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_ranked_by_value_however_they_are_written() {
        for (earlier, later) in [("9", "10"), ("0009", "10"), ("1999", "2000"), ("000", "1")] {
            assert!(rank(earlier) < rank(later), "{earlier} {later}");
        }
        assert_eq!(rank("0042"), rank("42"));
    }
}
