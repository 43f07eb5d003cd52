//! The functions: whatever they are sent, they answer, and their answers keep the services' rules.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use ::saga::supplier::Suppliers;
use ::saga::{Operation, SandboxSuppliers};
use async_trait::async_trait;
use dispatcher::{BusAnswer, PublishFailed, Publisher, Settings, Table};
use lambda_kit::stream::raw;
use serde_json::Value;
use store::outbox::{Marks, Outbox, PendingEvent};
use store::sandbox::Ledger;
use store::view::SearchView;
use store::{Tables, TripStore};
use tokio::runtime::Runtime;

use super::database;
use crate::functions::{invocation, reported};
use crate::{CURSOR_KEYS, ManualClock};

/// So short that a supplier which never answers costs no time.
const SUPPLIER_TIMEOUT: Duration = Duration::from_millis(1);

struct Functions {
    runtime: Runtime,
    dispatcher: dispatcher::Deps,
    projector: projector::Deps,
    query_api: query_api::Deps,
    saga: ::saga::Deps,
}

/// A bus that takes everything.
struct Taking;

#[async_trait]
impl Publisher for Taking {
    async fn publish(&self, events: &[&PendingEvent<'_>]) -> Result<Vec<BusAnswer>, PublishFailed> {
        Ok(events.iter().map(|_| BusAnswer::Accepted).collect())
    }
}

static FUNCTIONS: LazyLock<Functions> = LazyLock::new(|| {
    let (client, tables) = (database::client(), Tables::default());
    let clock = Arc::<ManualClock>::default();
    let events = Outbox::new(client.clone(), &tables.trips);
    let marks = Marks::new(client.clone(), &tables.trips);
    let view = Arc::new(SearchView::new(client.clone(), &tables.search));
    let trips = TripStore::new(client.clone(), &tables.trips);
    let sandbox =
        SandboxSuppliers::new(Ledger::new(client.clone(), &tables.sandbox), SUPPLIER_TIMEOUT);
    Functions {
        runtime: Runtime::new().unwrap(),
        dispatcher: dispatcher::Deps::new(
            Arc::new(Table { events, marks }),
            Arc::new(Taking),
            clock.clone(),
            Settings::default(),
        ),
        projector: projector::Deps::new(view, clock.clone()),
        query_api: query_api::Deps::new(
            client,
            &tables,
            CURSOR_KEYS.parse().unwrap(),
            clock.clone(),
        ),
        saga: ::saga::Deps::new(trips, clock, SUPPLIER_TIMEOUT)
            .with_suppliers(Suppliers::sandbox(sandbox)),
    }
});

/// A batch is answered with records of its own, or refused whole.
pub(super) fn dispatcher(bytes: &[u8]) {
    let (functions, event) = (&*FUNCTIONS, json(bytes));
    let answer = dispatcher::handle(&functions.dispatcher, raw(invocation(event.clone())));
    check_batch(&event, functions.runtime.block_on(answer).ok().as_ref());
}

/// Likewise.
pub(super) fn projector(bytes: &[u8]) {
    let (functions, event) = (&*FUNCTIONS, json(bytes));
    let answer = projector::handle(&functions.projector, raw(invocation(event.clone())));
    check_batch(&event, functions.runtime.block_on(answer).ok().as_ref());
}

/// An event of API Gateway is answered with a status and a body in JSON, or with a page.
pub(super) fn query_api(bytes: &[u8]) {
    let answer = answer_query(json(bytes));
    if answer.is_null() {
        return;
    }
    let status = answer["statusCode"].as_u64().unwrap();
    assert!((200..600).contains(&status), "{answer}");
    let kind = answer["multiValueHeaders"]["content-type"][0].as_str().unwrap_or_default();
    let is_json = serde_json::from_str::<Value>(answer["body"].as_str().unwrap()).is_ok();
    let is_page = status == 200 && !kind.contains("json");
    assert!(is_json || is_page, "{answer}");
}

/// What the read side answers to an event; null to what is none.
pub(super) fn answer_query(event: Value) -> Value {
    let functions = &*FUNCTIONS;
    let answer = query_api::handle(&functions.query_api, invocation(event));
    functions.runtime.block_on(answer).unwrap_or_default()
}

/// A task is answered, or refused under a code of ours. The first byte chooses the operation.
pub(super) fn saga(bytes: &[u8]) {
    let (Some((first, rest)), functions) = (bytes.split_first(), &*FUNCTIONS) else { return };
    let operation = Operation::ALL[usize::from(*first) % Operation::ALL.len()];
    let answer = ::saga::handle(&functions.saga, operation, invocation(json(rest)));
    if let Err(error) = functions.runtime.block_on(answer) {
        assert!(!error.message.is_empty());
    }
}

/// What Lambda would hand over. It refuses what is not JSON itself; a text stands for that.
fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes)
        .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(bytes).into_owned()))
}

fn check_batch(event: &Value, answer: Option<&Value>) {
    let Some(answer) = answer else { return };
    for number in reported(answer) {
        let mut sent = event["Records"].as_array().into_iter().flatten();
        let is_it = |record: &Value| record["dynamodb"]["SequenceNumber"] == number;
        assert!(!number.is_empty() && sent.any(is_it), "{number:?} was not sent");
    }
}
