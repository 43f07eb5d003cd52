//! Spreads open work over shards: one hot index partition would throttle the table's own writes.

use domain::TripId;

/// How many shards there are. The number may only grow, and readers must know the new number first.
pub const SHARDS: u32 = 64;

/// The shard of a trip and of all its events, the same on every machine and in every release.
#[must_use]
pub fn shard(trip: &TripId) -> u32 {
    let shard = fnv_1a(trip.as_str().as_bytes()) % u64::from(SHARDS);
    u32::try_from(shard).unwrap_or(0)
}

/// FNV-1a, 64 bits (<http://www.isthe.com/chongo/tech/comp/fnv/>): its definition is fixed, unlike
/// the hashes of the standard library.
fn fnv_1a(bytes: &[u8]) -> u64 {
    const OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    bytes.iter().fold(OFFSET_BASIS, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("", 0xcbf2_9ce4_8422_2325)]
    #[case("a", 0xaf63_dc4c_8601_ec8c)]
    #[case("foobar", 0x8594_4171_f739_67e8)]
    fn the_hash_is_fnv_1a_as_published(#[case] text: &str, #[case] hash: u64) {
        assert_eq!(fnv_1a(text.as_bytes()), hash);
    }

    #[rstest]
    #[case("trip-0001", 34)]
    #[case("trip-0002", 47)]
    #[case("a", 12)]
    fn a_trip_stays_in_its_shard_forever(#[case] trip: &str, #[case] expected: u32) {
        assert_eq!(shard(&TripId::parse(trip).unwrap()), expected);
    }

    #[test]
    fn trips_spread_over_all_shards() {
        let mut trips = [0; SHARDS as usize];
        for n in 0..6_400 {
            trips[shard(&TripId::parse(&format!("trip-{n:04}")).unwrap()) as usize] += 1;
        }
        assert!(trips.iter().all(|count| (50..=200).contains(count)), "{trips:?}");
    }
}
