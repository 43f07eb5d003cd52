//! How times are written: milliseconds in the journal, ISO 8601 in the context object, epoch
//! seconds on the wire.

use jiff::Timestamp;
use serde::Serializer;

/// A time as the context object prints it: UTC with exactly three decimals.
pub(crate) fn iso(time: Timestamp) -> String {
    format!("{time:.3}")
}

/// The same time, cut to milliseconds, so that it reads back unchanged.
pub(crate) fn to_millis(time: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(time.as_millisecond()).unwrap_or(time)
}

/// Epoch seconds as a JSON number, the form of AWS' JSON protocols.
pub(crate) fn epoch_seconds<S: Serializer>(
    time: &Timestamp,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(seconds(*time))
}

/// As [`epoch_seconds`], for a date that may be absent (skip it when it is).
pub(crate) fn epoch_seconds_option<S: Serializer>(
    time: &Option<Timestamp>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => serializer.serialize_f64(seconds(*time)),
        None => serializer.serialize_none(),
    }
}

// A millisecond of any year that jiff supports fits a double without loss.
#[expect(clippy::cast_precision_loss, reason = "exact up to 2^53 milliseconds")]
fn seconds(time: Timestamp) -> f64 {
    time.as_millisecond() as f64 / 1000.0
}

/// Serde form in the journal: milliseconds since the epoch.
pub(crate) mod millis {
    use jiff::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(crate) fn serialize<S: Serializer>(
        time: &Timestamp,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(time.as_millisecond())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Timestamp, D::Error> {
        Timestamp::from_millisecond(i64::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{iso, to_millis};

    #[test]
    fn times_print_with_three_decimals() {
        let time = Timestamp::from_nanosecond(1_700_000_000_120_456_789).unwrap();
        assert_eq!(iso(time), "2023-11-14T22:13:20.120Z");
        assert_eq!(to_millis(time).as_nanosecond(), 1_700_000_000_120_000_000);
        assert_eq!(iso(Timestamp::UNIX_EPOCH), "1970-01-01T00:00:00.000Z");
    }
}
