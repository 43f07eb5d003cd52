//! `ListStateMachines`, `DescribeStateMachine` and `DescribeStateMachineForExecution`.

use super::Runner;
use super::core::Core;
use super::tokens::List;
use crate::api::{
    ApiError, MachineDescription, MachineOfExecution, MachinePage, MachineSummary, Page,
};
use crate::machine::Machine;

/// What Step Functions needs a role for is allowed here.
const ROLE: &str = "arn:aws:iam::000000000000:role/local";

impl Runner {
    /// The machines, by name.
    ///
    /// # Errors
    /// When the page token is not one of this list.
    pub fn machines(&self, page: &Page) -> Result<MachinePage, ApiError> {
        let mut machines: Vec<_> =
            self.core.machines.iter().map(|machine| summary(&self.core, machine)).collect();
        machines.sort_by(|one, other| one.name.cmp(&other.name));
        let list = List::of(&"machines");
        if let Some(token) = &page.next_token {
            let after = list.read(token)?;
            let last = machines.iter().position(|machine| machine.name == after);
            machines.drain(..=last.ok_or(ApiError::InvalidToken)?);
        }
        let rows = usize::try_from(page.rows()).unwrap_or(usize::MAX);
        let has_more = machines.len() > rows;
        machines.truncate(rows);
        let next_token = machines.last().filter(|_| has_more).map(|last| list.token(&last.name));
        Ok(MachinePage { state_machines: machines, next_token })
    }

    /// A machine by its name or ARN.
    ///
    /// # Errors
    /// When there is no such machine.
    pub fn describe_machine(&self, key: &str) -> Result<MachineDescription, ApiError> {
        let machine = self.core.machine(key)?;
        Ok(MachineDescription {
            summary: summary(&self.core, &machine),
            status: "ACTIVE",
            definition: machine.definition.as_json().to_owned(),
            role_arn: ROLE.to_owned(),
        })
    }

    /// The machine of an execution.
    ///
    /// # Errors
    /// When there is no such execution, its machine is not loaded, or the journal fails.
    pub async fn machine_of(&self, execution: &str) -> Result<MachineOfExecution, ApiError> {
        let execution = self.core.execution_of(execution).await?;
        let machine = self.core.machine(&execution.machine_arn)?;
        Ok(MachineOfExecution {
            state_machine_arn: machine.arn.clone(),
            name: machine.name.clone(),
            definition: machine.definition.as_json().to_owned(),
            role_arn: ROLE.to_owned(),
            update_date: self.core.opened,
        })
    }
}

fn summary(core: &Core, machine: &Machine) -> MachineSummary {
    MachineSummary {
        state_machine_arn: machine.arn.clone(),
        name: machine.name.clone(),
        kind: "STANDARD",
        creation_date: core.opened,
    }
}
