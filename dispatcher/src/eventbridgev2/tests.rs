//! The adapter against the protocol on the wire, and each answer of the service through the SDK.

use std::sync::{Arc, Mutex};

use aws_sdk_eventbridgev2::Client as SdkClient;
use aws_sdk_eventbridgev2::config::Builder;
use aws_sdk_eventbridgev2::config::retry::RetryConfig;
use aws_sdk_eventbridgev2::types::SuccessCode;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use lambda_kit::config::Config;
use ordered_bus::{OrderedBus as Bus, Served};
use rstest::rstest;
use testing::FixedClock;

use super::*;
use crate::Limits;
use crate::fakes::{OCCURRED, event};

const ARN: &str =
    "arn:aws:events:us-east-1:111122223333:event-busv2/trip-saga/abcdefghij0123456789abcde";

struct Bed {
    bus: Bus,
    adapter: OrderedBus,
    served: Served,
}

impl Bed {
    async fn open() -> Self {
        let bus = Bus::new(ARN, Arc::new(FixedClock::at_millis(OCCURRED)));
        let served = bus.serve().await.unwrap();
        let adapter = OrderedBus::from_config(&config(ARN, served.url())).await.unwrap();
        Self { bus, adapter, served }
    }
}

fn config(bus: &str, url: &str) -> Config {
    Config::from_map([
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ENDPOINT_URL_EVENTBRIDGEV2", url),
        ("EVENT_BUS", bus),
    ])
}

/// Answers nothing good, and keeps what it was asked.
#[derive(Clone, Debug, Default)]
struct Asked(Arc<Mutex<Vec<HttpRequest>>>);

impl HttpConnector for Asked {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        self.0.lock().unwrap().push(request);
        let body = SdkBody::from("<html>");
        HttpConnectorFuture::ready(Ok(HttpResponse::new(502.try_into().unwrap(), body)))
    }
}

/// Its place, the headers that the protocol is told by, and its body.
fn seen(request: &HttpRequest) -> (&str, [Option<&str>; 3], &[u8]) {
    let headers = ["content-type", "smithy-protocol", "accept"];
    let headers = headers.map(|name| request.headers().get(name));
    (request.uri(), headers, request.body().bytes().unwrap())
}

#[rstest]
#[case("us-east-1", "")]
#[case("cn-north-1", "")]
#[case("us-east-1", "http://127.0.0.1:8000")]
#[case("us-east-1", "http://127.0.0.1:8000/below/")]
#[tokio::test]
async fn a_call_is_what_the_sdk_sends_to_the_same_place(#[case] region: &str, #[case] url: &str) {
    let asked = Asked::default();
    let arn = ARN.replace("us-east-1", region);
    let config = Config::from_map([
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("AWS_REGION", region),
        ("AWS_ENDPOINT_URL_EVENTBRIDGEV2", url),
        ("EVENT_BUS", &arn),
    ]);
    let config = config.with_connector(SERVICE, SharedHttpConnector::new(asked.clone()));
    let sdk = sdk_config(&config, SERVICE).await;
    let sdk = Builder::from(&sdk).retry_config(RetryConfig::disabled()).build();
    let event = event("trip-1", 4).into();
    let call = SdkClient::from_conf(sdk).put_events().event_bus_arn(&arn);
    call.entries(entry(&event).unwrap()).send().await.unwrap_err();
    let adapter = OrderedBus::from_config(&config).await.unwrap();
    let answer = adapter.publish(&[&event]).await;
    assert!(matches!(answer, Err(PublishFailed::Unanswered(_))), "{answer:?}");
    let requests = asked.0.lock().unwrap();
    let [by_the_sdk, ours] = &requests[..] else { panic!("{requests:?}") };
    assert_eq!(seen(ours), seen(by_the_sdk));
}

#[tokio::test]
async fn an_event_goes_under_its_trip_and_its_id_and_a_repeat_counts_as_taken() {
    let bed = Bed::open().await;
    let record = event("trip-1", 4);
    let event = record.clone().into();
    for dropped in [0, 1] {
        let answers = bed.adapter.publish(&[&event]).await.unwrap();
        assert_eq!((answers, bed.bus.dropped()), (vec![BusAnswer::Accepted], dropped));
    }
    let [published] = &bed.bus.published()[..] else { panic!("{:?}", bed.bus.published()) };
    assert_eq!(published.group.as_deref(), Some("trip-1"));
    assert_eq!(published.deduplication_id, Some(record.event_id.to_string()));
    assert_eq!(published.detail_type, "trip.confirmed.v1");
    assert_eq!(published.detail.to_string(), record.detail);
}

