//! The executions of the two state machines.

use std::collections::BTreeSet;
use std::time::Duration;

use async_trait::async_trait;
use domain::{Timestamp, TripId};
use operator::history::Happening;
use store::Within;

/// Reads executions.
#[async_trait]
pub trait Executions: Send + Sync {
    /// The execution that booked a trip, if it is still known.
    ///
    /// # Errors
    /// When it cannot be read.
    async fn booking(&self, trip: &TripId) -> anyhow::Result<Option<Execution>>;

    /// The executions that undid a trip, or are at it; the trip has so many commits.
    ///
    /// # Errors
    /// When they cannot be read.
    async fn compensations(&self, trip: &TripId, commits: u64) -> anyhow::Result<Vec<Execution>>;

    /// The definition of a machine as it runs, in Amazon States Language.
    ///
    /// # Errors
    /// When it cannot be read.
    async fn definition(&self, saga: Saga) -> anyhow::Result<String>;

    /// How many executions run, if that is known without reading.
    fn running_count(&self) -> Option<u64>;

    /// The ids of the trips on which an execution works.
    ///
    /// # Errors
    /// When they cannot be read.
    async fn at_work(&self) -> anyhow::Result<Within<BTreeSet<String>>>;

    /// How long a trip may be in flight before its execution is among [`Executions::at_work`].
    fn lag(&self) -> Duration;
}

/// What an execution does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Saga {
    /// It books a trip.
    Booking,
    /// It undoes one.
    Compensation,
}

/// One execution, and what happened in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Execution {
    /// What it does.
    pub saga: Saga,
    /// The name of its machine.
    pub machine: String,
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// Its status, as Step Functions spells it.
    pub status: String,
    /// When it was started.
    pub started: Timestamp,
    /// When it ended; absent while it runs.
    pub stopped: Option<Timestamp>,
    /// The name of the error with which it failed.
    pub error: Option<String>,
    /// Whether it can be continued where it failed.
    pub is_redrivable: bool,
    /// What happened, in order; nothing where that is no longer kept.
    pub history: Vec<Happening>,
}
