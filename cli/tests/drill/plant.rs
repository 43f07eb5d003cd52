//! A running system, and the `trip` command on it.

use std::future::Future;
use std::process::Output;
use std::time::Duration;

use domain::TripId;
use lambda_kit::clients::sdk_config;
use local::{Data, Options, Pace, System};
use serde_json::Value;
use store::Tables;
use store::view::SearchView;
use tempfile::TempDir;
use testing::Booking;
use tokio::process::Command;
use tokio::time::{Instant, sleep};

use crate::faults::Broken;

/// The time limit for anything.
const DEADLINE: Duration = Duration::from_secs(60);
/// How long to wait between two looks.
const PAUSE: Duration = Duration::from_millis(50);

/// A system to break.
pub(crate) struct Plant {
    pub(crate) system: System,
    pub(crate) broken: Broken,
    data: TempDir,
}

impl Plant {
    pub(crate) async fn start() -> Self {
        let (broken, data) = (Broken::default(), TempDir::new().unwrap());
        // What is pending is swept within a second, so that nobody waits for a quarter of an hour.
        let pace = Pace {
            sweep_grace: Duration::from_secs(1),
            sweep_every: Duration::from_secs(1),
            ..Pace::FAST
        };
        let options = Options {
            data: Data::Dir(data.path().to_owned()),
            faults: broken.faults(),
            pace,
            ..Options::ephemeral()
        };
        let system = System::start(options).await.unwrap();
        Self { system, broken, data }
    }

    pub(crate) async fn stop(self) {
        self.system.stop().await;
    }

    /// The folder of given-up batches.
    pub(crate) fn on_failure(&self) -> std::path::PathBuf {
        self.data.path().join("on-failure")
    }

    /// The rows of its view.
    pub(crate) async fn view(&self) -> SearchView {
        let client = store::client(&sdk_config(self.system.config(), "dynamodb").await);
        SearchView::new(client, Tables::default().search)
    }

    /// Books a trip, whose suppliers behave as `sandbox` says, and returns its id.
    pub(crate) async fn book(&self, id: &str, sandbox: Value) -> TripId {
        let booking = Booking::new(id).departing("2031-03-01T10:00:00");
        let booking = booking.with("/hotel_details/check_in_date", "2031-03-01");
        let mut body = booking.with("/hotel_details/check_out_date", "2031-03-03").body().clone();
        body["sandbox"] = sandbox;
        let file = self.data.path().join("booking.json");
        std::fs::write(&file, body.to_string()).unwrap();
        self.succeeds(&format!("book {}", file.display())).await;
        TripId::parse(id).unwrap()
    }

    /// Waits until the trip has this status.
    pub(crate) async fn becomes(&self, trip: &TripId, status: &str) {
        eventually(&format!("{trip} is {status}"), async || {
            let shown = self.trip(&format!("get --json -- {trip}")).await;
            let shown: Value = serde_json::from_slice(&shown.stdout).unwrap_or_default();
            (shown["status"] == status).then_some(())
        })
        .await;
    }

    /// Runs a line of a runbook, in which `ID` stands for the trip. It may find something wrong,
    /// which is what it is for, but must understand its arguments.
    pub(crate) async fn run(&self, line: &str, trip: &TripId) {
        let line = line.replace("ID", trip.as_str());
        let ended = self.trip(&line).await;
        println!("  trip {line}\n{}", indented(&ended));
        assert!(matches!(ended.status.code(), Some(0 | 1)), "trip {line}: {ended:?}");
        let error = String::from_utf8_lossy(&ended.stderr);
        assert!(!error.contains("error:"), "trip {line}: {error}");
    }

    /// All that an operator looks at is as it should be.
    pub(crate) async fn is_well(&self, name: &str) {
        for line in ["stuck --older-than 0s", "verify", "status"] {
            eventually(&format!("{name}: trip {line} finds nothing"), async || {
                self.trip(line).await.status.success().then_some(())
            })
            .await;
        }
        let open = self.succeeds("outbox list --json").await;
        let open: Value = serde_json::from_slice(&open.stdout).unwrap();
        assert_eq!(open["events"], Value::Array(Vec::new()), "{name}");
    }

    pub(crate) async fn succeeds(&self, line: &str) -> Output {
        let ended = self.trip(line).await;
        assert!(ended.status.success(), "trip {line}: {ended:?}");
        ended
    }

    pub(crate) async fn trip(&self, line: &str) -> Output {
        let urls = self.system.urls();
        let mut command = Command::new(env!("CARGO_BIN_EXE_trip"));
        command.args(line.split(' ')).env_remove("RUST_LOG").env_remove("TRIP_STAGE");
        command.env("TRIP_ENDPOINT", &urls.api).env("TRIP_AWS_ENDPOINT", &urls.aws);
        command.env("TRIP_DYNAMODB_ENDPOINT", &urls.dynamodb).output().await.unwrap()
    }
}

fn indented(ended: &Output) -> String {
    let text = String::from_utf8_lossy(&ended.stdout);
    text.lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}

/// Looks until there is a value.
pub(crate) async fn eventually<T, F: Future<Output = Option<T>>>(
    what: &str,
    mut look: impl FnMut() -> F,
) -> T {
    let deadline = Instant::now() + DEADLINE;
    loop {
        if let Some(seen) = look().await {
            return seen;
        }
        assert!(Instant::now() < deadline, "not within {DEADLINE:?}: {what}");
        sleep(PAUSE).await;
    }
}
