//! The executions of the state machines, as they are found by a trip's id.

mod machines;

use aws_sdk_sfn::Client;
use aws_sdk_sfn::operation::describe_execution::{DescribeExecutionError, DescribeExecutionOutput};
use aws_sdk_sfn::operation::start_execution::StartExecutionError;
use aws_sdk_sfn::types::{ExecutionRedriveStatus, ExecutionStatus};
use domain::{Timestamp, Trip, TripId};
use serde::Serialize;
use serde_json::{Value, json};

use super::history::event::timestamp;
use super::history::{Happening, History};
use super::place::Place;
use crate::failure::Refusal;

pub use machines::trip_of;

/// The most names that an operator's compensation has: a further one is needed only after an
/// execution that can no longer be redriven.
const MOST_NAMES: usize = 3;

/// The state machines of an installation.
#[derive(Clone, Debug)]
pub struct Sagas {
    client: Client,
    place: Place,
}

/// One execution of a state machine.
#[derive(Clone, Debug, Serialize)]
pub struct Execution {
    /// Its ARN.
    pub arn: String,
    /// Its name: the trip's id, with an ending if it compensates.
    #[serde(skip)]
    pub name: String,
    /// Step Functions' word: `RUNNING`, `FAILED`, …
    pub status: String,
    /// When it was started.
    pub started_at: Timestamp,
    /// When it ended; absent while it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped_at: Option<Timestamp>,
    /// Whether it can be continued where it failed.
    pub redrivable: bool,
    /// The name of the error with which it failed.
    #[serde(skip)]
    pub error: Option<String>,
    /// Its input.
    #[serde(skip)]
    pub input: Option<String>,
}

impl Execution {
    /// Whether it is under way.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.status == ExecutionStatus::Running.as_str()
    }

    /// Whether it reached its end.
    #[must_use]
    pub fn has_succeeded(&self) -> bool {
        self.status == ExecutionStatus::Succeeded.as_str()
    }

    /// The id that the booking gave to its saga, which owns the trip.
    fn saga_id(&self) -> String {
        format!("{}@{}", self.name, self.started_at)
    }
}

impl Sagas {
    pub(crate) fn at(place: &Place) -> Self {
        Self { client: Client::new(place.services()), place: place.clone() }
    }

    /// Every execution that worked on a trip, as far as its name follows from the trip: the
    /// booking, the customer's cancellation, and operators' compensations. The last one is the one
    /// to look at.
    ///
    /// # Errors
    /// When the service cannot be called.
    pub async fn of(&self, id: &TripId, trip: Option<&Trip>) -> anyhow::Result<Vec<Execution>> {
        let mut found: Vec<_> = self.booking(id).await?.into_iter().collect();
        found.extend(self.compensations(id, trip).await?);
        found.sort_by_key(|execution| (execution.is_running(), execution.started_at));
        Ok(found)
    }

    /// The execution that booked a trip, if it is still known.
    ///
    /// # Errors
    /// When the service cannot be called.
    pub async fn booking(&self, id: &TripId) -> anyhow::Result<Option<Execution>> {
        self.find(&self.place.names().booking, id.as_str()).await
    }

    /// The executions that undid a trip, or are at it: of the customer's cancellation, and
    /// operators' ones.
    ///
    /// # Errors
    /// When the service cannot be called.
    pub async fn compensations(
        &self,
        id: &TripId,
        trip: Option<&Trip>,
    ) -> anyhow::Result<Vec<Execution>> {
        let names = self.place.names();
        let mut found = Vec::new();
        if let Some(version) = trip.map(Trip::confirmed_version) {
            let mut name = format!("{id}.{version}");
            while let Some(execution) = self.find(&names.compensation, &name).await? {
                name = after(&format!("{id}.{version}"), &execution);
                found.push(execution);
            }
        }
        found.extend(self.operators(id).await?);
        Ok(found)
    }

    /// Operators' compensations of a trip, the newest last.
    async fn operators(&self, id: &TripId) -> anyhow::Result<Vec<Execution>> {
        let mut found = Vec::new();
        let mut name = first_name(id);
        while found.len() < MOST_NAMES
            && let Some(execution) = self.find(&self.place.names().compensation, &name).await?
        {
            name = after(&first_name(id), &execution);
            found.push(execution);
        }
        Ok(found)
    }

