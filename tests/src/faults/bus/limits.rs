//! An event that the bus takes in no call, or only alone.

use aws_sdk_dynamodb::types::AttributeValue;
use bed::{Bed, batch, invocation, reported};
use lambda_kit::config::name;
use lambda_kit::stream::raw;
use rstest::rstest;
use serde_json::{Value, json};

use super::support::{
    Way, assert_all_dispatched, booked, ids_of, key_of, parked_reason, published,
};
use super::wire;

/// The event in the middle of the batch.
const MISFIT: usize = 5;

/// The ways in which an event can break a limit, and what its reason says.
#[derive(Clone, Copy, Debug)]
enum Excess {
    /// EventBridge would drop it without a word.
    Type,
    /// It is larger than a call may be.
    Bytes,
    /// EventBridge refuses the whole call for it.
    Trace,
}

impl Excess {
    /// The attribute that makes an event with this envelope break the limit.
    fn attribute(self, mut envelope: Value) -> (&'static str, String) {
        match self {
            Self::Type => envelope["type"] = json!("é".repeat(129)),
            Self::Bytes => envelope["data"]["padding"] = json!("x".repeat(5_000)),
            Self::Trace => return ("trace_header", "x".repeat(501)),
        }
        ("detail", envelope.to_string())
    }

    fn reason(self) -> &'static str {
        match self {
            Self::Type => "129 characters",
            Self::Bytes => "a call may carry 4096",
            Self::Trace => "ValidationException",
        }
    }
}

/// An event breaks a limit, which no commit lets happen. Wherever it is met it is parked with the
/// reason; it holds up no other event, and the bus is never asked to drop it.
#[rstest]
#[tokio::test]
async fn fault_34_an_event_over_a_limit_is_parked_and_never_blocks_the_others(
    #[values(Excess::Type, Excess::Bytes, Excess::Trace)] excess: Excess,
    #[values(Way::Stream, Way::Sweeper)] way: Way,
) {
    let (bed, mut records) = booked(3).await;
    exceed(&bed, &mut records[MISFIT], excess).await;
    let small = bed.dispatcher_with(&[(name::PUT_EVENTS_MAX_BYTES, "4096")]).await;
    way.take_by(&bed, &small, &records).await;

    let mut rest = ids_of(&records);
    let misfit = rest.remove(MISFIT);
    let mut taken = published(&bed).await;
    taken.sort_by_key(|id| rest.iter().position(|known| known == id));
    assert_eq!(taken, rest);
    let reason = parked_reason(&bed, &key_of(&records[MISFIT])).await.unwrap();
    assert!(reason.contains(excess.reason()), "{reason}");
    let counts = bed.outbox().open_counts().await.unwrap();
    assert_eq!((counts.parked_events, counts.pending_events), (1, 0), "{misfit}");
}

/// The bus takes less in one call than the dispatcher was told. A call that is too large is refused
/// whole; its events are sent one by one, and each fits.
#[tokio::test]
async fn fault_34_a_call_that_the_bus_finds_too_large_is_sent_entry_by_entry() {
    let (bed, mut records) = booked(2).await;
    for record in &mut records {
        pad(record, 200_000);
    }
    let deps = bed.dispatcher_with(&[(name::PUT_EVENTS_MAX_BYTES, "8388608")]).await;
    let event = invocation(batch(&records));
    assert_eq!(reported(&dispatcher::handle(&deps, raw(event)).await.unwrap()), [""; 0]);
    let answered: Vec<_> = wire::calls(&bed).iter().map(|call| call.status).collect();
    assert_eq!(answered[0], Some(400));
    assert_eq!(answered[1..], [Some(200); 8]);
    assert_eq!(published(&bed).await, ids_of(&records));
    assert_all_dispatched(&bed).await;
}

/// Makes an event break a limit, in the table and in its stream record alike.
async fn exceed(bed: &Bed, record: &mut Value, excess: Excess) {
    let (attribute, value) = excess.attribute(envelope(record));
    record["dynamodb"]["NewImage"][attribute] = json!({ "S": value });
    let keys = &record["dynamodb"]["Keys"];
    let text = |name: &str| AttributeValue::S(keys[name]["S"].as_str().unwrap().to_owned());
    let update = bed.client.update_item().table_name(&bed.tables.trips);
    let update = update.key("PK", text("PK")).key("SK", text("SK"));
    let update = update.update_expression("SET #attribute = :value");
    let update = update.expression_attribute_names("#attribute", attribute);
    let update = update.expression_attribute_values(":value", AttributeValue::S(value));
    update.send().await.unwrap();
}

/// Makes the event of a stream record larger, by about so many bytes.
pub(super) fn pad(record: &mut Value, bytes: usize) {
    let mut envelope = envelope(record);
    envelope["data"]["padding"] = json!("x".repeat(bytes));
    record["dynamodb"]["NewImage"]["detail"]["S"] = json!(envelope.to_string());
}

/// The envelope of a stream record's event.
pub(super) fn envelope(record: &Value) -> Value {
    let detail = &record["dynamodb"]["NewImage"]["detail"]["S"];
    serde_json::from_str(detail.as_str().unwrap()).unwrap()
}
