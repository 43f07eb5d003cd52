//! The state machines themselves: how they are defined, and what runs on them.

use std::collections::BTreeSet;

use aws_sdk_sfn::types::ExecutionStatus;
use store::Within;

use super::Sagas;

/// Executions in one answer: the most that the service gives.
const PAGE: i32 = 1_000;
/// Answers that are read for one machine.
const PAGES: usize = 5;

impl Sagas {
    /// The definition of the machine with this ARN, in Amazon States Language.
    ///
    /// # Errors
    /// When the service cannot be called.
    pub async fn definition(&self, machine: &str) -> anyhow::Result<String> {
        let call = self.client.describe_state_machine().state_machine_arn(machine).send().await;
        let described = call.map_err(|error| self.place.failed("read a state machine", &error))?;
        Ok(described.definition)
    }

    /// The ids of the trips on which an execution works. The service lists an execution a moment
    /// after it has started.
    ///
    /// # Errors
    /// When the service cannot be called.
    pub async fn at_work(&self) -> anyhow::Result<Within<BTreeSet<String>>> {
        let mut all = Within { found: BTreeSet::new(), is_whole: true };
        let names = self.place.names();
        for machine in [&names.booking, &names.compensation] {
            all.is_whole &= self.add_running(machine, &mut all.found).await?;
        }
        Ok(all)
    }

    /// Adds the trips of a machine's running executions; whether they are all.
    async fn add_running(
        &self,
        machine: &str,
        trips: &mut BTreeSet<String>,
    ) -> anyhow::Result<bool> {
        let mut next = None;
        for _ in 0..PAGES {
            let call = self.client.list_executions().state_machine_arn(machine);
            let call = call.status_filter(ExecutionStatus::Running).max_results(PAGE);
            let listed = call.set_next_token(next).send().await;
            let listed = listed.map_err(|error| self.place.failed("list executions", &error))?;
            trips.extend(listed.executions.iter().map(|found| trip_of(&found.name).to_owned()));
            next = listed.next_token;
            if next.is_none() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// The trip of an execution: what follows a dot in its name tells a trip's compensations apart.
#[must_use]
pub fn trip_of(execution: &str) -> &str {
    execution.split_once('.').map_or(execution, |(trip, _)| trip)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_execution_s_trip_is_what_stands_before_the_dot() {
        assert_eq!(trip_of("trip-1"), "trip-1");
        assert_eq!(trip_of("trip-1.4"), "trip-1");
    }
}
