//! The adapter against a bus that speaks EventBridge's protocol over HTTP.

use std::sync::{Arc, Mutex};

use event_bus::{
    ArchivedEvent, AwsError, Config, Entry, EntryFailure, EventBus, Fault, Interceptor, Position,
};
use lambda_kit::clients::sdk_config;
use serde_json::Value;
use store::outbox::PendingEvent;
use tempfile::TempDir;
use testing::FixedClock;

use super::*;
use crate::fakes::{OCCURRED, event};

/// Refuses the entries of some trips within a successful call, as EventBridge does.
struct Moods;

impl Interceptor for Moods {
    fn entry(&self, entry: &Entry) -> Option<EntryFailure> {
        let detail = entry.detail.as_deref().unwrap_or_default();
        let code = ["ThrottlingException", "InternalFailure", "NotAuthorizedForSourceException"];
        let met = code.into_iter().find(|code| detail.contains(code));
        met.map(|code| EntryFailure::new(code, "as told"))
    }
}

/// Keeps the trace header of every entry.
#[derive(Clone, Default)]
struct Traces(Arc<Mutex<Vec<Option<String>>>>);

impl Interceptor for Traces {
    fn entry(&self, entry: &Entry) -> Option<EntryFailure> {
        self.0.lock().unwrap().push(entry.trace_header.clone());
        None
    }
}

/// Fails every call with this status and code before anything happens.
struct Failing(u16, &'static str);

impl Interceptor for Failing {
    fn before(&self, _: &str) -> Option<Fault> {
        Some(Fault::Error(AwsError::new(self.0, self.1, "as told")))
    }
}

struct Bed {
    bus: EventBus,
    adapter: EventBridge,
    _folder: TempDir,
}

impl Bed {
    async fn open(interceptor: impl Interceptor + 'static) -> Self {
        let folder = TempDir::new().unwrap();
        let mut config = Config::new(Arc::new(FixedClock::at_millis(OCCURRED)));
        config.interceptor = Arc::new(interceptor);
        let bus = EventBus::open(&folder.path().join("bus.db"), config).unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = event_bus::router(bus.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { bus, adapter: EventBridge::new(client(&url).await, "trip-saga"), _folder: folder }
    }

    async fn archived(&self) -> Vec<ArchivedEvent> {
        self.bus.archive().read(Position::START, 100).await.unwrap()
    }
}

async fn client(url: &str) -> Client {
    let config = lambda_kit::config::Config::from_map([
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ENDPOINT_URL_EVENTBRIDGE", url),
    ]);
    Client::new(&sdk_config(&config, "eventbridge").await)
}

#[tokio::test]
async fn an_event_arrives_as_it_was_committed() {
    let bed = Bed::open(event_bus::NoFaults).await;
    let sent = event("trip-1", 4);
    let answers = bed.adapter.publish(&[&sent.clone().into()]).await.unwrap();
    assert_eq!(answers, [BusAnswer::Accepted]);
    let archived = bed.archived().await;
    let event: Value = serde_json::to_value(&archived[0].event).unwrap();
    assert_eq!(archived[0].bus, "trip-saga");
    assert_eq!(event["source"], "trip-saga");
    assert_eq!(event["detail-type"], sent.event_type.as_str());
    assert_eq!(event["time"], "2026-03-01T01:00:00Z");
    assert_eq!(event["resources"], serde_json::json!([]));
    assert_eq!(event["detail"], serde_json::from_str::<Value>(&sent.detail).unwrap());
}

#[tokio::test]
async fn each_entry_goes_within_the_trace_of_its_commit() {
    let traces = Traces::default();
    let bed = Bed::open(traces.clone()).await;
    let header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
    let mut traced = event("trip-1", 1);
    traced.trace_header = Some(header.to_owned());
    bed.adapter.publish(&[&traced.into(), &event("trip-1", 2).into()]).await.unwrap();
    assert_eq!(*traces.0.lock().unwrap(), [Some(header.to_owned()), None]);
}

#[tokio::test]
async fn each_entry_is_answered_for_by_itself() {
    let bed = Bed::open(Moods).await;
    let mut events: Vec<_> = (1..=4).map(|sequence| event("trip-1", sequence)).collect();
    let details =
        ["ThrottlingException", "fine", "NotAuthorizedForSourceException", "InternalFailure"];
    for (event, mood) in events.iter_mut().zip(details) {
        event.detail = format!("{{\"mood\":\"{mood}\"}}");
    }
    let events: Vec<_> = events.into_iter().map(PendingEvent::from).collect();
    let answers = bed.adapter.publish(&events.iter().collect::<Vec<_>>()).await.unwrap();
    let again = |code: &str| BusAnswer::TryAgain(format!("{code}: as told"));
    let never = |code: &str| BusAnswer::Refused(format!("{code}: as told"));
    assert_eq!(answers[0], again("ThrottlingException"));
    assert_eq!(answers[1], BusAnswer::Accepted);
    assert_eq!(answers[2], never("NotAuthorizedForSourceException"));
    assert_eq!(answers[3], again("InternalFailure"));
    assert_eq!(bed.archived().await.len(), 1);
}

#[tokio::test]
async fn a_detail_that_is_not_json_is_refused_for_good() {
    let bed = Bed::open(event_bus::NoFaults).await;
    let mut broken = event("trip-1", 1);
    broken.detail = "{".to_owned();
    let answers = bed.adapter.publish(&[&broken.into()]).await.unwrap();
    assert!(
        matches!(&answers[..], [BusAnswer::Refused(reason)] if reason.contains("MalformedDetail"))
    );
}

#[tokio::test]
async fn a_call_that_fails_whole_is_an_error() {
    let bed = Bed::open(Failing(500, "InternalException")).await;
    let failed = bed.adapter.publish(&[&event("trip-1", 1).into()]).await;
    assert!(matches!(failed, Err(PublishFailed::Unanswered(_))), "{failed:?}");
}

#[tokio::test]
async fn a_call_that_is_invalid_is_refused_whole() {
    let bed = Bed::open(Failing(400, "ValidationException")).await;
    let failed = bed.adapter.publish(&[&event("trip-1", 1).into()]).await;
    assert!(matches!(failed, Err(PublishFailed::Refused(_))), "{failed:?}");
}
