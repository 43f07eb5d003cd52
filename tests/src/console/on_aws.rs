//! The console's function, event in and answer out: on the tables and the AWS port of a system of
//! this machine, with a user pool and an API that take only its tokens.

mod api;
mod desk;
mod logs;
mod person;

use bed::{Sandbox, eventually};
use lambda_kit::config::name;
use serde_json::json;

use self::desk::{Answer, Desk};
use self::person::Person;
use super::operations::refusing;

const FUNCTION: &str = env!("CARGO_BIN_EXE_function-console");
const EVENTS: &str = "text/event-stream";

#[tokio::test]
async fn nobody_sees_a_page_without_a_session_of_an_operator() {
    let desk = Desk::start().await;
    let page = desk.get(None, "/console/trips").await;
    let to = "/console/sign-in?to=%2Fconsole%2Ftrips";
    assert_eq!((page.status, page.header("location")), (303, to));
    assert_eq!(desk.get_as(None, "/console/live", EVENTS).await.status, 401);
    let sent = desk.send(None, "/console/book", "example=yes", desk::OWN).await;
    assert_eq!(sent.status, 401);
    let customer = desk.person("bob", &[]);
    let refused = desk.get(Some(&customer), "/").await;
    assert_eq!(refused.status, 403);
    assert!(refused.body.contains("operators"), "{}", refused.body);
    let stranger = Person { id_token: format!("{}x", desk.olga.id_token) };
    assert_eq!(desk.get(Some(&stranger), "/").await.status, 303);
    // What says nothing about anybody needs nobody.
    assert_eq!(desk.get(None, "/console/assets/style.css").await.status, 200);
    assert_eq!(desk.api.calls(), 0);
    desk.stop().await;
}

