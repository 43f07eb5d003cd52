//! Which records are too old, and the report of records that are given up.

use std::time::Duration;

use domain::Timestamp;
use serde_json::{Map, Value, json};

use crate::batch::{Entry, event};
use crate::config::Age;
use crate::destination::{Condition, DiscardedBatch};
use crate::shard_run::ShardRun;
use crate::tries::{Invocation, Tries};

/// How many of the first records are too old to be handed over. Such a record is given up even if
/// it was never tried.
pub(crate) fn expired(run: &ShardRun, records: &[Entry]) -> usize {
    let Some(limit) = run.config().max_record_age else { return 0 };
    let age = run.config().age;
    let now = run.context.ports.clock.now();
    records.iter().take_while(|entry| is_older(entry, limit, age, now)).count()
}

fn is_older(entry: &Entry, limit: Duration, age: Age, now: Timestamp) -> bool {
    let limit_in_millis = i64::try_from(limit.as_millis()).unwrap_or(i64::MAX);
    let oldest = now.as_millis().saturating_sub(limit_in_millis);
    match age {
        Age::Written => entry.record.created_at.is_some_and(|written| written < oldest),
        Age::Read => entry.record.read_at.elapsed() > limit,
    }
}

/// Records that are given up, in the form for an on-failure destination.
pub(crate) fn describe(
    run: &ShardRun,
    records: &[Entry],
    tries: &Tries,
    condition: Condition,
) -> DiscardedBatch {
    let now = run.context.ports.clock.now();
    let invocation_record = fields([
        ("requestContext", Some(request_context(run, tries, condition))),
        ("responseContext", tries.last.as_ref().map(response_context)),
        ("version", Some(json!("1.0"))),
        ("timestamp", Some(json!(now.to_string()))),
        ("DDBStreamBatchInfo", Some(batch_info(run, records))),
        ("payload", Some(json!(event(records).get()))),
    ]);
    DiscardedBatch {
        mapping: run.config().name.clone(),
        shard: run.shard.clone(),
        discarded_at: now,
        invocation_record,
    }
}

fn request_context(run: &ShardRun, tries: &Tries, condition: Condition) -> Value {
    fields([
        ("requestId", tries.last.as_ref().map(|last| json!(last.request_id))),
        ("functionArn", Some(json!(run.config().function_arn))),
        ("condition", Some(json!(condition.name()))),
        ("approximateInvokeCount", Some(json!(tries.invocations))),
    ])
}

/// An invocation that reported records did not fail itself.
fn response_context(last: &Invocation) -> Value {
    fields([
        ("statusCode", Some(json!(200))),
        ("executedVersion", Some(json!("$LATEST"))),
        ("functionError", last.failed.then(|| json!("Unhandled"))),
    ])
}

fn batch_info(run: &ShardRun, records: &[Entry]) -> Value {
    let (first, last) = (records.first(), records.last());
    let number = |entry: Option<&Entry>| entry.map(|entry| json!(entry.record.sequence_number));
    fields([
        ("shardId", Some(json!(run.shard))),
        ("startSequenceNumber", number(first)),
        ("endSequenceNumber", number(last)),
        ("approximateArrivalOfFirstRecord", arrival(first)),
        ("approximateArrivalOfLastRecord", arrival(last)),
        ("batchSize", Some(json!(records.len()))),
        ("streamArn", Some(json!(run.config().stream_arn))),
    ])
}

/// In whole seconds, the precision of a stream.
fn arrival(entry: Option<&Entry>) -> Option<Value> {
    let written = Timestamp::from_millis(entry?.record.created_at?);
    Some(json!(format!("{:.0}", written.as_jiff())))
}

/// An object with the known fields.
fn fields<const N: usize>(fields: [(&str, Option<Value>); N]) -> Value {
    let known = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(known.collect::<Map<_, _>>())
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;
    use stream_replay::ReadRecord;
    use tokio::time::Instant;

    use super::*;

    const HOUR: Duration = Duration::from_secs(60 * 60);

    #[tokio::test(start_paused = true)]
    async fn a_record_ages_from_its_writing_or_from_its_reading() {
        let record = ReadRecord {
            read_at: Instant::now(),
            sequence_number: "1".to_owned(),
            created_at: Some(0),
            json: RawValue::NULL.to_owned().into(),
        };
        let entry = Entry { place: 0, record, bytes: 2 };
        let now = |hours: i64| Timestamp::from_millis(hours * 3_600_000);
        let is_older = |age, hours| is_older(&entry, 6 * HOUR, age, now(hours));
        for (hours, expected) in [(6, false), (7, true)] {
            assert_eq!(is_older(Age::Written, hours), expected);
            assert!(!is_older(Age::Read, hours), "the machine was off");
        }
        tokio::time::advance(6 * HOUR).await;
        assert!(!is_older(Age::Read, 0));
        tokio::time::advance(HOUR).await;
        assert!(is_older(Age::Read, 0));
    }
}
