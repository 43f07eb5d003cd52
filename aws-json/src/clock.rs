//! The time by which calls are signed: this machine's, corrected by the service's when that refuses
//! a signature because of it.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use aws_smithy_async::time::SharedTimeSource;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

/// A clock that is wrong by less is not why a signature was refused: the SDK's own limit.
const WRONG: Duration = Duration::from_secs(4 * 60);
/// The errors that may be due to a wrong clock: the SDK's own list.
const MAY_BE_SKEW: [&str; 5] = [
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "AuthFailure",
    "RequestTimeTooSkewed",
    "AccessDeniedException",
];

/// This machine's clock, and by how much the service's is ahead.
#[derive(Debug)]
pub(crate) struct Clock {
    source: SharedTimeSource,
    ahead_ms: AtomicI64,
}

impl Clock {
    pub(crate) fn new(source: SharedTimeSource) -> Self {
        Self { source, ahead_ms: AtomicI64::new(0) }
    }

    /// The service's time, as far as it is known.
    pub(crate) fn now(&self) -> SystemTime {
        let (now, ahead) = (self.source.now(), self.ahead_ms.load(Ordering::Relaxed));
        let by = Duration::from_millis(ahead.unsigned_abs());
        let corrected = if ahead < 0 { now.checked_sub(by) } else { now.checked_add(by) };
        corrected.unwrap_or(now)
    }

    /// Learns from the time of a refusal under that name. Returns whether a wrong clock explains
    /// it.
    pub(crate) fn learn(&self, code: Option<&str>, date: Option<&str>) -> bool {
        let is_suspect = code.is_some_and(|code| MAY_BE_SKEW.contains(&code));
        let Some(theirs) = date.filter(|_| is_suspect).and_then(parse) else { return false };
        let ours = self.source.now();
        let (by, sign) = match theirs.duration_since(ours) {
            Ok(ahead) => (ahead, 1),
            Err(behind) => (behind.duration(), -1),
        };
        let millis = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.ahead_ms.store(sign * millis, Ordering::Relaxed);
        by > WRONG
    }
}

/// A `Date` header.
fn parse(date: &str) -> Option<SystemTime> {
    DateTime::from_str(date, Format::HttpDate).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use aws_smithy_async::time::StaticTimeSource;
    use rstest::rstest;

    use super::*;

    const NOON: &str = "Sun, 01 Mar 2026 12:00:00 GMT";

    fn at(date: &str) -> Clock {
        Clock::new(SharedTimeSource::new(StaticTimeSource::new(parse(date).unwrap())))
    }

    #[rstest]
    #[case("Sun, 01 Mar 2026 11:00:00 GMT", Some("InvalidSignatureException"), true)]
    #[case("Sun, 01 Mar 2026 13:00:00 GMT", Some("RequestTimeTooSkewed"), true)]
    #[case("Sun, 01 Mar 2026 11:57:00 GMT", Some("InvalidSignatureException"), false)]
    fn a_refused_signature_sets_a_clock_right(
        #[case] ours: &str,
        #[case] code: Option<&str>,
        #[case] is_wrong: bool,
    ) {
        let clock = at(ours);
        assert_eq!(clock.learn(code, Some(NOON)), is_wrong);
        assert_eq!(clock.now(), parse(NOON).unwrap());
    }

    #[rstest]
    #[case(Some("ThrottlingException"), Some(NOON))]
    #[case(None, Some(NOON))]
    #[case(Some("InvalidSignatureException"), None)]
    #[case(Some("InvalidSignatureException"), Some("noon"))]
    fn another_refusal_teaches_nothing(#[case] code: Option<&str>, #[case] date: Option<&str>) {
        let (ours, clock) = ("Sun, 01 Mar 2026 11:00:00 GMT", at("Sun, 01 Mar 2026 11:00:00 GMT"));
        assert!(!clock.learn(code, date));
        assert_eq!(clock.now(), parse(ours).unwrap());
    }
}
