//! The adapter against a bus that speaks EventBridge's protocol over HTTP.

use std::sync::{Arc, Mutex};

use aws_sdk_eventbridge::primitives::DateTime;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use axum::body::Bytes;
use domain::Timestamp;
use event_bus::{
    ArchivedEvent, AwsError, Config, Entry, EntryFailure, EventBus, Fault, Interceptor, Position,
};
use http::HeaderMap;
use lambda_kit::clients::sdk_config;
use serde_json::Value;
use store::outbox::{OutboxRecord, PendingEvent};
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
        Self {
            bus,
            adapter: EventBridge::from_config(&config_to(&url)).await.unwrap(),
            _folder: folder,
        }
    }

    async fn archived(&self) -> Vec<ArchivedEvent> {
        self.bus.archive().read(Position::START, 100).await.unwrap()
    }
}

fn config_to(url: &str) -> lambda_kit::config::Config {
    lambda_kit::config::Config::from_map([
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("AWS_SESSION_TOKEN", "a token"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ENDPOINT_URL_EVENTBRIDGE", url),
    ])
}

/// The first request that a call makes: the headers that say what it is, and its body.
async fn request_of(call: impl AsyncFnOnce(lambda_kit::config::Config)) -> (Vec<String>, Value) {
    let (send, receive) = std::sync::mpsc::channel();
    let keep = move |headers: HeaderMap, body: Bytes| async move {
        send.send((headers, body)).unwrap();
        r#"{"FailedEntryCount":0,"Entries":[{},{},{}]}"#
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, axum::Router::new().fallback(keep)).await });
    call(config_to(&url)).await;
    let (headers, body) = receive.recv().unwrap();
    let named = ["content-type", "x-amz-target", "x-amz-security-token"];
    let headers = named.map(|name| headers[name].to_str().unwrap().to_owned());
    (headers.to_vec(), serde_json::from_slice(&body).unwrap())
}

async fn by_the_sdk(config: &lambda_kit::config::Config, events: &[OutboxRecord]) {
    let entries = events.iter().map(|event| {
        PutEventsRequestEntry::builder()
            .event_bus_name("trip-saga")
            .source("trip-saga")
            .detail_type(&event.event_type)
            .detail(&event.detail)
            .time(DateTime::from_millis(event.occurred_at.as_millis()))
            .set_resources(Some(Vec::new()))
            .set_trace_header(event.trace_header.clone())
            .build()
    });
    let client = aws_sdk_eventbridge::Client::new(&sdk_config(config, "eventbridge").await);
    client.put_events().set_entries(Some(entries.collect())).send().await.unwrap();
}

#[tokio::test]
async fn a_call_is_the_sdks_own() {
    let mut events = [event("trip-1", 1), event("trip-1", 2), event("trip-2", 1)];
    events[0].detail = "{\"name\":\"\\\"é\\u0001\\\\\"}".to_owned();
    events[1].event_type = "a \"type\"\n".to_owned();
    events[1].trace_header = Some("Root=1-5759e988-bd862e3fe1be46a994272793".to_owned());
    events[2].occurred_at = Timestamp::from_millis(OCCURRED + 7);
    let ours = request_of(async |config| {
        let pending = events.clone().map(PendingEvent::from);
        let bus = EventBridge::from_config(&config).await.unwrap();
        bus.publish(&pending.iter().collect::<Vec<_>>()).await.unwrap();
    });
    let theirs = request_of(async |config| by_the_sdk(&config, &events).await);
    assert_eq!(ours.await, theirs.await);
}

#[tokio::test]
async fn calls_go_where_the_sdk_says() {
    let config = |region| lambda_kit::config::Config::from_map([("AWS_REGION", region)]);
    let url = endpoint(&config("ap-northeast-1")).await;
    assert_eq!(url, Ok("https://events.ap-northeast-1.amazonaws.com".to_owned()));
    let url = endpoint(&config("cn-north-1")).await;
    assert_eq!(url, Ok("https://events.cn-north-1.amazonaws.com.cn".to_owned()));
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
    let parent = "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01";
    let mut traced = event("trip-1", 1);
    traced.traceparent = Some(parent.to_owned());
    let beyond = OutboxRecord { trace_header: Some(";Lineage=a:0".to_owned()), ..traced.clone() };
    bed.adapter
        .publish(&[&traced.into(), &beyond.into(), &event("trip-1", 2).into()])
        .await
        .unwrap();
    let expected = [Some(header.to_owned()), Some(format!("{header};Lineage=a:0")), None];
    assert_eq!(*traces.0.lock().unwrap(), expected);
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
