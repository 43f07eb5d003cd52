//! A system on which a small demo was played.

use bed::system_on;
use cli::Output;
use cli::demo::{Facts, Performance, Plan, Report, collect, flights, perform};
use domain::TripId;
use lambda_kit::clients::sdk_config;
use lambda_kit::config::name;
use local::System;
use store::sandbox::Ledger;

/// Enough for most kinds of outcome among few trips.
const FAULTS: f64 = 0.6;

/// The system, what was asked of it, and how it answered.
pub(super) struct Played {
    pub(super) system: System,
    pub(super) client: store::Client,
    plan: Plan,
    performance: Performance,
}

impl Played {
    /// Plays a demo of so many trips on a fresh system.
    pub(super) async fn new(trips: usize, seed: u64) -> Self {
        let plan = Plan::draw(seed, trips, FAULTS, &flights::bundled().unwrap()).unwrap();
        let system = system_on(None).await;
        let performance = perform(&system, &plan, &Output::new(true)).await.unwrap();
        let client = store::client(&sdk_config(system.config(), "DYNAMODB").await);
        Self { system, client, plan, performance }
    }

    /// What is seen of the system now, once its consumers have caught up.
    pub(super) async fn facts(&self) -> Facts {
        self.system.idle().await.unwrap();
        collect(&self.system, self.performance.bookings.clone()).await.unwrap()
    }

    /// What the demo would tell now.
    pub(super) async fn report(&self) -> Report {
        Report::of(&self.plan, &self.performance, &self.facts().await)
    }

    /// The `index`th trip of the plan that had to end like this, such as `FAILED HotelUnavailable`.
    pub(super) fn trip(&self, end: &str, index: usize) -> TripId {
        let trips = self.plan.trips.iter().filter(|trip| trip.expected.to_string() == end);
        trips.map(|trip| trip.id.clone()).nth(index).unwrap_or_else(|| panic!("{end} {index}"))
    }

    /// What the system is told in its configuration, such as the name of a table.
    pub(super) fn setting(&self, setting: &str) -> &str {
        self.system.config().require(setting).unwrap()
    }

    /// The suppliers' books.
    pub(super) fn ledger(&self) -> Ledger {
        Ledger::new(self.client.clone(), self.setting(name::SANDBOX_TABLE))
    }

    /// Stops the system.
    pub(super) async fn stop(self) {
        self.system.stop().await;
    }
}
