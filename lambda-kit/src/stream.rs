//! A batch of a DynamoDB stream, and the answer that reports which records failed.

mod plain;
mod record;
mod text;

use aws_lambda_events::event::dynamodb::EventRecord;
use domain::ErrorCode;
use lambda_runtime::LambdaEvent;
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};

use crate::error::FunctionError;
use crate::metrics;
use crate::payload::parse;

pub use plain::Plain;
pub use record::{Kind, SequenceNumber};
pub use text::Text;

/// A batch, read once if all its records have the usual form.
#[derive(Debug)]
pub enum Batch<'a, C> {
    /// Every record has the usual form.
    Plain(Vec<Plain<'a, C>>),
    /// Some record has not: each is read by itself.
    Mixed(Vec<Record>),
}

impl<'a, C> Batch<'a, C> {
    /// Reads `{"Records": […]}`. `of` makes a change of an item's keys and new image, if these have
    /// the form that this release writes. One record in another form makes the batch a mixed one;
    /// there, a record that cannot be read does not affect the others.
    ///
    /// # Errors
    /// `InvalidRequest` if the payload is not a batch.
    pub fn read<K, I>(
        text: &'a Text<'_>,
        of: impl Fn(&K, I) -> Option<C>,
    ) -> Result<Self, FunctionError>
    where
        K: Deserialize<'a>,
        I: Deserialize<'a>,
    {
        match plain::read(&text.short, of) {
            Some(records) => Ok(Self::Plain(records)),
            None => decode(parse(text.sent)?).map(Self::Mixed),
        }
    }
}

/// The event as Lambda sends it: for a caller that has its payload as a value.
#[must_use]
pub fn raw(event: LambdaEvent<Value>) -> LambdaEvent<Box<RawValue>> {
    // A value is always valid JSON.
    LambdaEvent::new(to_raw_value(&event.payload).unwrap_or_default(), event.context)
}

/// One record of a batch.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its place in the shard, by which a failure is reported.
    pub sequence_number: SequenceNumber<'static>,
    /// The change without its old image, or what is known about a record that cannot be read.
    pub event: Result<EventRecord, Unreadable>,
    /// The record as sent, without its old image: all that remains of a record that cannot be read.
    pub json: Value,
}

/// A record that does not have the form of a stream record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the record of {keys} does not have the form of a stream record")]
pub struct Unreadable {
    /// The item's keys as sent; `null` if there were none.
    pub keys: Value,
}

/// Whether a change came without the item's new image: the item's new state is then unknown.
#[must_use]
pub fn is_imageless(event: &EventRecord) -> bool {
    event.change.new_image.is_empty()
}

/// The view types of a stream whose records contain the new image.
const WITH_NEW_IMAGES: [&str; 2] = ["NEW_IMAGE", "NEW_AND_OLD_IMAGES"];

/// Splits `{"Records": […]}` into its records, in order.
///
/// A record needs its event name, its item's keys and its sequence number; a change also needs the
/// new image. AWS marks everything else as optional: it may be missing or new.
///
/// A record without a sequence number can be neither reported nor retried: it is logged and
/// counted. So is a stream whose view type omits the new images.
///
/// # Errors
/// `InvalidRequest` if the payload is not a batch.
fn decode(mut payload: Value) -> Result<Vec<Record>, FunctionError> {
    let Some(Value::Array(records)) = payload.get_mut("Records").map(Value::take) else {
        let message = "expected an object with a list of Records";
        return Err(FunctionError::new(ErrorCode::InvalidRequest, message));
    };
    let sent = records.len();
    report_view(&records);
    let batch: Vec<_> = records.into_iter().filter_map(record).collect();
    report_nameless(sent - batch.len());
    Ok(batch)
}

fn record(mut json: Value) -> Option<Record> {
    let change = json.get_mut("dynamodb")?;
    let sequence_number = SequenceNumber::new(change.get("SequenceNumber")?.as_str()?.to_owned())?;
    // Nobody reads it, and it is half of a modification's bytes.
    change.as_object_mut()?.remove("OldImage");
    // The decoder's own message repeats values, which do not belong in a log.
    let event = essence(&json).and_then(|essence| EventRecord::deserialize(essence).ok());
    let event = event.ok_or_else(|| Unreadable { keys: json["dynamodb"]["Keys"].clone() });
    Some(Record { sequence_number, event, json })
}

/// The needed parts of a record, in the form of its type, which requires more than DynamoDB
/// promises to send. `None` if there are no keys.
fn essence(record: &Value) -> Option<Value> {
    let change = &record["dynamodb"];
    let keys = change["Keys"].as_object()?;
    let change = json!({ "Keys": keys, "NewImage": change["NewImage"], "SizeBytes": 0 });
    let name = &record["eventName"];
    Some(json!({ "eventID": "", "awsRegion": "", "eventName": name, "dynamodb": change }))
}

/// Reports once per batch that the stream is of no use to its consumers.
fn report_view(records: &[Value]) {
    let views = records.iter().filter_map(|record| record["dynamodb"]["StreamViewType"].as_str());
    if let Some(view) = views.into_iter().find(|view| !WITH_NEW_IMAGES.contains(view)) {
        tracing::error!(
            view,
            "the stream's records have no new images: NEW_AND_OLD_IMAGES is needed"
        );
        metrics::count("StreamsWithoutImages", 1);
    }
}

fn report_nameless(count: usize) {
    if count > 0 {
        tracing::error!(count, "stream records without a sequence number were left out");
        metrics::count("RecordsWithoutSequenceNumber", count);
    }
}

/// Which records failed: Lambda retries the batch from the first of them.
///
/// ```
/// use lambda_kit::stream::{BatchResponse, SequenceNumber};
///
/// let failed = BatchResponse::failed_from(SequenceNumber::new("300").unwrap());
/// let answer = r#"{"batchItemFailures":[{"itemIdentifier":"300"}]}"#;
/// assert_eq!(failed.into_json().unwrap().to_string(), answer);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchResponse<'a> {
    batch_item_failures: Vec<BatchItemFailure<'a>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct BatchItemFailure<'a> {
    item_identifier: SequenceNumber<'a>,
}

impl<'a> BatchResponse<'a> {
    /// Everything before `first` is done; `first` and everything after it must be sent again.
    #[must_use]
    pub fn failed_from(first: SequenceNumber<'a>) -> Self {
        Self { batch_item_failures: vec![BatchItemFailure { item_identifier: first }] }
    }

    /// The answer in the form that Lambda reads.
    ///
    /// # Errors
    /// If it cannot be written as JSON; nothing in it causes this.
    pub fn into_json(self) -> Result<Value, FunctionError> {
        serde_json::to_value(self).map_err(|error| FunctionError::internal(&error))
    }
}

#[cfg(test)]
mod tests;
