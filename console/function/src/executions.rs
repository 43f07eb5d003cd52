//! The executions of Step Functions for the console.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use console::{Execution, Executions, Saga};
use domain::{Clock, Timestamp, TripId};
use operator::{Installation, sagas};
use store::{StoreError, Within};
use tokio::sync::Mutex;

/// How long a definition is good for: a deployment may change a machine and leave this function.
const GOOD_FOR: Duration = Duration::from_secs(60);
/// The list of running executions lacks those that have just started.
const LAG: Duration = Duration::from_secs(60);

/// The state machines of an installation.
pub(crate) struct Machines {
    at: Installation,
    clock: Arc<dyn Clock>,
    definitions: Mutex<BTreeMap<Saga, (Timestamp, String)>>,
}

impl Machines {
    pub(crate) fn new(at: Installation, clock: Arc<dyn Clock>) -> Self {
        Self { at, clock, definitions: Mutex::default() }
    }

    fn machine(&self, saga: Saga) -> &str {
        let names = self.at.place().names();
        match saga {
            Saga::Booking => &names.booking,
            Saga::Compensation => &names.compensation,
        }
    }

    async fn told(&self, saga: Saga, found: sagas::Execution) -> anyhow::Result<Execution> {
        let history = self.at.sagas.happenings(&found).await?;
        let machine = self.machine(saga);
        Ok(Execution {
            saga,
            machine: machine.rsplit(':').next().unwrap_or(machine).to_owned(),
            name: found.name,
            arn: found.arn,
            status: found.status,
            started: found.started_at,
            stopped: found.stopped_at,
            error: found.error,
            is_redrivable: found.redrivable,
            history,
        })
    }
}

#[async_trait]
impl Executions for Machines {
    async fn booking(&self, trip: &TripId) -> anyhow::Result<Option<Execution>> {
        match self.at.sagas.booking(trip).await? {
            Some(found) => self.told(Saga::Booking, found).await.map(Some),
            None => Ok(None),
        }
    }

    async fn compensations(&self, trip: &TripId, _commits: u64) -> anyhow::Result<Vec<Execution>> {
        let stored = match self.at.trips.load(trip).await {
            Ok(stored) => stored,
            Err(StoreError::Codec(_)) => None,
            Err(error) => return Err(error.into()),
        };
        let mut told = Vec::new();
        for found in self.at.sagas.compensations(trip, stored.as_ref()).await? {
            told.push(self.told(Saga::Compensation, found).await?);
        }
        told.sort_by_key(|execution| execution.started);
        Ok(told)
    }

    async fn definition(&self, saga: Saga) -> anyhow::Result<String> {
        let mut definitions = self.definitions.lock().await;
        let now = self.clock.now();
        if let Some((read_at, definition)) = definitions.get(&saga)
            && now.since(*read_at) < GOOD_FOR
        {
            return Ok(definition.clone());
        }
        let definition = self.at.sagas.definition(self.machine(saga)).await?;
        definitions.insert(saga, (now, definition.clone()));
        Ok(definition)
    }

    fn running_count(&self) -> Option<u64> {
        None
    }

    async fn at_work(&self) -> anyhow::Result<Within<BTreeSet<String>>> {
        self.at.sagas.at_work().await
    }

    fn lag(&self) -> Duration {
        LAG
    }
}
