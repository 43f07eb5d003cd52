//! One round: a plan, a system that is restarted while it plays, faults on every side; then peace,
//! and judgement.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use cli::demo::{Facts, Outcome, Plan, PlannedTrip, flights};
use domain::TripId;
use futures::future::join_all;
use local::account::{BOOKING_MACHINE, COMPENSATION_MACHINE};
use local::{Data, Options, Pace, System};
use state_machine::{Filter, Page, RedriveStatus, Status};
use tempfile::TempDir;
use tokio::time::{sleep, timeout};

use super::Tally;
use super::callers::Callers;
use super::chaos::Chaos;
use super::judge;
use super::life::Life;
use crate::Bed;
use crate::settled::judged;

/// The share of trips whose suppliers misbehave.
const TROUBLED: f64 = 0.3;
/// In how many portions the bookings come; the system is restarted between them.
const PORTIONS: usize = 3;
/// The longest time until such a restart, in milliseconds.
const UNTIL_RESTART: u64 = 600;
/// How long faults go on when everything was asked for, unless the sagas end before that.
const STORM: Duration = Duration::from_secs(5);
/// How long a system may take to come to rest once it is left in peace.
const PEACE: Duration = Duration::from_secs(240);

/// Waits are short, since faults are many; the sweeper comes soon for what the stream's consumer
/// could not mark.
const PACE: Pace = Pace {
    retries: 100,
    sweep_grace: Duration::from_secs(2),
    sweep_every: Duration::from_secs(1),
    ..Pace::FAST
};

/// A bed, and the system that lives on it.
struct Stage {
    bed: Bed,
    chaos: Arc<Chaos>,
    callers: Callers,
    directory: TempDir,
    life: Option<Life>,
    tally: Tally,
}

/// Plays one round of so many trips, all of it drawn from the seed.
///
/// # Panics
/// When the system cannot be started or read, or nobody answers callers for long.
pub async fn round(seed: u64, trips: usize) -> Tally {
    let started = Instant::now();
    let plan = Plan::draw(seed, trips, TROUBLED, &flights::bundled().unwrap()).unwrap();
    let mut stage = Stage::open(seed).await;
    stage.book(&plan).await;
    let cancelled = stage.cancel(&plan).await;
    stage.judge(&plan, &cancelled).await;
    stage.close(started.elapsed()).await
}

impl Stage {
    async fn open(seed: u64) -> Self {
        let (bed, chaos) = (Bed::new().await, Chaos::of(seed));
        let dice = Arc::clone(&chaos);
        bed.database.inject(move |call| dice.database(call));
        let (directory, callers) = (TempDir::new().unwrap(), Callers::new());
        let tally = Tally { rounds: 1, ..Tally::default() };
        let mut stage = Self { bed, chaos, callers, directory, life: None, tally };
        stage.start().await;
        stage
    }

    /// Faults strike a system that runs; whether one can start without its database is not the
    /// question.
    async fn start(&mut self) {
        self.chaos.rage(false);
        let data = Data::Dir(self.directory.path().to_path_buf());
        let options =
            Options { data, pace: PACE, faults: self.chaos.faults(), ..self.bed.options() };
        let life = Life::begin(options).await;
        self.callers.turn_to(&life.system.urls().api);
        self.life = Some(life);
        self.chaos.rage(true);
    }

    /// Ends the system wherever it stands, one way or the other, and starts the next on the same
    /// data.
    async fn restart(&mut self) {
        sleep(Duration::from_millis(self.chaos.below(UNTIL_RESTART))).await;
        let Some(life) = self.life.take() else { return };
        if self.chaos.below(2) == 0 {
            life.stop().await;
            self.tally.stops += 1;
        } else {
            life.die().await;
            self.tally.deaths += 1;
        }
        self.start().await;
    }

    async fn book(&mut self, plan: &Plan) {
        let trips: Vec<_> = plan.trips.iter().collect();
        for portion in trips.chunks(trips.len().div_ceil(PORTIONS)) {
            self.tally.repeats += self.callers.book(portion).await;
            self.restart().await;
        }
        self.come_to_rest().await;
    }

    /// Cancels what is to be cancelled, with a restart in the middle of it. The trips whose
    /// cancellation was accepted.
    async fn cancel(&mut self, plan: &Plan) -> BTreeSet<TripId> {
        self.chaos.rage(true);
        let trips: Vec<&PlannedTrip> = plan.trips.iter().filter(|trip| trip.is_cancelled).collect();
        let answers = join_all(trips.iter().map(|trip| self.callers.cancel(trip))).await;
        self.restart().await;
        self.come_to_rest().await;
        let accepted = trips.iter().zip(answers).filter(|(_, accepted)| *accepted);
        accepted.map(|(trip, _)| trip.id.clone()).collect()
    }

    fn system(&self) -> &System {
        &self.life.as_ref().expect("a system lives on the stage").system
    }

    /// The storm goes on for a while. Then peace: what runs comes to its end, and an operator
    /// redrives what failed for good.
    async fn come_to_rest(&mut self) {
        let _ended_or_not = timeout(STORM, self.system().runner().idle()).await;
        self.chaos.rage(false);
        let redrives = timeout(PEACE, redrive_all(self.system())).await;
        self.tally.redrives += redrives.expect("the system never comes to rest");
    }

    async fn judge(&mut self, plan: &Plan, cancelled: &BTreeSet<TripId>) {
        let bookings = |trips: &_| judge::bookings(plan, cancelled, trips);
        let (facts, violations) = judged(&self.bed, self.system(), bookings).await;
        self.tally.violations = violations;
        self.tally.outcomes = outcomes(&facts);
        let published = facts.published.iter().map(|published| published.event.id);
        self.tally.events = published.clone().collect::<BTreeSet<_>>().len();
        self.tally.duplicates = published.count() - self.tally.events;
    }

    async fn close(mut self, took: Duration) -> Tally {
        if let Some(life) = self.life.take() {
            life.stop().await;
        }
        self.bed.remove().await;
        Tally { took, faults: self.chaos.struck(), ..self.tally }
    }
}

fn outcomes(facts: &Facts) -> BTreeMap<String, usize> {
    let mut outcomes = BTreeMap::new();
    for trip in &facts.trips {
        *outcomes.entry(Outcome::of(trip).to_string()).or_default() += 1;
    }
    outcomes
}

/// Redrives executions that failed in a task, until none is left. How many there were.
async fn redrive_all(system: &System) -> usize {
    let mut redrives = 0;
    loop {
        system.runner().idle().await;
        let failed = redrivable(system).await;
        if failed.is_empty() {
            return redrives;
        }
        for arn in &failed {
            system.runner().redrive(arn, None).await.unwrap();
        }
        redrives += failed.len();
    }
}

async fn redrivable(system: &System) -> Vec<String> {
    let (runner, mut found) = (system.runner(), Vec::new());
    for machine in [BOOKING_MACHINE, COMPENSATION_MACHINE] {
        let page = Page { max_results: Some(1_000), ..Page::default() };
        for execution in
            runner.list(machine, Filter::of(Status::Failed), &page).await.unwrap().executions
        {
            let described = runner.describe(&execution.execution_arn).await.unwrap();
            if described.redrive_status == RedriveStatus::Redrivable {
                found.push(execution.execution_arn);
            }
        }
    }
    found
}
