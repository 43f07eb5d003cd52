//! AWS within the process: it answers each call at once, or after a while, and counts.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use ciborium::Value as Cbor;
use lambda_kit::config::{Config, name};
use serde_json::json;

/// How often everybody else has a turn before it is believed that nothing more comes.
const QUIET: usize = 1_000;

/// Where a function believes to be, and as whom.
pub(crate) const SETTINGS: [(&str, &str); 4] = [
    (name::AWS_REGION, "us-east-1"),
    (name::AWS_ACCESS_KEY_ID, "AKIDEXAMPLE"),
    (name::AWS_SECRET_ACCESS_KEY, "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
    (name::AWS_SESSION_TOKEN, "IQoJb3JpZ2luX2VjEXAMPLE"),
];
/// The operation that publishes.
pub const PUT_EVENTS: &str = "AWSEvents.PutEvents";
/// The operation that publishes to an ordered bus.
pub const PUT_IN_ORDER: &str = "AWSEventsV2.PutEvents";
/// The operation that marks what was published.
pub const MARK: &str = "DynamoDB_20120810.BatchExecuteStatement";
/// The operation that writes a row of the view.
pub const PUT_ITEM: &str = "DynamoDB_20120810.PutItem";

const ORDERED_BUS: &str =
    "arn:aws:events:us-east-1:111122223333:event-busv2/trip-saga/abcdefghij0123456789abcde";
/// The end of the address at which an ordered bus takes events.
const IN_ORDER: &str = "/service/AWSEventsV2/operation/PutEvents";

static EVENTS: LazyLock<String> = LazyLock::new(|| {
    let entries = [r#"{"EventId":"11710aed-b79e-4468-a20b-bb3c0c3b4860"}"#; 10].join(",");
    format!(r#"{{"FailedEntryCount":0,"Entries":[{entries}]}}"#)
});
static EVENTS_IN_ORDER: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let entry = json!({ "EventId": "e", "SequenceNumber": "1", "SuccessCode": "PUBLISHED" });
    let answer = json!({ "FailedEntryCount": 0, "Entries": vec![entry; 100] });
    let mut body = Vec::new();
    // A vector takes everything, and JSON is part of CBOR.
    drop(ciborium::into_writer(&answer, &mut body));
    body
});
static STATEMENTS: LazyLock<String> = LazyLock::new(|| {
    let responses = [r#"{"TableName":"TripSagaTable"}"#; 25].join(",");
    format!(r#"{{"Responses":[{responses}]}}"#)
});

/// What the calls carried.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// How many calls of each operation.
    pub calls: BTreeMap<String, usize>,
    /// The events of all calls of `PutEvents`.
    pub events: usize,
    /// How often the bus answered all calls that were in flight, since nothing more came.
    pub rounds: usize,
    /// How often a call to the bus had a trip of another that was in flight.
    pub overlaps: usize,
    /// The trips of each call to the bus that was not answered.
    in_flight: BTreeMap<u64, HashSet<String>>,
    begun: u64,
}

/// The services.
#[derive(Clone, Debug, Default)]
pub struct Canned {
    /// How long the bus takes.
    delay: Duration,
    /// The bus, unless it is the usual one.
    bus: Option<&'static str>,
    seen: Option<Arc<Mutex<Seen>>>,
}

impl Canned {
    /// Counts what it is asked. Otherwise nothing is counted, since that costs something.
    #[must_use]
    pub fn counting() -> Self {
        Self { seen: Some(Arc::default()), ..Self::default() }
    }

    /// The same, with a bus that takes so long for each call.
    #[must_use]
    pub fn with_delay(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    /// The same, with an ordered bus.
    #[must_use]
    pub fn in_order(self) -> Self {
        Self { bus: Some(ORDERED_BUS), ..self }
    }

    /// What it was asked so far.
    #[must_use]
    pub fn seen(&self) -> Seen {
        self.seen.as_deref().map(|seen| lock(seen).clone()).unwrap_or_default()
    }

    /// Settings of a function whose clients call this.
    #[must_use]
    pub fn config(&self) -> Config {
        let settings = SETTINGS.into_iter().chain(self.bus.map(|arn| (name::EVENT_BUS, arn)));
        let connector = self.connector();
        Config::from_map(settings)
            .with_connector("dynamodb", connector.clone())
            .with_connector("eventbridgev2", connector.clone())
            .with_connector("eventbridge", connector)
    }

    /// The same as a connector.
    #[must_use]
    pub fn connector(&self) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Canned {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let operation = match request.uri().ends_with(IN_ORDER) {
            true => PUT_IN_ORDER,
            false => request.headers().get("x-amz-target").unwrap_or_default(),
        };
        let answer = answer(operation);
        let delay = if is_published_by(operation) { self.delay } else { Duration::ZERO };
        let seen = self.seen.clone();
        if seen.is_none() && delay.is_zero() {
            return HttpConnectorFuture::ready(answer);
        }
        let body = request.body().bytes().unwrap_or_default();
        let call = seen.as_deref().and_then(|seen| lock(seen).begin(operation, body));
        HttpConnectorFuture::new(async move {
            match (seen, call) {
                (Some(seen), Some(call)) => answered_together(&seen, call).await,
                _ if delay.is_zero() => {}
                _ => tokio::time::sleep(delay).await,
            }
            answer
        })
    }
}

/// Waits as for a bus that takes equally long for each call, but by no clock, which a busy machine
/// would read late: when nothing more comes, all calls that are in flight are answered.
async fn answered_together(seen: &Mutex<Seen>, call: u64) {
    let (mut begun, mut quiet) = (0, 0);
    while quiet < QUIET {
        tokio::task::yield_now().await;
        let seen = lock(seen);
        if !seen.in_flight.contains_key(&call) {
            return;
        }
        quiet = if seen.begun == begun { quiet + 1 } else { 0 };
        begun = seen.begun;
    }
    lock(seen).end_round();
}

/// Good news for as many entries as a full call has; nobody misses what is too much.
fn answer(operation: &str) -> Result<HttpResponse, ConnectorError> {
    let body: SdkBody = match operation {
        PUT_EVENTS => EVENTS.as_str().into(),
        PUT_IN_ORDER => EVENTS_IN_ORDER.as_slice().into(),
        MARK => STATEMENTS.as_str().into(),
        _ => "{}".into(),
    };
    let mut response = ok(body)?;
    if operation == PUT_IN_ORDER {
        response.headers_mut().insert("smithy-protocol", "rpc-v2-cbor");
    }
    Ok(response)
}

/// An answer with this body.
pub(crate) fn ok(body: impl Into<SdkBody>) -> Result<HttpResponse, ConnectorError> {
    let ok =
        StatusCode::try_from(200).map_err(|error| ConnectorError::other(error.into(), None))?;
    Ok(HttpResponse::new(ok, body.into()))
}

fn is_published_by(operation: &str) -> bool {
    [PUT_EVENTS, PUT_IN_ORDER].contains(&operation)
}

impl Seen {
    /// Returns the number of the call to the bus, if it is one.
    fn begin(&mut self, operation: &str, body: &[u8]) -> Option<u64> {
        *self.calls.entry(operation.to_owned()).or_default() += 1;
        if !is_published_by(operation) {
            return None;
        }
        let trips = if operation == PUT_EVENTS { trips(body) } else { groups(body) };
        self.events += trips.len();
        let trips: HashSet<_> = trips.into_iter().collect();
        let shares = |other: &&HashSet<_>| !other.is_disjoint(&trips);
        self.overlaps += self.in_flight.values().filter(shares).count();
        self.begun += 1;
        self.in_flight.insert(self.begun, trips);
        Some(self.begun)
    }

    fn end_round(&mut self) {
        self.in_flight.clear();
        self.rounds += 1;
    }
}

/// The trip of each entry of a `PutEvents` call.
fn trips(body: &[u8]) -> Vec<String> {
    let call: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let entries = call["Entries"].as_array().cloned().unwrap_or_default();
    let trip = |entry: &serde_json::Value| {
        let envelope = entry["Detail"].as_str().unwrap_or_default();
        let envelope: serde_json::Value = serde_json::from_str(envelope).unwrap_or_default();
        envelope["subject"].to_string()
    };
    entries.iter().map(trip).collect()
}

/// The event group of each entry of a call to an ordered bus.
fn groups(body: &[u8]) -> Vec<String> {
    let call: Cbor = ciborium::from_reader(body).unwrap_or(Cbor::Null);
    let entries = member(&call, "Entries").and_then(Cbor::as_array).cloned().unwrap_or_default();
    let group = |entry: &Cbor| {
        let group = member(member(entry, "SystemMetadata")?, "EventGroupId")?;
        group.as_text().map(str::to_owned)
    };
    entries.iter().map(|entry| group(entry).unwrap_or_default()).collect()
}

fn member<'a>(of: &'a Cbor, name: &str) -> Option<&'a Cbor> {
    let mut members = of.as_map()?.iter();
    members.find(|(key, _)| key.as_text() == Some(name)).map(|(_, value)| value)
}

fn lock(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}
