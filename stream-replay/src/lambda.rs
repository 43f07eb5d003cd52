//! A stream record in the JSON form that Lambda hands to a function.

use std::collections::HashMap;

use aws_sdk_dynamodbstreams::primitives::DateTime;
use aws_sdk_dynamodbstreams::types::{AttributeValue, Identity, Record, StreamRecord};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

/// The only identity that streams contain: the service that deletes expired items.
const TTL_SERVICE: (&str, &str) = ("Service", "dynamodb.amazonaws.com");

/// A record that cannot be converted for a function.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnreadableRecord {
    /// A field that every record has.
    #[error("a stream record has no {0}")]
    Missing(&'static str),
    /// A type that this client does not know.
    #[error("the attribute {0:?} is of an unknown type")]
    UnknownType(String),
}

/// One element of `Records` in the event of a DynamoDB trigger, as Lambda writes it.
///
/// Attribute values keep their DynamoDB types: numbers are text, binary values base64. Absent
/// fields are left out: AWS marks all of them as optional. Without a sequence number a record has
/// no place in its shard; the function decides what else it needs.
///
/// ```
/// use aws_sdk_dynamodbstreams::types::{AttributeValue, OperationType, Record, StreamRecord};
/// use serde_json::json;
/// use stream_replay::lambda_record;
///
/// let change = StreamRecord::builder()
///     .keys("id", AttributeValue::N("7".to_owned()))
///     .sequence_number("400000000000000499660");
/// let record = Record::builder().event_name(OperationType::Remove).dynamodb(change.build());
/// let expected = json!({
///     "eventName": "REMOVE",
///     "dynamodb": {"Keys": {"id": {"N": "7"}}, "SequenceNumber": "400000000000000499660"},
///     "eventSourceARN": "arn",
/// });
/// assert_eq!(lambda_record("arn", &record.build())?, expected);
/// # Ok::<(), stream_replay::UnreadableRecord>(())
/// ```
///
/// # Errors
/// When the record has no sequence number, or holds a value of an unknown type.
pub fn lambda_record(stream_arn: &str, record: &Record) -> Result<Value, UnreadableRecord> {
    let change = record.dynamodb().ok_or(UnreadableRecord::Missing("dynamodb"))?;
    Ok(object([
        ("eventID", record.event_id().map(Value::from)),
        ("eventName", record.event_name().map(|name| json!(name.as_str()))),
        ("eventVersion", record.event_version().map(Value::from)),
        ("eventSource", record.event_source().map(Value::from)),
        ("awsRegion", record.aws_region().map(Value::from)),
        ("dynamodb", Some(lambda_change(change)?)),
        ("eventSourceARN", Some(json!(stream_arn))),
        ("userIdentity", record.user_identity().map(identity)),
    ]))
}

fn lambda_change(change: &StreamRecord) -> Result<Value, UnreadableRecord> {
    let number = change.sequence_number().ok_or(UnreadableRecord::Missing("SequenceNumber"))?;
    Ok(object([
        ("ApproximateCreationDateTime", change.approximate_creation_date_time().map(seconds)),
        ("Keys", change.keys().map(item).transpose()?),
        ("NewImage", change.new_image().map(item).transpose()?),
        ("OldImage", change.old_image().map(item).transpose()?),
        ("SequenceNumber", Some(json!(number))),
        ("SizeBytes", change.size_bytes().map(Value::from)),
        ("StreamViewType", change.stream_view_type().map(|view| json!(view.as_str()))),
    ]))
}

fn object<const N: usize>(fields: [(&str, Option<Value>); N]) -> Value {
    let present = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(present.collect())
}

/// Whole seconds as DynamoDB writes them; a fraction is kept if there is one.
fn seconds(time: &DateTime) -> Value {
    match time.subsec_nanos() {
        0 => json!(time.secs()),
        _ => json!(time.as_secs_f64()),
    }
}

/// An engine that writes the members under Lambda's names instead of DynamoDB's leaves them unread
/// here; but the identity can only be this one.
fn identity(identity: &Identity) -> Value {
    let (kind, principal) = TTL_SERVICE;
    json!({
        "type": identity.r#type().unwrap_or(kind),
        "principalId": identity.principal_id().unwrap_or(principal),
    })
}

fn item(item: &HashMap<String, AttributeValue>) -> Result<Value, UnreadableRecord> {
    let attributes = item.iter().map(|(name, value)| Ok((name.clone(), attribute(name, value)?)));
    attributes.collect::<Result<Map<_, _>, _>>().map(Value::Object)
}

fn attribute(name: &str, value: &AttributeValue) -> Result<Value, UnreadableRecord> {
    let binary = |bytes: &[u8]| STANDARD.encode(bytes);
    Ok(match value {
        AttributeValue::S(text) => json!({"S": text}),
        AttributeValue::N(number) => json!({"N": number}),
        AttributeValue::B(bytes) => json!({"B": binary(bytes.as_ref())}),
        AttributeValue::Bool(truth) => json!({"BOOL": truth}),
        AttributeValue::Null(is_null) => json!({ "NULL": is_null }),
        AttributeValue::Ss(texts) => json!({"SS": texts}),
        AttributeValue::Ns(numbers) => json!({"NS": numbers}),
        AttributeValue::Bs(all) => {
            json!({"BS": all.iter().map(|bytes| binary(bytes.as_ref())).collect::<Vec<_>>()})
        }
        AttributeValue::L(list) => {
            let list = list.iter().map(|value| attribute(name, value));
            json!({"L": list.collect::<Result<Vec<_>, _>>()?})
        }
        AttributeValue::M(map) => json!({"M": item(map)?}),
        _ => return Err(UnreadableRecord::UnknownType(name.to_owned())),
    })
}

#[cfg(test)]
mod tests;
