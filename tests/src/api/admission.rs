//! Bookings that cannot be served in time are refused before anything of them is written.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use bed::Booking;
use local::account::{BOOKING_MACHINE, execution_arn};
use local::{Concurrency, Faults, Function, InvocationError, InvocationFaults, Options, System};
use reqwest::{Client, Response, StatusCode};
use serde_json::Value;

/// Holds the first step of every saga until it is opened.
#[derive(Clone, Default)]
struct Gate {
    open: Arc<(Mutex<bool>, Condvar)>,
    reached: Arc<AtomicBool>,
}

impl Gate {
    fn open(&self) {
        *self.open.0.lock().unwrap() = true;
        self.open.1.notify_all();
    }
}

impl InvocationFaults for Gate {
    fn before(&self, function: Function, _: &Value) -> Option<InvocationError> {
        if matches!(function, Function::Saga(_)) {
            self.reached.store(true, Ordering::SeqCst);
            tokio::task::block_in_place(|| {
                let open = self.open.0.lock().unwrap();
                drop(self.open.1.wait_while(open, |open| !*open).unwrap());
            });
        }
        None
    }
}

/// One step at a time, and room for one more booking.
async fn system(gate: &Gate) -> System {
    let faults = Faults { invocations: Arc::new(gate.clone()), ..Faults::default() };
    let patience = Duration::from_millis(50);
    let concurrency = Concurrency { steps: 1, waiting: 1, patience };
    System::start(Options { faults, concurrency, ..Options::ephemeral() }).await.unwrap()
}

async fn book(system: &System, trip: &str) -> Response {
    let request = Client::new().post(format!("{}/trips", system.urls().api));
    let request = request.bearer_auth("dev-operator").json(Booking::new(trip).body());
    request.send().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_served_is_refused_and_nothing_of_it_is_written() {
    let gate = Gate::default();
    let system = system(&gate).await;
    assert_eq!(book(&system, "in-progress").await.status(), StatusCode::ACCEPTED);
    while !gate.reached.load(Ordering::SeqCst) {
        tokio::task::yield_now().await;
    }
    assert_eq!(book(&system, "waiting").await.status(), StatusCode::ACCEPTED);

    let refused = book(&system, "refused").await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.headers()["retry-after"], "1");
    let problem: Value = refused.json().await.unwrap();
    assert_eq!(problem["code"], "TooManyRequests");
    let execution = execution_arn(BOOKING_MACHINE, "refused");
    assert!(system.runner().describe(&execution).await.is_err());
    let trip = format!("{}/trips/refused", system.urls().api);
    let found = Client::new().get(&trip).bearer_auth("dev-operator").send().await.unwrap();
    assert_eq!(found.status(), StatusCode::NOT_FOUND, "reads are served all the while");

    gate.open();
    system.idle().await.unwrap();
    assert_eq!(book(&system, "refused").await.status(), StatusCode::ACCEPTED);
    system.idle().await.unwrap();
    for trip in ["in-progress", "waiting", "refused"] {
        let ended = system.runner().describe(&execution_arn(BOOKING_MACHINE, trip)).await.unwrap();
        assert_eq!(ended.summary.status, state_machine::Status::Succeeded, "{trip}");
    }
    system.stop().await;
}

#[tokio::test]
async fn a_system_that_takes_one_step_at_a_time_serves_all_it_accepts() {
    let concurrency = Concurrency { steps: 1, waiting: 3, ..Concurrency::USUAL };
    let system = System::start(Options { concurrency, ..Options::ephemeral() }).await.unwrap();
    let trips: Vec<_> = (0..24).map(|trip| format!("trip-{trip}")).collect();
    let accepted = futures::future::join_all(trips.iter().map(|trip| async {
        while book(&system, trip).await.status() == StatusCode::TOO_MANY_REQUESTS {}
    }));
    accepted.await;
    system.idle().await.unwrap();
    for trip in &trips {
        let ended = system.runner().describe(&execution_arn(BOOKING_MACHINE, trip)).await.unwrap();
        assert_eq!(ended.summary.status, state_machine::Status::Succeeded, "{trip}");
    }
    system.stop().await;
}
