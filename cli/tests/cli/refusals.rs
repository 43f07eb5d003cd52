//! Errors go to standard error, with what to do next.

use serde_json::json;
use tokio::net::TcpSocket;

use super::process::{run, trip};
use super::system::{System, booking};

#[test]
fn a_bad_body_names_every_field_and_its_page() {
    let system = System::start();
    let mut body = booking("t-1");
    body["flight_details"]["price_amount"] = json!("1e3");
    body["hotel_details"]["hotel_nam"] = json!("a slip of the pen");
    let refused = system.trip_with("book -", &body);
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(2), ""));
    for told in [
        "\n  flight_details.price_amount  must be a decimal",
        "\n  hotel_details.hotel_nam      is not known here",
        "InvalidRequest (400): see docs/errors/InvalidRequest.md",
    ] {
        assert!(refused.stderr.contains(told), "{told:?} is not in {}", refused.stderr);
    }
}

#[test]
fn a_token_that_nobody_knows_is_refused_with_how_to_sign_in() {
    let system = System::start();
    let refused = system.trip("get t-1 --token stolen");
    assert_eq!(refused.code, Some(1));
    for told in ["Unauthorized (401)", "--token", "TRIP_TOKEN"] {
        assert!(refused.stderr.contains(told), "{refused:?}");
    }
}

#[test]
fn the_trip_of_another_customer_is_as_unknown_as_none() {
    let system = System::start();
    system.confirmed("t-1");
    for line in ["get t-1 --token dev-customer-1", "get t-2", "cancel t-2", "timeline t-2"] {
        let refused = system.trip(line);
        assert_eq!(refused.code, Some(3), "{line}");
        assert!(refused.stderr.contains("TripNotFound (404)"), "{line}: {refused:?}");
    }
}

#[test]
fn without_a_system_every_command_says_how_to_start_it() {
    // A port that is bound, so that nobody else gets it, but on which nobody listens.
    let held = TcpSocket::new_v4().unwrap();
    held.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let url = format!("http://{}", held.local_addr().unwrap());
    for (line, option) in [
        ("get t-1", "--endpoint"),
        ("search --status FAILED", "--endpoint"),
        ("book -", "--endpoint"),
        ("events tail", "--aws-endpoint"),
        ("events forward --to http://127.0.0.1:9", "--aws-endpoint"),
        ("rebuild", "--dynamodb-endpoint"),
        ("verify", "--dynamodb-endpoint"),
    ] {
        let line: Vec<_> = line.split(' ').chain([option, &url]).collect();
        let ended = run(trip(&line), "{}");
        assert_eq!(ended.code, Some(1), "{ended:?}");
        let told = format!("error: cannot connect to {url}: Connection refused");
        assert!(ended.stderr.starts_with(&told), "{ended:?}");
        assert!(ended.stderr.contains("trip up") && ended.stderr.contains(option), "{ended:?}");
    }
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let ended = run(trip(&["book", "no-such-file.json"]), "");
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.starts_with("error: cannot read no-such-file.json: "), "{ended:?}");
}

#[test]
fn what_is_asked_wrongly_exits_with_2() {
    for line in [&["get"] as &[&str], &["fly"], &["events", "tail", "--since", "soon"]] {
        assert_eq!(run(trip(line), "").code, Some(2), "{line:?}");
    }
}

#[test]
fn what_a_system_says_about_the_question_tells_the_exit_code() {
    let system = System::start();
    for (line, code, told) in [
        ("search --from 2026-13-01", 2, "InvalidQuery (400)"),
        ("events tail --no-follow --pattern {}", 2, "pattern"),
        ("events tail --no-follow --rule nobodys", 3, "Rule nobodys does not exist"),
        ("events dead-letters redrive nobodys", 2, "dead-letters list"),
        ("verify --table Nobodys", 3, "there is no table Nobodys"),
        ("rebuild --table Nobodys", 3, "there is no table Nobodys"),
        ("verify --trip t-1 --segments 2", 2, "cannot be used with"),
    ] {
        let ended = system.trip(line);
        assert_eq!(ended.code, Some(code), "{line}: {ended:?}");
        assert!(ended.stderr.contains(told), "{line}: {ended:?}");
    }
}
