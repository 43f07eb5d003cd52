//! True events in which something is changed: they come further into a function than noise does.

use arbitrary::Unstructured;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{functions, mutate};

const OUTBOX_RECORDS: &str = include_str!("../../../events/dispatcher.json");
const TRIP_RECORDS: &str = include_str!("../../../events/projector.json");
const TASK: &str = include_str!("../../../events/flight-reserve.json");
const REQUEST: &str = include_str!("../../../events/query-api-search.json");

/// Batches of a stream, to both consumers.
pub(super) fn records(bytes: &[u8]) {
    for event in [OUTBOX_RECORDS, TRIP_RECORDS] {
        let event = mutated(event, bytes);
        functions::dispatcher(&event);
        functions::projector(&event);
    }
}

/// The payload of a task, to the operation that the first byte chooses.
pub(super) fn task(bytes: &[u8]) {
    let first = bytes.first().copied().unwrap_or_default();
    functions::saga(&[vec![first], mutated(TASK, bytes)].concat());
}

/// An event of API Gateway, to the read side.
pub(super) fn request(bytes: &[u8]) {
    functions::query_api(&mutated(REQUEST, bytes));
}

/// A search that goes on after a cursor of these bytes, as they are and encoded as a true one is:
/// 400.
pub(super) fn cursor(bytes: &[u8]) {
    for cursor in [String::from_utf8_lossy(bytes).into_owned(), URL_SAFE_NO_PAD.encode(bytes)] {
        let mut event: Value = serde_json::from_str(REQUEST).unwrap();
        event["multiValueQueryStringParameters"]["cursor"] = json!([cursor]);
        assert_eq!(functions::answer_query(event)["statusCode"], 400, "{cursor:?}");
    }
}

/// The event after as many changes as there are bytes for.
fn mutated(event: &str, bytes: &[u8]) -> Vec<u8> {
    let mut event: Value = serde_json::from_str(event).unwrap();
    let mut bytes = Unstructured::new(bytes);
    while !bytes.is_empty() && mutate(&mut event, &mut bytes).is_ok() {}
    serde_json::to_vec(&event).unwrap()
}
