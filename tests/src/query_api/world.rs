//! Fresh tables, the function before them, and clients of all kinds.

use std::sync::Arc;

use bed::{CURSOR_KEYS, client, dynamodb_local, unique_name};
use domain::{Change, Clock, Timestamp, Trip, TripState};
use lambda_runtime::{Context, LambdaEvent};
use query_api::{CursorKeys, Deps};
use serde_json::{Value, json};
use store::TripStore;
use store::outbox::Outbox;
use store::schema::{Tables, create_all};
use store::view::{SearchRow, SearchView};

/// Who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum As {
    Nobody,
    Customer(&'static str),
    Operator,
}

impl As {
    fn authorizer(self) -> Value {
        match self {
            Self::Nobody => Value::Null,
            Self::Customer(id) => json!({"claims": {"sub": id}}),
            Self::Operator => {
                json!({"claims": {"sub": "operator", "cognito:groups": "operators"}})
            }
        }
    }
}

/// The day on which every test takes place.
#[derive(Debug)]
struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        "2026-01-15T12:00:00Z".parse().unwrap()
    }
}

pub(super) struct World {
    deps: Deps,
    trips: TripStore,
    pub(super) outbox: Outbox,
    view: SearchView,
}

impl World {
    pub(super) async fn new() -> Self {
        let tables = Tables::prefixed(&unique_name("q"));
        let client = client(dynamodb_local().await, &tables);
        create_all(&client, &tables).await.unwrap();
        Self {
            deps: Deps::new(client.clone(), &tables, keys(), Arc::new(Noon)),
            trips: TripStore::new(client.clone(), &tables.trips),
            outbox: Outbox::new(client.clone(), &tables.trips),
            view: SearchView::new(client, &tables.search),
        }
    }

    /// Commits a trip's first state, with these events.
    pub(super) async fn commit(&self, state: &TripState, facts: Vec<domain::event::Fact>) {
        let events = facts.into_iter().enumerate().map(|(place, fact)| domain::event::Event {
            sequence: place as u64 + 1,
            occurred_at: state.updated_at,
            fact,
        });
        let (trip, events) = (Trip::restore(state.clone()), events.collect());
        self.trips.commit(&Change { before: None, trip, events }).await.unwrap();
    }

    /// Puts the trips' rows into the view, as the projector would.
    pub(super) async fn project(&self, trips: &[TripState]) {
        for trip in trips {
            self.view.put_newer(&SearchRow::from_trip(trip)).await.unwrap();
        }
    }

    /// Asks with query parameters such as `limit=5&status=FAILED`.
    pub(super) async fn get(&self, caller: As, path: &str, query: &str) -> Answer {
        let event = event(caller, path, query);
        let event = LambdaEvent::new(event, Context::default());
        Answer::of(&query_api::handle(&self.deps, event).await.unwrap())
    }

    /// The ids on each page of a search, its cursors followed to the end.
    pub(super) async fn pages(&self, caller: As, query: &str) -> Vec<Vec<String>> {
        let (mut pages, mut page) = (Vec::new(), self.get(caller, "/trips", query).await);
        loop {
            pages.push(page.found().into_iter().map(str::to_owned).collect());
            let Some(cursor) = page.next() else {
                return pages;
            };
            page = self.get(caller, "/trips", &format!("{query}&cursor={cursor}")).await;
        }
    }
}

fn keys() -> CursorKeys {
    CURSOR_KEYS.parse().unwrap()
}

fn event(caller: As, path: &str, query: &str) -> Value {
    let mut parameters = serde_json::Map::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap();
        let values = parameters.entry(name).or_insert_with(|| json!([]));
        values.as_array_mut().unwrap().push(json!(value));
    }
    json!({
        "path": path,
        "httpMethod": "GET",
        "multiValueQueryStringParameters": parameters,
        "requestContext": {
            "httpMethod": "GET",
            "stage": "dev",
            "requestId": "request-1",
            "authorizer": caller.authorizer(),
        },
    })
}

/// What came back.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u64,
    pub(super) body: Value,
}

impl Answer {
    fn of(answer: &Value) -> Self {
        let body = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
        Self { status: answer["statusCode"].as_u64().unwrap(), body }
    }

    /// The ids of the rows that a search found, in order.
    #[track_caller]
    pub(super) fn found(&self) -> Vec<&str> {
        assert_eq!(self.status, 200, "{self:?}");
        let rows = self.body["trips"].as_array().unwrap();
        assert_eq!(self.body["count"], rows.len());
        rows.iter().map(|row| row["trip_id"].as_str().unwrap()).collect()
    }

    /// Where the search goes on.
    pub(super) fn next(&self) -> Option<&str> {
        self.body.get("next_cursor").map(|cursor| cursor.as_str().unwrap())
    }
}
