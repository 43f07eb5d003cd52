//! Texts made to break out of a log line, to steer a terminal, or to fill whatever keeps them.

use bed::{Answer, Bed, Booking, Fault, answers, faults, invocation};
use domain::ErrorCode;
use lambda_kit::error::FunctionError;
use saga::Operation::{self, *};
use serde_json::{Value, json};

use crate::faults::commit::support::{READ, WRITE, id, patient, proxy_event, run};
use crate::faults::schedules;
use crate::faults::suppliers::{Says, saying};
use crate::logs::Logs;

/// A megabyte that begins with the end of a line, a line of its own, and what clears a terminal.
fn hostile() -> String {
    let forged = r#"{"level":"ERROR","message":"forged"}"#;
    format!(
        "no\r\n{forged}\n\u{1b}[2J\u{1b}]0;owned\u{7}\0\u{85}\u{2028}\u{9b}31m{}",
        "🏨x".repeat(200_000)
    )
}

/// One line, of a bounded size, that does nothing to whoever shows it.
fn assert_tame(text: &str, longest: usize) {
    assert!(text.chars().count() <= longest, "{} characters", text.chars().count());
    let acts = |character: char| character.is_control() || "\u{2028}\u{2029}".contains(character);
    assert!(!text.contains(acts), "{text:?}");
}

async fn ask(deps: &saga::Deps, operation: Operation, task: &Value) -> FunctionError {
    let event = invocation(task.clone());
    saga::handle(deps, operation, event).await.unwrap_err()
}

/// What the first step of a booking ends with where every supplier says this.
async fn asked_of(bed: &Bed, says: Says) -> FunctionError {
    let task = Booking::new("trip-1").task("alice", "saga-1");
    let deps = patient(bed).await.with_suppliers(saying(says));
    ask(&deps, FlightReserve, &task).await
}

/// A supplier refuses in hostile words. They are told, cut and escaped, to the state machine, in
/// the trip and in its events; the log keeps its lines.
#[tokio::test]
async fn fault_63_a_suppliers_refusal_is_escaped_and_bounded_wherever_it_is_told() {
    let (logs, bed) = (Logs::capture(), Bed::new().await);
    let error = asked_of(&bed, Says::No(hostile())).await;
    assert_eq!(error.code, ErrorCode::FlightUnavailable);
    assert!(error.message.starts_with(r"no\r\n{"), "{}", error.message);
    assert_tame(&error.message, 300);

    let failure = bed.trip(&id("trip-1")).await.unwrap().state().failure.clone().unwrap();
    assert_eq!(failure.detail, error.message);
    let events = bed.committed(&id("trip-1")).await;
    assert_eq!(events.len(), 2);
    assert!(events.iter().all(|event| event["data"]["detail"] == json!(error.message)));
    let lines = logs.lines();
    assert!(lines.iter().any(|line| line["code"] == "FlightUnavailable"), "{lines:?}");
    assert!(lines.iter().all(|line| line["message"] != "forged"), "{lines:?}");
}

/// A supplier fails with a hostile error: its words are for the log alone, in one bounded line.
#[tokio::test]
async fn fault_63_a_suppliers_error_is_one_bounded_line_of_the_log() {
    let (logs, bed) = (Logs::capture(), Bed::new().await);
    let error = asked_of(&bed, Says::Fails(hostile())).await;
    assert_eq!(error.code, ErrorCode::SupplierUnavailable);
    assert_tame(&error.message, 300);
    assert!(!error.message.contains("forged"), "{}", error.message);
    assert_logged(&logs);
}

/// That the hostile words are in the log, and that they are tame there.
fn assert_logged(logs: &Logs) {
    let lines = logs.lines();
    let told = lines.iter().filter(|line| line.to_string().contains("forged")).count();
    assert!(told > 0, "nobody logged the cause: {lines:?}");
    assert!(lines.iter().all(|line| line["message"] != "forged"), "{lines:?}");
}

/// The database fails with a hostile error, under each function: the log keeps its lines, and no
/// caller is told a word of it.
#[tokio::test]
async fn fault_63_a_services_error_is_bounded_in_the_log_and_told_to_no_caller() {
    let calls = [READ, WRITE, "PutItem", "Query", "BatchGetItem", "BatchExecuteStatement"];
    let bed = Bed::new().await;
    let task = Booking::new("trip-1").task("alice", "saga-1");
    run(&bed, FlightReserve, task.clone()).await.unwrap();
    let capture = bed.capture(3).await;
    for call in calls {
        let logs = Logs::capture();
        bed.database
            .inject(faults::always(call, answers::error(400, "Hostile\nException", &hostile())));
        let mut told = Vec::new();
        told.extend(run(&bed, HotelReserve, task.clone()).await.err().map(|error| error.message));
        told.push(bed.dispatch(&capture.events()).await.unwrap().to_string());
        told.push(bed.project(&capture.trips()).await.unwrap().to_string());
        bed.clock.advance(std::time::Duration::from_secs(20 * 60));
        told.push(bed.sweep().await.unwrap().to_string());
        for path in ["/trips/trip-1", "/trips/trip-1/events", "/trips"] {
            told.push(bed.query(proxy_event("GET", path, &json!({}))).await.unwrap().to_string());
        }
        assert!(told.iter().all(|told| told.len() < 2_000 && !told.contains("forged")), "{call}");
        assert_logged(&logs);
        bed.database.heal();
    }
    schedules(63, calls.len());
}