#[tokio::test]
async fn an_operator_books_a_trip_watches_its_saga_and_cancels_it() {
    let desk = Desk::start().await;
    let first = desk.page("/").await;
    for told in ["Nothing is under way", "Signed in as olga@example.com", "/console/sign-out"] {
        assert!(first.contains(told), "{told}: {first}");
    }
    let (status, page) = desk.act("/console/book", "example=yes").await;
    assert_eq!(status, 303, "{page}");
    for end in [">CONFIRMED</span></p>", "trip.confirmed.v1", ">SUCCEEDED<"] {
        desk.shows(&page, end).await;
    }
    let shown = desk.page(&page).await;
    let id = page.rsplit('/').next().unwrap();
    for part in [
        "class=\"way taken\"",
        "ProcessPayment",
        "METADATA",
        "$TRIP_TOKEN",
        &format!("trip timeline --endpoint {} -- {id}", desk.api.url),
        "aws stepfunctions get-execution-history --execution-arn arn:aws:states:",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let found = format!("href=\"{page}\"");
    desk.shows("/console/trips?status=CONFIRMED", &found).await;
    assert_eq!(desk.act(&format!("{page}/cancel"), "").await, (303, page.clone()));
    desk.shows(&page, ">CANCELLED</span></p>").await;
    assert!(desk.page(&page).await.contains("Compensation chain"));
    desk.stop().await;
}

#[tokio::test]
async fn a_form_needs_its_own_origin_and_the_token_of_its_session() {
    let desk = Desk::start().await;
    let good = format!("token={}&example=yes", desk.token(&desk.olga).await);
    let ann = desk.person("ann", &["operators"]);
    let anns = format!("token={}&example=yes", desk.token(&ann).await);
    for (origin, body, status) in [
        ("https://a.example", &*good, 403),
        ("null", &good, 403),
        (desk::OWN, "example=yes", 403),
        (desk::OWN, "token=0&example=yes", 403),
        (desk::OWN, &anns, 403),
        (desk::OWN, &good, 303),
    ] {
        let answer = desk.send(Some(&desk.olga), "/console/book", body, origin).await;
        assert_eq!(answer.status, status, "{origin} {body}");
        if status == 403 {
            assert!(answer.body.contains("Trip Saga"), "it is no page: {}", answer.body);
        }
    }
    desk.stop().await;
}

#[tokio::test]
async fn what_people_have_typed_is_shown_as_text() {
    let desk = Desk::start().await;
    let book = desk.page("/console/book").await;
    let fields = desk::fields(&book).into_iter().map(|(name, value)| match &*name {
        "hotel_details.hotel_name" => (name, "<script>alert(1)</script>".to_owned()),
        _ => (name, value),
    });
    let (status, page) = desk.act("/console/book", &desk::form(fields)).await;
    assert_eq!(status, 303, "{page}");
    desk.shows(&page, "&lt;script&gt;alert(1)").await;
    assert!(!desk.page(&page).await.contains("<script>alert"));
    desk.stop().await;
}

#[tokio::test]
async fn an_update_is_an_answer_of_its_own_and_says_when_to_ask_again() {
    let desk = Desk::start().await;
    let (_, page) = desk.act("/console/book", "example=yes").await;
    for (address, part) in [
        ("/console/live".to_owned(), "id=\"work\""),
        (format!("{page}/live"), "id=\"summary\""),
        ("/console/operations/live".to_owned(), "id=\"view\""),
    ] {
        let update = desk.get_as(Some(&desk.olga), &address, EVENTS).await;
        assert_eq!((update.status, update.header("content-type")), (200, EVENTS), "{address}");
        assert!(update.body.starts_with("retry: 3000\ndata: "), "{}", update.body);
        assert!(update.body.contains(part), "{part}: {}", update.body);
        assert_eq!(update.body.matches("\n\n").count(), 1, "more than one: {}", update.body);
    }
    desk.stop().await;
}

#[tokio::test]
async fn a_parked_event_is_redriven_and_what_takes_long_is_left_to_the_command() {
    let (local, bus) = refusing("hotel.reserved.v1").await;
    let desk = Desk::on(local.system).await;
    let (_, page) = desk.act("/console/book", "example=yes").await;
    let operations = "/console/operations";
    desk.shows(operations, "name=\"event\" value=\"").await;
    let shown = desk.page(operations).await;
    assert!(shown.contains("trip outbox redrive --stage dev --all"), "{shown}");
    assert!(shown.contains("trip rebuild --stage dev --remove-orphans"), "{shown}");
    for button in ["redrive-all", "verify", "rebuild"] {
        assert!(!shown.contains(&format!("<button class=\"quiet\" id=\"{button}\"")), "{shown}");
    }
    let (status, told) = desk.act(&format!("{operations}/view/verify"), "").await;
    assert!(status == 409 && told.contains("<code>trip verify --stage dev</code>"), "{told}");

    bus.mend();
    let (_, event) = desk::fields(&shown).into_iter().find(|(name, _)| name == "event").unwrap();
    let form = desk::form([("event".to_owned(), event)]);
    let acted = desk.act(&format!("{operations}/events/redrive"), &form).await;
    assert_eq!(acted, (303, format!("{operations}#parked")));
    eventually("every event on the bus", async || {
        let page = desk.page(&page).await;
        (!page.contains("not yet") && !page.contains(">parked<")).then_some(())
    })
    .await;
    desk.shows(operations, "Nothing waits for an operator").await;
    desk.stop().await;
}

#[tokio::test]
async fn what_is_not_here_is_said_and_the_api_s_own_pages_are_linked() {
    let desk = Desk::start().await;
    let events = desk.page("/console/events").await;
    assert!(events.contains("This console reads no log of the bus"), "{events}");
    assert!(events.contains("trip.confirmed.v1"), "{events}");
    let live = desk.get_as(Some(&desk.olga), "/console/events/live", EVENTS).await;
    assert_eq!(live.status, 404);
    for path in ["/docs", "/docs/errors/TripNotFound", "/events/schemas/trip.confirmed.v1"] {
        let Answer { status, headers, .. } = desk.get(Some(&desk.olga), path).await;
        let led = (status, &headers["location"]);
        assert_eq!(led, (307, &json!(format!("{}{path}", desk.api.url))));
    }
    desk.stop().await;
}

#[tokio::test]
async fn with_a_log_of_the_bus_there_are_charts_and_a_feed_through_a_pattern() {
    let desk = Desk::with_log().await;
    assert!(desk.page("/").await.contains("Nothing has happened in the last ten minutes"));
    let (_, page) = desk.act("/console/book", "example=yes").await;
    let id = page.rsplit('/').next().unwrap();
    // What is younger than five seconds is not read yet.
    desk.shows("/", "confirmed <b>1</b>").await;
    let overview = desk.page("/").await;
    assert!(overview.contains(&format!("href=\"{page}\"")) && overview.contains("95 % within"));
    let events = desk.page("/console/events").await;
    assert!(events.contains("The latest 4 events."), "{events}");
    let pattern = "pattern=%7B%22detail-type%22%3A%5B%22trip.confirmed.v1%22%5D%7D";
    let matching = desk.page(&format!("/console/events?{pattern}")).await;
    assert!(matching.contains("1 of the latest 4 match.") && matching.contains(id), "{matching}");
    let live = format!("/console/events/live?{pattern}");
    let update = desk.get_as(Some(&desk.olga), &live, EVENTS).await;
    assert!(update.body.contains("1 of the latest 4 match."), "{}", update.body);
    desk.stop().await;
}

#[tokio::test]
async fn the_function_s_process_serves_and_logs_who_acted_whatever_else_it_logs() {
    let desk = Desk::start().await;
    let mut variables = desk.variables.clone();
    variables.insert(name::RUST_LOG.to_owned(), "warn".to_owned());
    let process = Sandbox::new(FUNCTION, "bootstrap", &variables);
    let invoke = async |event| Answer::of(&process.invoke(&event).await.unwrap());
    let page = invoke(desk::get(Some(&desk.olga), "/console/book", desk::BROWSER)).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let body = format!("token={}&consumer=projector", desk::token(&page.body));
    let resume = "/console/operations/consumers/resume";
    let resumed = invoke(desk::post(Some(&desk.olga), resume, &body, desk::OWN)).await;
    assert_eq!(resumed.header("location"), "/console/operations#consumers");
    let audited = async || process.logs().into_iter().find(|line| line.contains("trip::audit"));
    let line = eventually("an audit line", audited).await;
    assert!(
        line.contains("\"operator\":\"7d8f0c1e-olga\"") && line.contains("projector"),
        "{line}"
    );
    assert!(process.logs().iter().all(|line| !line.contains("olga@example.com")));
    desk.stop().await;
}