    async fn find(&self, machine: &str, name: &str) -> anyhow::Result<Option<Execution>> {
        let machine = machine.replacen(":stateMachine:", ":execution:", 1);
        let call = self.client.describe_execution().execution_arn(format!("{machine}:{name}"));
        match call.send().await {
            Ok(described) => Ok(Some(execution(described))),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(DescribeExecutionError::is_execution_does_not_exist) =>
            {
                Ok(None)
            }
            Err(error) => Err(self.place.failed("look at an execution", &error)),
        }
    }

    /// What an execution did, in order.
    ///
    /// # Errors
    /// When the service cannot be called.
    pub async fn history(&self, execution: &Execution) -> anyhow::Result<History> {
        let mut history = History::default();
        self.happenings(execution).await?.into_iter().for_each(|happening| history.add(happening));
        Ok(history)
    }

    /// The same, one by one.
    ///
    /// # Errors
    /// When the service cannot be called.
    pub async fn happenings(&self, execution: &Execution) -> anyhow::Result<Vec<Happening>> {
        let call = self.client.get_execution_history().execution_arn(&execution.arn);
        let call = call.include_execution_data(false);
        let mut pages = call.into_paginator().items().send();
        let mut happenings = Vec::new();
        while let Some(event) = pages.next().await {
            let event = event.map_err(|error| self.place.failed("read a history", &error))?;
            happenings.extend(Happening::of(&event));
        }
        Ok(happenings)
    }

    /// Continues an execution where it failed.
    ///
    /// # Errors
    /// When the service cannot be called, or refuses.
    pub(crate) async fn redrive(&self, execution: &Execution) -> anyhow::Result<()> {
        let call = self.client.redrive_execution().execution_arn(&execution.arn).send().await;
        call.map(drop).map_err(|error| self.place.failed("redrive the execution", &error))
    }

    /// Starts the compensation chain for a trip, and returns the execution's ARN; or redrives the
    /// one that failed.
    ///
    /// # Errors
    /// When the service cannot be called or refuses, or a compensation runs already.
    pub(crate) async fn compensate(&self, id: &TripId, input: &Value) -> anyhow::Result<String> {
        let earlier = self.operators(id).await?;
        let name = match earlier.last() {
            None => first_name(id),
            Some(last) if last.is_running() => {
                return Err(Refusal::new("a compensation of the trip runs already", []).into());
            }
            Some(last) if last.redrivable => {
                self.redrive(last).await?;
                return Ok(last.arn.clone());
            }
            Some(last) => after(&first_name(id), last),
        };
        let call = self.client.start_execution().name(name).input(input.to_string());
        let call = call.state_machine_arn(&self.place.names().compensation);
        match call.send().await {
            Ok(started) => Ok(started.execution_arn),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(StartExecutionError::is_execution_already_exists) =>
            {
                let why = "another compensation of the trip was started at this moment";
                Err(Refusal::new(why, []).into())
            }
            Err(error) => Err(self.place.failed("start the compensation", &error)),
        }
    }
}

/// The input of a compensation of a trip that is there.
pub(crate) fn input_for(trip: &Trip, reason: &str) -> Value {
    let state = trip.state();
    json!({
        "trip_id": state.id,
        "customer_id": state.customer_id,
        "saga_id": state.saga_id,
        "reason": reason,
    })
}

/// The input of a compensation of a trip that was never written: what its booking was asked for.
pub(crate) fn input_of_booking(booking: &Execution) -> Option<Value> {
    let mut input: Value = serde_json::from_str(booking.input.as_deref()?).ok()?;
    let members = input.as_object_mut()?;
    members.insert("saga_id".to_owned(), booking.saga_id().into());
    members.insert("reason".to_owned(), "operator".into());
    Some(input)
}

/// The name of an operator's first compensation of a trip.
fn first_name(id: &TripId) -> String {
    format!("{id}.op")
}

/// The name that follows a lost execution's. At most 80 characters: up to 64 are the trip's id.
fn after(first: &str, lost: &Execution) -> String {
    format!("{first}.{}", lost.stopped_at.map_or(0, Timestamp::as_seconds))
}

fn execution(described: DescribeExecutionOutput) -> Execution {
    Execution {
        name: described.name.unwrap_or_default(),
        arn: described.execution_arn,
        status: described.status.as_str().to_owned(),
        started_at: timestamp(&described.start_date),
        stopped_at: described.stop_date.as_ref().map(timestamp),
        redrivable: described.redrive_status == Some(ExecutionRedriveStatus::Redrivable),
        error: described.error,
        input: described.input,
    }
}
