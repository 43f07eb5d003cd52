//! The application: how every step of the saga runs, for any command and supplier.
//!
//! load → plan → call the supplier → decide → commit
//!
//! - A command that has already taken effect returns its first result: nothing is called or
//!   written.
//! - The **first step** commits the trip as pending before it calls the supplier; a
//!   **compensation** first commits that the trip is closed.
//! - After a **lost race**, the step loads the trip again and decides again on the same answer; it
//!   calls no supplier twice.
//! - A **refusal** is committed before it is returned.
//! - A reservation for a **closed** trip is released before `TripClosed` is returned. If the
//!   release fails, the answer is a retryable error; the retry finds the trip closed before it
//!   calls a supplier, and releases again. So nothing is left behind.
//! - A commit with an **unknown outcome** releases nothing: the retry finds out.

mod backoff;
#[cfg(test)]
mod tests;

use std::ops::ControlFlow::{self, Break, Continue};
use std::sync::Arc;
use std::time::Duration;

use domain::command::{Released, SupplierAnswer};
use domain::{Change, Claim, Clock, Command, Decision, Failure, Outcome, Plan, Timestamp, Trip};
use lambda_kit::error::chain;
use lambda_kit::spans;
use store::CommitError;
use tokio::time::{sleep, timeout};
use tracing::Instrument;
use tracing::field::Empty;

use crate::supplier::{Pending, SupplierError};
use crate::trips::{Trips, not_committed, not_loaded};
use backoff::Pauses;

/// What a step works with.
pub(crate) struct Step<T> {
    pub(crate) trips: T,
    pub(crate) clock: Arc<dyn Clock>,
    /// How long one call of a supplier may take.
    pub(crate) supplier_timeout: Duration,
}

/// Why a command was not carried out.
enum Stop {
    /// Return this failure.
    Answer(Failure),
    /// What the supplier may hold can never become part of the trip: release it, then return this.
    Release(Failure),
}

impl<T: Trips> Step<T> {
    /// Runs a command that reserves or captures.
    ///
    /// # Errors
    /// The refusal, committed; or a failure after which the same command may be retried.
    pub(crate) async fn reserve<'s, C>(
        &self,
        command: &C,
        reserve: impl FnOnce() -> Pending<'s, SupplierAnswer> + Send,
        release: impl FnOnce() -> Pending<'s, Released> + Send,
    ) -> Result<Outcome, Failure>
    where
        C: Command<Answer = SupplierAnswer> + Sync,
    {
        match self.run(command, reserve).await {
            Ok(outcome) => Ok(outcome),
            Err(Stop::Answer(failure)) => Err(failure),
            Err(Stop::Release(failure)) => {
                let Released { held } = self.call(release).await?;
                tracing::info!(trip_id = %command.claim().trip_id, held, "supplier released");
                Err(failure)
            }
        }
    }

    /// Runs a compensation.
    ///
    /// # Errors
    /// Why it must not run, or a failure after which it must be retried.
    pub(crate) async fn undo<'s, C>(
        &self,
        command: &C,
        release: impl FnOnce() -> Pending<'s, Released> + Send,
    ) -> Result<Outcome, Failure>
    where
        C: Command<Answer = Released> + Sync,
    {
        self.run(command, release).await.map_err(Stop::into_failure)
    }

    /// Runs a command that calls no supplier.
    ///
    /// # Errors
    /// The refusal, committed; or a failure after which the same command may be retried.
    pub(crate) async fn record<C>(&self, command: &C) -> Result<Outcome, Failure>
    where
        C: Command<Answer = ()> + Sync,
    {
        let nobody = || -> Pending<'_, ()> { Box::pin(async { Ok(()) }) };
        self.run(command, nobody).await.map_err(Stop::into_failure)
    }

    async fn run<'s, C>(
        &self,
        command: &C,
        call: impl FnOnce() -> Pending<'s, C::Answer> + Send,
    ) -> Result<Outcome, Stop>
    where
        C: Command<Answer: Send + Sync> + Sync,
    {
        match self.plan(command).await? {
            Break(outcome) => Ok(outcome),
            Continue(trip) => {
                let answer = self.call(call).await?;
                self.settle(command, trip, &answer).await
            }
        }
    }

    /// Plans until the supplier may be called, and returns the trip as it is then; opens or closes
    /// the trip on the way. Returns early if the command has already taken effect.
    async fn plan<C>(&self, command: &C) -> Result<ControlFlow<Outcome, Option<Trip>>, Stop>
    where
        C: Command + Sync,
    {
        let mut pauses = backoff::pauses();
        let mut trip = self.load(command.claim()).await?;
        loop {
            match command.plan(trip.as_ref(), self.now())? {
                Plan::Done(outcome) => return Ok(Break(outcome)),
                Plan::Proceed => return Ok(Continue(trip)),
                Plan::Release(refusal) => return Err(Stop::Release(refusal)),
                Plan::First(change) => {
                    trip = if self.commit(&change, &mut pauses).await? {
                        Some(change.trip)
                    } else {
                        self.load(command.claim()).await?
                    };
                }
            }
        }
    }

    /// Decides on the supplier's answer and commits it; after each lost race, with a fresh trip.
    async fn settle<C>(
        &self,
        command: &C,
        mut trip: Option<Trip>,
        answer: &C::Answer,
    ) -> Result<Outcome, Stop>
    where
        C: Command<Answer: Sync> + Sync,
    {
        let mut pauses = backoff::pauses();
        loop {
            let change = match command.decide(trip.as_ref(), answer, self.now()) {
                Ok(Decision::Commit(change)) => change,
                Ok(Decision::Done(outcome)) => return Ok(outcome),
                Ok(Decision::Release(refusal)) => return Err(Stop::Release(refusal)),
                Err(failure) => return Err(failure.into()),
            };
            if self.commit(&change, &mut pauses).await? {
                return Ok(command.outcome(&change.trip)?);
            }
            trip = self.load(command.claim()).await?;
        }
    }

    /// Whether the change was committed; if not, a race was lost, and a pause has passed.
    async fn commit(&self, change: &Change, pauses: &mut Pauses) -> Result<bool, Failure> {
        match (self.trips.commit(change).await, pauses.next()) {
            (Ok(()), _) => Ok(true),
            (Err(CommitError::LostRace), Some(pause)) => {
                sleep(pause).await;
                Ok(false)
            }
            (Err(error), _) => Err(not_committed(&error)),
        }
    }

    async fn load(&self, claim: &Claim) -> Result<Option<Trip>, Failure> {
        self.trips.load(&claim.trip_id).await.map_err(|error| not_loaded(&error))
    }

    /// Calls a supplier, and stops waiting at its timeout.
    async fn call<'s, A>(
        &self,
        call: impl FnOnce() -> Pending<'s, A> + Send,
    ) -> Result<A, Failure> {
        let span = tracing::info_span!(
            target: spans::TARGET, "supplier", otel.kind = "client",
            otel.status_code = Empty, "error.type" = Empty,
        );
        let answer = timeout(self.supplier_timeout, call()).instrument(span.clone()).await;
        answer.unwrap_or(Err(SupplierError::Timeout)).map_err(|error| {
            span.record("otel.status_code", "error").record("error.type", error.code().name());
            tracing::warn!(cause = %chain(&error), "no answer from the supplier");
            error.into()
        })
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

impl Stop {
    fn into_failure(self) -> Failure {
        match self {
            Self::Answer(failure) | Self::Release(failure) => failure,
        }
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Answer(failure)
    }
}