#[tokio::test]
async fn each_entry_has_its_own_answer() {
    let bed = Bed::open().await;
    bed.bus.refuse(|entry| match entry.system_metadata.as_ref()?.event_group_id.as_deref()? {
        "trip-2" => Some("ThrottlingException"),
        "trip-3" => Some("InvalidInputException"),
        _ => None,
    });
    let events = ["trip-1", "trip-2", "trip-3", "trip-4"].map(|trip| event(trip, 1).into());
    let answers = bed.adapter.publish(&events.iter().collect::<Vec<_>>()).await.unwrap();
    let refused = |code: &str| format!("{code}: refused");
    let expected = [
        BusAnswer::Accepted,
        BusAnswer::TryAgain(refused("ThrottlingException")),
        BusAnswer::Refused(refused("InvalidInputException")),
        BusAnswer::Accepted,
    ];
    assert_eq!(answers, expected);
}

#[tokio::test]
async fn a_hundred_events_are_one_call_and_one_more_is_refused() {
    let bed = Bed::open().await;
    let events: Vec<PendingEvent<'_>> = (1..=101).map(|at| event("trip-1", at).into()).collect();
    let events: Vec<_> = events.iter().collect();
    let limits = Limits::of_an_ordered_bus();
    let answers = bed.adapter.publish(&events[..limits.entries]).await.unwrap();
    assert_eq!(answers, vec![BusAnswer::Accepted; 100]);
    let refused = bed.adapter.publish(&events).await;
    assert!(matches!(refused, Err(PublishFailed::Refused(_))), "{refused:?}");
    assert_eq!(
        bed.bus.verdict().to_string(),
        "1 groups, 100 events, out of order 0, gaps 0, duplicates 0"
    );
}

/// With ids and types of the greatest length, a call that is full by its events' bytes stays below
/// the bus's limit whichever bytes the bus counts.
#[tokio::test]
async fn a_full_call_is_within_the_limit_as_it_goes_over_the_wire() {
    let (limits, trip) = (Limits::of_an_ordered_bus(), "t".repeat(64));
    let mut record = event(&trip, 1);
    record.event_type = "é".repeat(128);
    let whole = limits.bytes / limits.entries;
    record.detail.push_str(&" ".repeat(whole - record.size()));
    let event: PendingEvent<'_> = record.into();
    assert_eq!(event.size(), whole);
    let events = vec![&event; limits.entries];
    let bytes = wire_bytes(&events).await;
    assert!(bytes > 1_000_000 && bytes <= 1024 * 1024, "{bytes}");
}