/// The bus refuses an event in hostile words, for now or for good. The log keeps its lines, and a
/// parked event keeps a short reason.
#[tokio::test]
async fn fault_63_a_refusal_of_the_bus_is_bounded_where_it_is_logged_and_kept() {
    let (logs, bed) = (Logs::capture(), Bed::new().await);
    let task = Booking::new("trip-1").task("alice", "saga-1");
    run(&bed, FlightReserve, task).await.unwrap();
    let events = bed.capture(3).await.events();
    for code in ["InternalFailure", "Hostile\n\u{1b}[31m"] {
        let entry = json!({ "ErrorCode": code, "ErrorMessage": hostile() });
        let body = json!({ "FailedEntryCount": 1, "Entries": [entry] });
        bed.events.inject(faults::always("PutEvents", Fault::Answer(Answer { status: 200, body })));
        bed.dispatch(&events).await.unwrap();
        bed.events.heal();
    }
    assert_logged(&logs);
    let scan = bed.client.scan().table_name(&bed.tables.trips).send().await.unwrap();
    let reason = scan.items().iter().find_map(|item| item.get("parked_reason")).unwrap();
    assert_tame(reason.as_s().unwrap(), 500);
}

/// A request with hostile texts where names and values belong: what is answered, kept and logged is
/// tame.
#[tokio::test]
async fn fault_63_a_requests_own_texts_stay_on_their_lines() {
    let (logs, bed) = (Logs::capture(), Bed::new().await);
    let fields = [hostile(), "trip\n_id".to_owned(), "\u{1b}[31mred".to_owned()];
    for (number, field) in fields.iter().enumerate() {
        let trip = format!("trip-{number}");
        let mut task = Booking::new(&trip).task("alice", "saga-1");
        task["input"][field] = json!(hostile());
        task["input"]["currency"] = json!(hostile());
        let error = ask(&patient(&bed).await, FlightReserve, &task).await;
        let (detail, errors) = error.message.split_once('\n').unwrap();
        assert_tame(detail, 300);
        assert_tame(errors, 8 * 1024);
        assert_eq!(serde_json::from_str::<Vec<Value>>(errors).unwrap().len(), 2);
        let failure = bed.trip(&id(&trip)).await.unwrap().state().failure.clone().unwrap();
        assert!(serde_json::to_string(&failure).unwrap().len() < 2_000, "{failure:?}");
    }
    for operation in [FlightReserve, PaymentRefund, HotelCancel, FlightCancel] {
        let task = json!({ "input": { "trip_id": hostile(), "customer_id": hostile() }, "saga_id": hostile() });
        let error = ask(&patient(&bed).await, operation, &task).await;
        assert_eq!(error.code, ErrorCode::InvalidRequest);
        assert!(error.message.len() < 2_000, "{}", error.message.len());
    }
    // API Gateway takes no longer one than some kilobytes.
    let parameter: String = hostile().chars().take(1_000).collect();
    for path in ["/trips/%0A%1b%5B31m", "/%0Aforged", "/trips"] {
        let parameters = json!({ &parameter: [&parameter] });
        let answer = bed.query(proxy_event("GET", path, &parameters)).await;
        assert!(answer.unwrap().to_string().len() < 4_000, "{path}");
    }
    let lines = logs.lines();
    assert!(lines.len() >= fields.len() && !logs.text().contains("forged"), "{lines:?}");
    schedules(63, fields.len() + 7);
}

/// What the state machine caught may be of any size and content: the trip that is compensated for
/// it keeps a short reason on one line.
#[tokio::test]
async fn fault_63_what_a_state_machine_caught_is_kept_short() {
    let (logs, bed) = (Logs::capture(), Bed::new().await);
    let lambda = json!({ "errorType": "SupplierTimeout", "errorMessage": hostile() }).to_string();
    for (number, (error, cause)) in
        [(hostile(), hostile()), ("SupplierTimeout".to_owned(), lambda)].into_iter().enumerate()
    {
        let trip = format!("trip-{number}");
        let mut task = Booking::new(&trip).task("alice", "saga-1");
        task["input"]["error_info"] = json!({ "Error": error, "Cause": cause });
        for step in [PaymentRefund, HotelCancel, FlightCancel] {
            run(&bed, step, task.clone()).await.unwrap();
        }
        let failure = bed.trip(&id(&trip)).await.unwrap().state().failure.clone().unwrap();
        assert_tame(&failure.detail, 300);
        let failed = bed.committed(&id(&trip)).await.pop().unwrap();
        assert_eq!(failed["data"]["detail"], json!(failure.detail));
    }
    logs.lines();
    schedules(63, 2);
}
