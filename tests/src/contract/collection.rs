//! `docs/api.http`: every request of the collection is answered as its comment says.

use std::collections::BTreeMap;

use bed::eventually;
use reqwest::{Client, Method};
use serde_json::Value;

use super::live::{By, Live};

const COLLECTION: &str = include_str!("../../../docs/api.http");

/// One request of the collection.
#[derive(Debug)]
struct Entry {
    title: String,
    answers: u16,
    method: Method,
    url: String,
    headers: Vec<(String, String)>,
    body: String,
}

/// The requests, their variables filled in, with `host` in place of the collection's own.
fn entries(host: &str) -> Vec<Entry> {
    let (head, rest) = COLLECTION.split_once("\n###").unwrap();
    let lines = head.lines().filter_map(|line| line.strip_prefix('@')?.split_once(" = "));
    let mut variables: BTreeMap<_, _> = lines.collect();
    variables.insert("host", host);
    let fill = |text: &str| {
        let filled = |text: String, (name, value): (&&str, &&str)| {
            text.replace(&format!("{{{{{name}}}}}"), value)
        };
        variables.iter().fold(text.to_owned(), filled)
    };
    rest.split("\n###").map(|entry| parse(&fill(entry))).collect()
}

fn parse(entry: &str) -> Entry {
    let (head, body) = entry.split_once("\n\n").unwrap_or((entry, ""));
    let mut lines = head.lines();
    let title = lines.next().unwrap().trim().to_owned();
    let answers = lines.next().and_then(|line| line.strip_prefix("# answers ")).unwrap();
    let (method, url) = lines.next().unwrap().split_once(' ').unwrap();
    let headers = lines.map(|line| line.split_once(": ").unwrap());
    Entry {
        title,
        answers: answers.parse().unwrap(),
        method: method.parse().unwrap(),
        url: url.to_owned(),
        headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        body: body.trim().to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_request_of_the_collection_is_answered_as_it_says() {
    let live = Live::start().await;
    let client = Client::builder().no_proxy().build().unwrap();
    let entries = entries(live.url());
    assert!(entries.len() >= 12, "{entries:?}");
    for entry in entries {
        let request = client.request(entry.method.clone(), &entry.url).body(entry.body.clone());
        let headers = entry.headers.iter();
        let request = headers.fold(request, |request, (name, value)| request.header(name, value));
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let body = answer.text().await.unwrap();
        assert_eq!(status, entry.answers, "{}: {body}", entry.title);
        if status == 202 {
            let accepted: Value = serde_json::from_str(&body).unwrap();
            live.ended(accepted["trip_id"].as_str().unwrap()).await;
        }
    }
    eventually("the trip is cancelled", async || {
        let trip = live.get("/trips/http-0001", By::Operator).await;
        (trip.body["status"] == "CANCELLED").then_some(())
    })
    .await;
    live.stop().await;
}
