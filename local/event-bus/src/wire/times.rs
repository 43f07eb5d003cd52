//! Times in requests and answers: seconds since the Unix epoch.

use domain::Timestamp;

/// A time in a request, to the millisecond.
pub(super) fn read(seconds: f64) -> Timestamp {
    Timestamp::from_millis((seconds * 1000.0).round() as i64)
}

/// A time in an answer.
pub(super) fn write(time: Timestamp) -> f64 {
    time.as_millis() as f64 / 1000.0
}
