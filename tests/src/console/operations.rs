//! What an operator sees and does in the console. The commands behind the buttons have tests of
//! their own.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bed::{Bed, Booking, book_on, eventually};
use domain::{TripId, TripStatus};
use event_bus::{Entry, EntryFailure, Interceptor};
use local::{Data, Faults, Function, InvocationError, InvocationFaults, Options, Pace, System};
use serde_json::{Value, json};
use state_machine::Stop;
use store::view::SearchRow;

use super::Console;

const PAGE: &str = "/console/operations";
const CALM: &str = "Nothing waits for an operator";

/// A bus that refuses one type for good, until it is mended.
#[derive(Clone, Default)]
pub(super) struct Refusing(Arc<Mutex<Option<&'static str>>>);

impl Refusing {
    pub(super) fn mend(&self) {
        *self.0.lock().unwrap() = None;
    }
}

impl Interceptor for Refusing {
    fn entry(&self, entry: &Entry) -> Option<EntryFailure> {
        let refused =
            self.0.lock().unwrap().filter(|kind| entry.detail_type.as_deref() == Some(*kind));
        refused.map(|_| EntryFailure::new("InvalidArgument", "<script>it is refused</script>"))
    }
}

/// A projector that cannot be invoked, until it is mended.
#[derive(Clone)]
struct Broken(Arc<AtomicBool>);

impl InvocationFaults for Broken {
    fn before(&self, function: Function, _: &Value) -> Option<InvocationError> {
        let is_broken = function == Function::Projector && self.0.load(Ordering::Relaxed);
        let (error_type, message) = ("Runtime.Broken".to_owned(), "it is broken".to_owned());
        is_broken.then_some(InvocationError { error_type, message })
    }
}

pub(super) async fn refusing(kind: &'static str) -> (Console, Refusing) {
    let refusing = Refusing(Arc::new(Mutex::new(Some(kind))));
    let faults = Faults { bus: Arc::new(refusing.clone()), ..Faults::default() };
    let second = Duration::from_secs(1);
    let pace = Pace { sweep_grace: second, sweep_every: second, ..Pace::FAST };
    let options = Options { faults, pace, ..Options::ephemeral() };
    (Console::of(System::start(options).await.unwrap()), refusing)
}

/// The value of the hidden field of this name, once the page has one.
async fn field(console: &Console, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    eventually(name, async || {
        let page = console.text(PAGE).await;
        let (_, rest) = page.split_once(&mark)?;
        Some(rest.split_once('"').unwrap().0.to_owned())
    })
    .await
}

async fn shows(console: &Console, what: &str) {
    eventually(what, async || console.text(PAGE).await.contains(what).then_some(())).await;
}

#[tokio::test]
async fn a_parked_event_is_redriven_or_given_up_by_its_button() {
    let (console, refusing) = refusing("hotel.reserved.v1").await;
    assert!(console.text(PAGE).await.contains(CALM));
    book_on(&console.system, &Booking::new("trip-1")).await;
    let event = field(&console, "event").await;
    let page = console.text(PAGE).await;
    assert!(page.contains("&lt;script&gt;it is refused") && !page.contains("<script>it"), "{page}");
    assert!(page.contains(&format!("trip outbox discard {event}")) && !page.contains(CALM));
    assert!(console.text("/").await.contains("href=\"/console/operations#parked\""));
    let trip = console.text("/console/trips/trip-1").await;
    assert!(trip.contains("href=\"/console/operations#parked\""), "{trip}");

    refusing.mend();
    let named = format!("event={event}");
    let (status, led) = console.act(&format!("{PAGE}/events/redrive"), &named).await;
    assert_eq!((status, &*led), (303, "/console/operations#parked"));
    let trip = async || console.text("/console/trips/trip-1").await;
    eventually("every event on the bus", async || {
        let page = trip().await;
        (!page.contains("not yet") && !page.contains(">parked<")).then_some(())
    })
    .await;
    let (status, told) = console.act(&format!("{PAGE}/events/discard"), &named).await;
    assert_eq!(status, 409);
    assert!(told.contains("no longer parked"), "{told}");
    let (status, _) = console.act(&format!("{PAGE}/events/discard"), "event=trip-1").await;
    assert_eq!(status, 400);

    *refusing.0.lock().unwrap() = Some("trip.confirmed.v1");
    for trip in ["trip-2", "trip-3"] {
        book_on(&console.system, &Booking::new(trip)).await;
    }
    shows(&console, "2 events").await;
    let event = field(&console, "event").await;
    let named = format!("event={event}");
    assert_eq!(console.act(&format!("{PAGE}/events/discard"), &named).await.0, 303);
    refusing.mend();
    let (status, led) = console.act(&format!("{PAGE}/events/redrive-all"), "").await;
    assert_eq!((status, &*led), (303, "/console/operations#job"));
    shows(&console, "1 event redriven").await;
    shows(&console, CALM).await;
    console.system.stop().await;
}

#[tokio::test]
async fn no_action_is_done_without_the_token() {
    let console = Console::start().await;
    let own = console.system.urls().api.clone();
    let here = |path: &str| format!("{PAGE}/{path}");
    let paths = [
        here("events/redrive"),
        here("events/redrive-all"),
        here("events/discard"),
        here("batches/redrive"),
        here("consumers/resume"),
        here("view/verify"),
        here("view/rebuild"),
        "/console/trips/trip-1/redrive".to_owned(),
        "/console/trips/trip-1/compensate".to_owned(),
        "/console/trips/trip-1/cancel".to_owned(),
    ];
    for path in paths {
        let answer = console.form(&path, &own, "token=0&event=t/1").send().await.unwrap();
        assert_eq!(answer.status(), 403, "{path}");
        // A link or an image cannot do it either.
        assert_eq!(console.get(&path).await.status(), 405, "{path}");
    }
    console.system.stop().await;
}

#[tokio::test]
async fn a_trip_that_nobody_works_on_is_undone_by_its_button() {
    let console = Console::start().await;
    let mut body = Booking::new("trip-1").body().clone();
    body["sandbox"] = json!({"hotel": "timeout:1"});
    let request = console.client.post(console.url("/trips")).bearer_auth("dev-operator");
    let booked: Value = request.json(&body).send().await.unwrap().json().await.unwrap();
    let page = "/console/trips/trip-1";
    let is_pending = async || console.text(page).await.contains("waits for").then_some(());
    eventually("its hotel", is_pending).await;
    let (status, told) = console.act(&format!("{page}/compensate"), "").await;
    assert_eq!(status, 409);
    assert!(told.contains("an execution of trip-1 is running"), "{told}");
    let execution = booked["execution_arn"].as_str().unwrap();
    console.system.runner().stop(execution, Stop::default()).await.unwrap();

    shows(&console, "id=\"compensate-trip-1\"").await;
    assert!(console.text(PAGE).await.contains("trip redrive trip-1"));
    assert!(console.text(page).await.contains("id=\"compensate-trip-1\""));
    let (status, led) = console.act(&format!("{page}/compensate"), "").await;
    assert_eq!((status, &*led), (303, page));
    let end = ">FAILED</span></p>";
    eventually(end, async || console.text(page).await.contains(end).then_some(())).await;
    shows(&console, CALM).await;
    let (status, _) = console.act("/console/trips/nobody/redrive", "").await;
    assert_eq!(status, 404);
    console.system.stop().await;
}

#[tokio::test]
async fn the_view_is_compared_and_rebuilt_in_the_background() {
    let (bed, system) = Bed::with_system().await;
    let console = Console::of(system);
    book_on(&console.system, &Booking::new("trip-1")).await;
    let trip = TripId::parse("trip-1").unwrap();
    let row: SearchRow = eventually("its row", async || {
        let row = bed.view().look(&trip).await.unwrap().map(|held| held.row.unwrap());
        row.filter(|row| row.status == TripStatus::Confirmed)
    })
    .await;
    bed.view().put_newer(&SearchRow { version: 99, ..row }).await.unwrap();

    let (status, led) = console.act(&format!("{PAGE}/view/verify"), "").await;
    assert_eq!((status, &*led), (303, "/console/operations#job"));
    // It takes five seconds to tell drift from lag.
    let (status, told) = console.act(&format!("{PAGE}/view/rebuild"), "").await;
    assert_eq!(status, 409);
    assert!(told.contains("Comparing the view"), "{told}");
    shows(&console, "the row shows version 99").await;
    shows(&console, "1 finding").await;
    assert!(!console.text(PAGE).await.contains(CALM));
    assert_eq!(console.act(&format!("{PAGE}/view/rebuild"), "").await.0, 303);
    shows(&console, "1 trip read, 0 rows written, 0 removed, 1 left wrong").await;
    assert_eq!(console.act(&format!("{PAGE}/view/rebuild"), "force=yes").await.0, 303);
    shows(&console, "1 trip read, 1 row written, 0 removed, 0 left wrong").await;
    assert_eq!(console.act(&format!("{PAGE}/view/verify"), "").await.0, 303);
    shows(&console, CALM).await;
    console.system.stop().await;
    bed.remove().await;
}

#[tokio::test]
async fn a_batch_that_was_given_up_is_shown_and_a_paused_consumer_resumed() {
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().join("on-failure/aws/lambda/projector/shard/2026/01/15");
    std::fs::create_dir_all(&folder).unwrap();
    let batch = json!({
        "requestContext": {
            "functionArn": "arn:aws:lambda:us-east-1:000000000000:function:projector",
            "condition": "RecordAgeExceeded", "approximateInvokeCount": 3,
        },
        "timestamp": "2026-01-15T12:00:05.000Z",
        "DDBStreamBatchInfo": {"batchSize": 7},
        "payload": "{\"Records\": []}",
    });
    std::fs::write(folder.join("2026-01-15T12.00.05-1.json"), batch.to_string()).unwrap();
    let broken = Broken(Arc::new(AtomicBool::new(true)));
    let faults = Faults { invocations: Arc::new(broken.clone()), ..Faults::default() };
    let options =
        Options { data: Data::Dir(data.path().to_owned()), faults, ..Options::ephemeral() };
    let console = Console::of(System::start(options).await.unwrap());
    shows(&console, "RecordAgeExceeded").await;
    let name = field(&console, "batch").await;
    let named = format!("batch={name}");
    assert_eq!(console.act(&format!("{PAGE}/batches/redrive"), &named).await.0, 500);
    broken.0.store(false, Ordering::Relaxed);
    assert_eq!(console.act(&format!("{PAGE}/batches/redrive"), &named).await.0, 303);
    shows(&console, CALM).await;
    assert_eq!(console.act(&format!("{PAGE}/batches/redrive"), &named).await.0, 404);

    let mapping = mapping_of_the_projector(&console).await;
    let paused = console.client.put(mapping).json(&json!({"Enabled": false}));
    assert!(paused.send().await.unwrap().status().is_success());
    shows(&console, "trip resume projector").await;
    assert_eq!(console.act(&format!("{PAGE}/consumers/resume"), "consumer=projector").await.0, 303);
    shows(&console, CALM).await;
    assert_eq!(console.act(&format!("{PAGE}/consumers/resume"), "consumer=nobody").await.0, 404);
    console.system.stop().await;
}

/// Where Lambda changes the projector's mapping.
async fn mapping_of_the_projector(console: &Console) -> String {
    let mappings = format!("{}/2015-03-31/event-source-mappings/", console.system.urls().aws);
    let listed = console.client.get(&mappings).query(&[("FunctionName", "projector")]);
    let listed: Value = listed.send().await.unwrap().json().await.unwrap();
    format!("{mappings}{}", listed["EventSourceMappings"][0]["UUID"].as_str().unwrap())
}
