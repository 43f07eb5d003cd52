//! Callers, who send a request again until it is answered for good, whatever becomes of the system
//! meanwhile.

use std::time::{Duration, Instant};

use cli::demo::PlannedTrip;
use futures::future::join_all;
use reqwest::{Client, RequestBuilder};
use tokio::sync::watch;

/// How long a caller goes on.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(50);
/// How long one answer is waited for.
const ANSWER: Duration = Duration::from_secs(10);

/// The way to the API, which moves with each start of the system.
pub(super) struct Callers {
    client: Client,
    api: watch::Sender<String>,
}

impl Callers {
    pub(super) fn new() -> Self {
        let client = Client::builder().timeout(ANSWER).no_proxy().build().unwrap();
        Self { client, api: watch::Sender::default() }
    }

    pub(super) fn turn_to(&self, api: &str) {
        self.api.send_replace(api.to_owned());
    }

    /// Books trips, all at once; some are sent twice. Gives how many requests were repeats.
    pub(super) async fn book(&self, trips: &[&PlannedTrip]) -> usize {
        let repeated = || trips.iter().filter(|trip| trip.is_repeated);
        let sent = trips.iter().chain(repeated()).map(|trip| self.book_one(trip));
        join_all(sent).await;
        repeated().count()
    }

    /// A booking is accepted, or its id is taken by its own first sending.
    async fn book_one(&self, trip: &PlannedTrip) {
        let status = self
            .until_answered(trip, |api| self.client.post(format!("{api}/trips")).json(&trip.body));
        let status = status.await;
        assert!([202, 409].contains(&status), "{} was answered {status}", trip.id);
    }

    /// Cancels a trip. Whether it was accepted.
    pub(super) async fn cancel(&self, trip: &PlannedTrip) -> bool {
        let path = format!("trips/{}/cancellation", trip.id);
        let status = self.until_answered(trip, |api| self.client.post(format!("{api}/{path}")));
        let status = status.await;
        assert!([202, 409].contains(&status), "{}'s cancellation was answered {status}", trip.id);
        status == 202
    }

    async fn until_answered(
        &self,
        trip: &PlannedTrip,
        request: impl Fn(&str) -> RequestBuilder,
    ) -> u16 {
        let started = Instant::now();
        loop {
            let api = self.api.borrow().clone();
            let request = request(&api).bearer_auth(format!("dev-customer-{}", trip.customer));
            match request.send().await.map(|answer| answer.status().as_u16()) {
                Ok(status) if status != 429 && status < 500 => return status,
                // Nobody is there, or it went wrong on the other side: the same request is safe to
                // send again.
                _ => tokio::time::sleep(PAUSE).await,
            }
            assert!(started.elapsed() < PATIENCE, "nobody answers about {}", trip.id);
        }
    }
}
