//! What an installation in production costs a month before anybody books.

use store::keys::SHARDS;

use super::bill::Line;
use super::prices::Unit;

/// What alarms watch, including those of releases, since an alarm is paid for by its metrics; the
/// dashboard; the metrics that each sweep tells and those of the two mappings; two rules for each
/// table and index whose throttled keys are named, which only production has; and two generations
/// of cursor keys. A test of the templates counts them, and looks for what else has a price by the
/// month.
pub(super) const RENTED: [(&str, f64, Unit); 5] = [
    ("metrics that alarms watch", 34.0, Unit::AlarmMetric),
    ("dashboards", 1.0, Unit::Dashboard),
    ("metrics", 14.0, Unit::Metric),
    ("rules of Contributor Insights", 12.0, Unit::InsightRule),
    ("secrets", 2.0, Unit::Secret),
];

/// One sweep a minute, of half a second at 256 MB, traced, with 2 KB of log.
const SWEEPS: f64 = 43_200.0;
const SWEEP_GIGABYTE_SECONDS: f64 = 0.5 * 0.25;
const SWEEP_LOG: f64 = 0.000_002;
/// For the oldest event, the parked events and the due events of each shard, half a unit each since
/// these reads may be stale.
const SWEEP_READS: f64 = 3.0 * 0.5;

pub(super) fn sweeps() -> [Line; 5] {
    let reads = SWEEP_READS * f64::from(SHARDS);
    let of_one = [
        ("sweeps", 1.0, Unit::Invocation),
        ("GB-seconds of sweeps", SWEEP_GIGABYTE_SECONDS, Unit::GigabyteSecond),
        ("GB of sweeps' logs", SWEEP_LOG, Unit::LogGigabyte),
        ("traces of sweeps", 1.0, Unit::Trace),
        ("read units of sweeps", reads, Unit::ReadUnit),
    ];
    of_one.map(|(what, quantity, unit)| Line::new(what, SWEEPS * quantity, unit))
}

/// All of it.
pub(super) fn lines() -> Vec<Line> {
    let rented = RENTED.map(|(what, quantity, unit)| Line::new(what, quantity, unit));
    rented.into_iter().chain(sweeps()).collect()
}
