//! What a function's answer means for its batch, by the rules of Lambda's
//! `ReportBatchItemFailures`.

use serde_json::Value;

/// The place in the batch of the first record to hand over again; `None` when all are processed.
///
/// `batch` holds the sequence numbers of the records, in the order of the shard. Null, `{}` and an
/// absent, null or empty `batchItemFailures` mean that the batch was processed. Otherwise the batch
/// continues at the lowest sequence number reported there. An identifier that is empty, missing or
/// not in this batch fails the whole batch, and so does an answer in any other form.
///
/// ```
/// use serde_json::json;
/// use stream_replay::first_failure;
///
/// let reported = |id: &str| json!({"batchItemFailures": [{"itemIdentifier": id}]});
/// assert_eq!(first_failure(&json!({}), &["7", "8", "9"]), None);
/// assert_eq!(first_failure(&reported("8"), &["7", "8", "9"]), Some(1));
/// assert_eq!(first_failure(&reported(""), &["7", "8", "9"]), Some(0));
/// ```
#[must_use]
pub fn first_failure(answer: &Value, batch: &[&str]) -> Option<usize> {
    let failures = match answer {
        Value::Null => return None,
        Value::Object(answer) => answer.get("batchItemFailures").unwrap_or(&Value::Null),
        _ => return Some(0),
    };
    match failures {
        Value::Null => None,
        Value::Array(failures) => lowest(failures, batch),
        _ => Some(0),
    }
}

/// The lowest reported place. A failure that names no record of the batch could mean any of them.
fn lowest(failures: &[Value], batch: &[&str]) -> Option<usize> {
    failures.iter().map(|failure| place(failure, batch).unwrap_or(0)).min()
}

fn place(failure: &Value, batch: &[&str]) -> Option<usize> {
    let identifier = failure.get("itemIdentifier")?.as_str()?;
    batch.iter().position(|sequence_number| *sequence_number == identifier)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const BATCH: [&str; 4] = ["103", "104", "105", "106"];

    #[test]
    fn the_answer_is_read_as_lambda_reads_it() {
        let reported =
            |identifier: Value| json!({"batchItemFailures": [{"itemIdentifier": identifier}]});
        for (answer, expected) in [
            (json!(null), None),
            (json!({}), None),
            (json!({"other": 1}), None),
            (json!({"batchItemFailures": null}), None),
            (json!({"batchItemFailures": []}), None),
            (reported(json!("103")), Some(0)),
            (reported(json!("105")), Some(2)),
            (reported(json!("")), Some(0)),
            (reported(json!(null)), Some(0)),
            (reported(json!(105)), Some(0)),
            (reported(json!("107")), Some(0)),
            (json!({"batchItemFailures": [{"itemId": "105"}]}), Some(0)),
            (json!({"batchItemFailures": ["105"]}), Some(0)),
            (json!({"batchItemFailures": {"itemIdentifier": "105"}}), Some(0)),
            (json!({"batchItemFailures": "105"}), Some(0)),
            (json!("processed"), Some(0)),
            (json!(true), Some(0)),
            (json!([]), Some(0)),
        ] {
            assert_eq!(first_failure(&answer, &BATCH), expected, "{answer}");
        }
    }

    #[test]
    fn the_lowest_of_several_failures_counts_in_any_order() {
        let failures = |ids: &[&str]| {
            let failures: Vec<_> = ids.iter().map(|id| json!({"itemIdentifier": id})).collect();
            json!({"batchItemFailures": failures})
        };
        assert_eq!(first_failure(&failures(&["106", "104", "105"]), &BATCH), Some(1));
        assert_eq!(first_failure(&failures(&["106", "unknown"]), &BATCH), Some(0));
    }
}
