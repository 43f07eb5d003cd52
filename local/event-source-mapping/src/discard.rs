//! Which records are too old, and what is told of records that are given up.

use domain::Timestamp;
use serde_json::{Map, Value, json};

use crate::batch::{Entry, event};
use crate::destination::{Condition, DiscardedBatch};
use crate::shard_run::ShardRun;
use crate::tries::{Invocation, Tries};

/// How many of the first records are older than the mapping hands over. Such a record is given up even if
/// it was never tried.
pub(crate) fn expired(run: &ShardRun, records: &[Entry]) -> usize {
    let Some(limit) = run.config().max_record_age else { return 0 };
    let limit = i64::try_from(limit.as_millis()).unwrap_or(i64::MAX);
    let oldest = run.context.ports.clock.now().as_millis().saturating_sub(limit);
    let is_old = |entry: &&Entry| entry.created_at.is_some_and(|written| written < oldest);
    records.iter().take_while(is_old).count()
}

/// Records that are given up, as an on-failure destination gets them.
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
        ("payload", Some(json!(event(records).to_string()))),
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

/// An invocation that reported records has not failed itself.
fn response_context(last: &Invocation) -> Value {
    fields([
        ("statusCode", Some(json!(200))),
        ("executedVersion", Some(json!("$LATEST"))),
        ("functionError", last.failed.then(|| json!("Unhandled"))),
    ])
}

fn batch_info(run: &ShardRun, records: &[Entry]) -> Value {
    let (first, last) = (records.first(), records.last());
    let number = |entry: Option<&Entry>| entry.map(|entry| json!(entry.sequence_number));
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

/// In whole seconds, as precise as a stream tells it.
fn arrival(entry: Option<&Entry>) -> Option<Value> {
    let written = Timestamp::from_millis(entry?.created_at?);
    Some(json!(format!("{:.0}", written.as_jiff())))
}

/// An object of the fields that are known.
fn fields<const N: usize>(fields: [(&str, Option<Value>); N]) -> Value {
    let known = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(known.collect::<Map<_, _>>())
}