/// How long the body of a call with these events is.
async fn wire_bytes(events: &[&PendingEvent<'_>]) -> usize {
    let (send, receive) = std::sync::mpsc::channel();
    let measure = move |body: axum::body::Bytes| async move { send.send(body.len()).unwrap() };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = axum::Router::new().fallback(measure);
    let router = router.layer(axum::extract::DefaultBodyLimit::disable());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let arn = ARN.replace("trip-saga", &"n".repeat(256));
    let adapter = OrderedBus::from_config(&config(&arn, &url)).await.unwrap();
    let _unread = adapter.publish(events).await;
    receive.recv().unwrap()
}

#[tokio::test]
async fn another_bus_is_closed() {
    let bed = Bed::open().await;
    let other = config(&ARN.replace("trip-saga", "another"), bed.served.url());
    let adapter = OrderedBus::from_config(&other).await.unwrap();
    let answer = adapter.publish(&[&event("trip-1", 1).into()]).await;
    let Err(PublishFailed::Closed(error)) = answer else { panic!("{answer:?}") };
    assert!(error.to_string().starts_with("ResourceNotFoundException: "), "{error}");
}

#[tokio::test]
async fn a_bus_that_does_not_answer_is_asked_once_and_may_have_the_events() {
    let nobody = config(ARN, "http://127.0.0.1:1");
    let adapter = OrderedBus::from_config(&nobody).await.unwrap();
    let answer = adapter.publish(&[&event("trip-1", 1).into()]).await;
    assert!(matches!(answer, Err(PublishFailed::Unanswered(_))), "{answer:?}");
}

/// What the events of a failed call may expect.
#[derive(Debug, PartialEq)]
enum Then {
    /// They are sent again.
    Again,
    /// They are sent one by one: one of them is at fault.
    OneByOne,
    /// They are left until the bus is open.
    Later,
}

#[rstest]
#[case("ThrottlingException", 429, Then::Again)]
#[case("InternalException", 500, Then::Again)]
#[case("AnUnknownException", 400, Then::Again)]
#[case("InvalidInputException", 400, Then::OneByOne)]
#[case("InvalidStateException", 409, Then::Later)]
#[case("ResourceNotFoundException", 404, Then::Later)]
#[case("AccessDeniedException", 403, Then::Later)]
#[tokio::test]
async fn the_error_of_a_call_says_what_becomes_of_its_events(
    #[case] code: &'static str,
    #[case] status: u16,
    #[case] then: Then,
) {
    let bed = Bed::open().await;
    bed.bus.fail(code, status);
    let answer = bed.adapter.publish(&[&event("trip-1", 1).into()]).await;
    let (found, error) = match answer.unwrap_err() {
        PublishFailed::Unanswered(error) => (Then::Again, error),
        PublishFailed::Refused(error) => (Then::OneByOne, error),
        PublishFailed::Closed(error) => (Then::Later, error),
    };
    assert_eq!((found, error.to_string()), (then, format!("{code}: as told")));
    assert_eq!(bed.bus.calls(), 1, "a call is sent once");
}

#[rstest]
#[case::published(Some("PUBLISHED"), None, BusAnswer::Accepted)]
#[case::a_repeat(Some("DEDUPLICATED"), None, BusAnswer::Accepted)]
#[case::a_newer_success(Some("MERGED"), None, BusAnswer::Accepted)]
#[case::nothing(None, None, BusAnswer::TryAgain("the bus answered neither success nor failure".into()))]
#[case::throttled(None, Some("ThrottlingException"),
    BusAnswer::TryAgain("ThrottlingException: no message".into()))]
#[case::unknown(None, Some("Mystery"), BusAnswer::TryAgain("Mystery: no message".into()))]
#[case::malformed(None, Some("MalformedDetail"),
    BusAnswer::Refused("MalformedDetail: no message".into()))]
fn an_entry_s_codes_say_what_became_of_it(
    #[case] success: Option<&str>,
    #[case] error: Option<&str>,
    #[case] answer: BusAnswer,
) {
    let entry = PutEventsResultEntry::builder()
        .set_success_code(success.map(SuccessCode::from))
        .set_error_code(error.map(str::to_owned))
        .build();
    assert_eq!(BusAnswer::from(entry), answer);
}

#[rstest]
#[case(ARN, true)]
#[case("arn:aws-cn:events:cn-north-1:111122223333:event-busv2/a.b/abcdefghij0123456789abcde", true)]
#[case("arn:aws:events:us-east-1:111122223333:event-busv2/trip-saga", false)]
#[case("arn:aws:events:us-east-1:111122223333:event-busv2/trip-saga/short", false)]
#[case("arn:aws:events:us-east-1::event-busv2/trip-saga/abcdefghij0123456789abcde", false)]
#[case("arn:aws:sqs:us-east-1:111122223333:event-busv2/trip-saga/abcdefghij0123456789abcde", false)]
#[tokio::test]
async fn an_ordered_bus_is_named_by_its_whole_arn(#[case] bus: &str, #[case] is_valid: bool) {
    let config = config(bus, "http://127.0.0.1:1");
    assert!(OrderedBus::is_named_by(&config));
    assert_eq!(OrderedBus::from_config(&config).await.is_ok(), is_valid);
}

#[rstest]
#[case("trip-saga")]
#[case("arn:aws:events:us-east-1:111122223333:event-bus/trip-saga")]
fn a_classic_bus_is_another(#[case] bus: &str) {
    assert!(!OrderedBus::is_named_by(&config(bus, "http://127.0.0.1:1")));
}
