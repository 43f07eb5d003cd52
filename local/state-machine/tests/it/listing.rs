//! Lists in pages, and the wire form of the runner's answers.

use serde_json::{Value, json};
use state_machine::{Filter, HistoryOrder, Page, Status};

use crate::support::Answer::Error;
use crate::support::{World, product_machines};

fn page(rows: u32, next_token: Option<String>) -> Page {
    Page { max_results: Some(rows), next_token }
}

async fn world_with(trips: usize) -> World {
    let world = World::new(product_machines()).await;
    world.script.say("FlightReserve", [Error("FlightUnavailable")]);
    for trip in 0..trips {
        world.run("trip-booking", &format!("t-{trip}"), &json!({})).await;
    }
    world
}

async fn names(world: &World, status: Option<Status>, rows: u32) -> Vec<Vec<String>> {
    let (mut pages, mut token) = (vec![], None);
    loop {
        let listed = world
            .runner
            .list("trip-booking", Filter { status, ..Filter::default() }, &page(rows, token))
            .await
            .unwrap();
        pages.push(listed.executions.into_iter().map(|execution| execution.name).collect());
        token = listed.next_token;
        if token.is_none() {
            return pages;
        }
    }
}

#[tokio::test]
async fn executions_are_listed_newest_first_in_pages_without_gap_or_repeat() {
    let world = world_with(5).await;
    assert_eq!(names(&world, None, 2).await, [vec!["t-4", "t-3"], vec!["t-2", "t-1"], vec!["t-0"]]);
    assert_eq!(names(&world, None, 5).await, [vec!["t-4", "t-3", "t-2", "t-1", "t-0"]]);
    assert_eq!(names(&world, None, 0).await.len(), 1);
}

#[tokio::test]
async fn a_list_can_be_of_one_status() {
    let world = world_with(3).await;
    assert_eq!(names(&world, Some(Status::Failed), 9).await, [vec!["t-0"]]);
    assert_eq!(names(&world, Some(Status::Succeeded), 1).await, [vec!["t-2"], vec!["t-1"]]);
    assert_eq!(names(&world, Some(Status::Running), 9).await, [Vec::<String>::new()]);
}

#[tokio::test]
async fn a_list_can_be_of_what_was_redriven_or_never_was() {
    let world = World::new(product_machines()).await;
    world.script.say("FlightReserve", [Error("Unhandled"), Error("Unhandled")]);
    world.script.say("FlightCancel", [Error("Unhandled"), Error("Unhandled")]);
    for trip in ["t-0", "t-1", "t-2"] {
        world.run("trip-booking", trip, &json!({})).await;
    }
    let arn = "arn:aws:states:us-east-1:000000000000:execution:trip-booking:t-0";
    world.runner.redrive(arn, None).await.unwrap();
    world.end(arn).await;
    for (status, redriven, expected) in [
        (None, None, vec!["t-2", "t-1", "t-0"]),
        (None, Some(true), vec!["t-0"]),
        (None, Some(false), vec!["t-2", "t-1"]),
        (Some(Status::Failed), Some(false), vec!["t-1"]),
        (Some(Status::Succeeded), Some(true), vec![]),
    ] {
        let filter = Filter { status, redriven };
        let listed = world.runner.list("trip-booking", filter, &Page::default()).await.unwrap();
        let names: Vec<_> = listed.executions.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, expected, "{filter:?}");
    }
}

#[tokio::test]
async fn machines_are_listed_by_name_in_pages() {
    let world = World::new(product_machines()).await;
    let first = world.runner.machines(&page(1, None)).unwrap();
    let second = world.runner.machines(&page(1, first.next_token.clone())).unwrap();
    let names: Vec<_> = [&first, &second].map(|page| page.state_machines[0].name.clone()).into();
    assert_eq!(names, ["trip-booking", "trip-compensation"]);
    assert_eq!(second.next_token, None);
    let unknown = world.runner.machines(&page(1, Some("other".to_owned())));
    assert_eq!(unknown.unwrap_err().code(), "InvalidToken");
}

