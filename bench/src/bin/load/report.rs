//! A run as a row.

use serde::Serialize;

use crate::facts::Facts;
use crate::system::Usage;

/// The result of one run. Rates are a second of the time in which clients booked.
#[derive(Serialize)]
pub struct Row {
    clients: usize,
    accepted: f64,
    refused: f64,
    failed: f64,
    pub completed: f64,
    /// Executions that had not ended when the clients stopped.
    waiting: u64,
    /// Milliseconds from an execution's start to its end.
    saga_p50: i64,
    saga_p95: i64,
    /// Milliseconds from an event's commit until the bus took it.
    lag_p50: i64,
    lag_p95: i64,
    /// Events on the bus ÷ executions that ended at all.
    events_per_trip: f64,
    cpu_ms_per_trip: f64,
    disk_kb_per_trip: f64,
    resident_mb: f64,
    /// Whether everything that was accepted ended.
    settled: bool,
}

impl Row {
    #[expect(clippy::cast_precision_loss, reason = "figures for people")]
    pub fn of(
        clients: usize,
        millis: i64,
        [accepted, refused, failed]: [u64; 3],
        waiting: u64,
        facts: &Facts,
        usage: &Usage,
        settled: bool,
    ) -> Self {
        let rate = |count: u64| rounded(count as f64 * 1000.0 / millis as f64);
        let trips = facts.durations.len().max(1) as f64;
        Self {
            clients,
            accepted: rate(accepted),
            refused: rate(refused),
            failed: rate(failed),
            completed: rate(facts.completed),
            waiting,
            saga_p50: percentile(&facts.durations, 50),
            saga_p95: percentile(&facts.durations, 95),
            lag_p50: percentile(&facts.lags, 50),
            lag_p95: percentile(&facts.lags, 95),
            events_per_trip: rounded(facts.events as f64 / trips),
            cpu_ms_per_trip: rounded(usage.cpu * 1000.0 / trips),
            disk_kb_per_trip: rounded(usage.disk as f64 / 1024.0 / trips),
            resident_mb: rounded(usage.peak as f64 / 1024.0 / 1024.0),
            settled,
        }
    }
}

fn rounded(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

fn percentile(rising: &[i64], percent: usize) -> i64 {
    let last = rising.len().saturating_sub(1);
    rising.get(last * percent / 100).copied().unwrap_or_default()
}

/// The rows as text; the last column compares with the best completed rate.
pub fn table(rows: &[Row]) -> String {
    let best = rows.iter().map(|row| row.completed).fold(f64::MIN_POSITIVE, f64::max);
    let head = "clients  accepted/s  refused/s  failed/s  completed/s  ÷ best  waiting  \
                saga ms p50/p95  lag ms p50/p95  ev/trip  CPU ms/trip  KB/trip  peak MB  settled";
    let lines = rows.iter().map(|row| {
        format!(
            "{:>7}  {:>10}  {:>9}  {:>8}  {:>11}  {:>6.2}  {:>7}  {:>15}  {:>14}  {:>7}  {:>11}  {:>7}  {:>7}  {:>7}",
            row.clients,
            row.accepted,
            row.refused,
            row.failed,
            row.completed,
            row.completed / best,
            row.waiting,
            format!("{}/{}", row.saga_p50, row.saga_p95),
            format!("{}/{}", row.lag_p50, row.lag_p95),
            row.events_per_trip,
            row.cpu_ms_per_trip,
            row.disk_kb_per_trip,
            row.resident_mb,
            row.settled,
        )
    });
    std::iter::once(head.to_owned()).chain(lines).collect::<Vec<_>>().join("\n")
}
