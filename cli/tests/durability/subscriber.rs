//! A FIFO subscriber whose target outlives the system: it writes down what it takes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_eventbridgev2::Client;
use aws_sdk_eventbridgev2::types::{InvokeConfiguration, OrderingType, RetryPolicy};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use lambda_kit::clients::sdk_config;
use lambda_kit::config::Config;
use local::account::ordered_bus_arn;
use local::{Standing, Urls};
use serde_json::Value;
use tokio::net::TcpListener;

/// Far longer than it takes to be sent everything.
const DEADLINE: Duration = Duration::from_secs(120);
/// Every so many requests one is refused for now.
const REFUSED: usize = 7;

#[derive(Default)]
struct Taken {
    requests: AtomicUsize,
    events: Mutex<Vec<Value>>,
}

/// A subscriber of the system's ordered bus.
pub(crate) struct Subscriber(Arc<Taken>);

impl Subscriber {
    pub(crate) async fn of(urls: &Urls) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let target = format!("http://{}/", listener.local_addr().unwrap());
        let taken = Arc::<Taken>::default();
        let router = Router::new().fallback(take).with_state(Arc::clone(&taken));
        tokio::spawn(async move { axum::serve(listener, router).await });
        subscribe(urls, &target).await;
        Self(taken)
    }

    /// Waits until it has been sent everything.
    pub(crate) async fn settle(&self, urls: &Urls) {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let url = format!("{}/ordered-bus/subscribers", urls.aws);
        let settled = tokio::time::timeout(DEADLINE, async {
            loop {
                let told = client.get(&url).send().await.unwrap().text().await.unwrap();
                let standings: Vec<Standing> = serde_json::from_str(&told).unwrap();
                if standings.iter().all(|standing| standing.lag == 0) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        });
        settled.await.unwrap();
    }

    /// Checks that it was sent these events, by their ids, and each trip's in order. What was on
    /// its way when the system was killed may have come again.
    pub(crate) fn check(&self, published: BTreeSet<String>) {
        let taken = self.0.events.lock().unwrap();
        let text = |event: &Value, name: &str| event[name].as_str().unwrap().to_owned();
        let (mut ids, mut trips) = (BTreeSet::new(), BTreeMap::<_, Vec<u64>>::new());
        for event in taken.iter() {
            if ids.insert(text(event, "id")) {
                let number = text(event, "sequence").parse().unwrap();
                trips.entry(text(event, "subject")).or_default().push(number);
            }
        }
        println!("{} trips, {} events, {} again", trips.len(), ids.len(), taken.len() - ids.len());
        assert_eq!(ids, published);
        for (trip, numbers) in trips {
            assert!(numbers.iter().copied().eq(1..=numbers.len() as u64), "{trip}: {numbers:?}");
        }
    }
}

async fn take(State(taken): State<Arc<Taken>>, body: String) -> StatusCode {
    if taken.requests.fetch_add(1, Ordering::SeqCst) % REFUSED == REFUSED - 1 {
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    let mut event: Value = serde_json::from_str(&body).unwrap();
    taken.events.lock().unwrap().push(event["detail"].take());
    StatusCode::NO_CONTENT
}

async fn subscribe(urls: &Urls, target: &str) {
    let config = Config::from_map([
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("AWS_ENDPOINT_URL_EVENTBRIDGEV2", &urls.aws),
    ]);
    let client = Client::new(&sdk_config(&config, "eventbridgev2").await);
    let invoke = InvokeConfiguration::builder()
        .target_arn(target)
        .role_arn("arn:aws:iam::000000000000:role/delivery")
        .build()
        .unwrap();
    let subscriber = client.create_subscriber().name("log").event_bus_arn(ordered_bus_arn());
    let subscriber = subscriber.r#type(OrderingType::Fifo).invoke_configuration(invoke);
    let retries = RetryPolicy::builder().max_retry_attempts(185).max_event_age_in_seconds(86_400);
    subscriber.retry_policy(retries.build()).send().await.unwrap();
}