#[tokio::test]
async fn a_history_is_given_in_pages_in_both_orders() {
    let world = world_with(1).await;
    let arn = "arn:aws:states:us-east-1:000000000000:execution:trip-booking:t-0";
    let all: Vec<i64> = world.events(arn).await.iter().map(|event| event.id).collect();
    for (order, expected) in [
        (HistoryOrder::OldestFirst, all.clone()),
        (HistoryOrder::NewestFirst, all.iter().rev().copied().collect()),
    ] {
        let (mut ids, mut token) = (vec![], None);
        loop {
            let given = world.runner.history(arn, order, &page(3, token)).await.unwrap();
            assert!(given.events.len() <= 3);
            ids.extend(given.events.iter().map(|event| event.id));
            token = given.next_token;
            if token.is_none() {
                break;
            }
        }
        assert_eq!(ids, expected);
    }
}

#[tokio::test]
async fn a_token_that_was_not_given_out_is_refused() {
    let world = world_with(1).await;
    let arn = "arn:aws:states:us-east-1:000000000000:execution:trip-booking:t-0";
    for token in ["", "x", "x/y", "99999999999999999999/y"] {
        let listed = world
            .runner
            .list("trip-booking", Filter::default(), &page(1, Some(token.to_owned())))
            .await;
        assert_eq!(listed.unwrap_err().code(), "InvalidToken", "{token}");
        let history = world
            .runner
            .history(arn, HistoryOrder::OldestFirst, &page(1, Some(token.to_owned())))
            .await;
        assert_eq!(history.unwrap_err().code(), "InvalidToken", "{token}");
    }
}

#[tokio::test]
async fn a_description_has_the_wire_form_of_step_functions() {
    let world = world_with(1).await;
    let arn = "arn:aws:states:us-east-1:000000000000:execution:trip-booking:t-0";
    let described = world.runner.describe(arn).await.unwrap();
    let wire = serde_json::to_value(&described).unwrap();
    let seconds = |time: jiff::Timestamp| json!(time.as_millisecond() as f64 / 1000.0);
    let expected = json!({
        "executionArn": arn,
        "stateMachineArn": "arn:aws:states:us-east-1:000000000000:stateMachine:trip-booking",
        "name": "t-0",
        "status": "FAILED",
        "startDate": seconds(described.summary.start_date),
        "stopDate": seconds(described.summary.stop_date.unwrap()),
        "input": "{}",
        "inputDetails": {"included": true},
        "error": "FlightBookingFailed",
        "cause": "The flight was refused. Nothing was reserved for the trip.",
        "redriveCount": 0,
        "redriveStatus": "NOT_REDRIVABLE",
        "redriveStatusReason": "Execution did not end in a task and cannot be redriven",
    });
    assert_eq!(wire, expected);
}

#[tokio::test]
async fn events_have_the_wire_form_of_step_functions() {
    let world = world_with(1).await;
    let arn = "arn:aws:states:us-east-1:000000000000:execution:trip-booking:t-0";
    let events: Vec<Value> =
        world.events(arn).await.iter().map(|event| serde_json::to_value(event).unwrap()).collect();
    let scheduled = &events[2]["taskScheduledEventDetails"];
    assert_eq!(
        (&events[2]["type"], &events[2]["id"], &events[2]["previousEventId"]),
        (&json!("TaskScheduled"), &json!(3), &json!(2))
    );
    assert_eq!(
        (&scheduled["resourceType"], &scheduled["resource"]),
        (&json!("lambda"), &json!("invoke"))
    );
    assert_eq!(
        (&scheduled["region"], &scheduled["timeoutInSeconds"]),
        (&json!("us-east-1"), &json!(30))
    );
    let parameters: Value =
        serde_json::from_str(scheduled["parameters"].as_str().unwrap()).unwrap();
    assert_eq!(parameters["FunctionName"], "FlightReserve");
    assert_eq!(events[4]["taskFailedEventDetails"]["error"], "FlightUnavailable");
    assert!(events.iter().all(|event| event["timestamp"].is_f64()));
}
