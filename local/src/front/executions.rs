//! The runner's executions for the console.

use std::collections::BTreeSet;
use std::time::Duration;

use async_trait::async_trait;
use console::{Execution, Executions, Saga};
use domain::{Timestamp, TripId};
use operator::history::{Fault, Happening, What};
use operator::sagas::trip_of;
use serde_json::Value;
use state_machine::{
    ApiError, Description, Filter, HistoryEvent, HistoryOrder, Page, RedriveStatus, Runner, Status,
};
use store::Within;

use crate::account::{BOOKING_MACHINE, COMPENSATION_MACHINE, execution_arn};

/// Most events of one execution that are read: far more than its retries can make.
const MOST_EVENTS: u32 = Page::MAX_ROWS;
/// Most commits after which a trip can have been confirmed: a booking makes one a step.
const MOST_COMMITS: u64 = 16;
/// Most executions under one name: a further one is needed only where one can no longer be
/// continued.
const MOST_AFRESH: usize = 3;
/// How far the index of open work may lag behind.
const LAG: Duration = Duration::from_secs(5);

/// The runner of the state machines.
pub(super) struct Machines(pub(super) Runner);

#[async_trait]
impl Executions for Machines {
    async fn booking(&self, trip: &TripId) -> anyhow::Result<Option<Execution>> {
        self.read(Saga::Booking, trip.as_str()).await
    }

    /// Those of its cancellation, which have the version in their name in which the trip was
    /// confirmed, and those of operators.
    async fn compensations(&self, trip: &TripId, commits: u64) -> anyhow::Result<Vec<Execution>> {
        let confirmed = (1..=commits.min(MOST_COMMITS)).map(|version| version.to_string());
        let mut found = Vec::new();
        for kind in confirmed.chain(["op".to_owned()]) {
            found.extend(self.afresh(&format!("{trip}.{kind}")).await?);
        }
        found.sort_by_key(|execution| execution.started);
        Ok(found)
    }

    async fn definition(&self, saga: Saga) -> anyhow::Result<String> {
        Ok(self.0.describe_machine(machine(saga))?.definition)
    }

    fn running_count(&self) -> Option<u64> {
        Some(self.0.running_count() as u64)
    }

    async fn at_work(&self) -> anyhow::Result<Within<BTreeSet<String>>> {
        let mut ids = BTreeSet::new();
        for machine in [BOOKING_MACHINE, COMPENSATION_MACHINE] {
            self.add_running(machine, &mut ids).await?;
        }
        Ok(Within { found: ids, is_whole: true })
    }

    fn lag(&self) -> Duration {
        LAG
    }
}

impl Machines {
    async fn read(&self, saga: Saga, name: &str) -> anyhow::Result<Option<Execution>> {
        let arn = execution_arn(machine(saga), name);
        let described = match self.0.describe(&arn).await {
            Ok(described) => described,
            Err(ApiError::ExecutionDoesNotExist(_)) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let page = Page { max_results: Some(MOST_EVENTS), next_token: None };
        let history = self.0.history(&arn, HistoryOrder::OldestFirst, &page).await?;
        Ok(Some(execution(saga, described, &history.events)))
    }

    /// The executions of that name, and those that were started in place of a lost one: they have
    /// the second in their name in which it ended.
    async fn afresh(&self, first: &str) -> anyhow::Result<Vec<Execution>> {
        let (mut found, mut name) = (Vec::<Execution>::new(), first.to_owned());
        while found.len() < MOST_AFRESH {
            let Some(execution) = self.read(Saga::Compensation, &name).await? else { break };
            let stopped = execution.stopped;
            found.push(execution);
            let Some(stopped) = stopped else { break };
            name = format!("{first}.{}", stopped.as_seconds());
        }
        Ok(found)
    }

    async fn add_running(&self, machine: &str, ids: &mut BTreeSet<String>) -> anyhow::Result<()> {
        let mut page = Page { max_results: Some(Page::MAX_ROWS), next_token: None };
        loop {
            let found = self.0.list(machine, Filter::of(Status::Running), &page).await?;
            ids.extend(found.executions.iter().map(|found| trip_of(&found.name).to_owned()));
            page.next_token = found.next_token;
            if page.next_token.is_none() {
                return Ok(());
            }
        }
    }
}

fn machine(saga: Saga) -> &'static str {
    match saga {
        Saga::Booking => BOOKING_MACHINE,
        Saga::Compensation => COMPENSATION_MACHINE,
    }
}

fn execution(saga: Saga, described: Description, history: &[HistoryEvent]) -> Execution {
    let summary = described.summary;
    let status = serde_json::to_value(summary.status).unwrap_or_default();
    Execution {
        saga,
        machine: machine(saga).to_owned(),
        name: summary.name,
        arn: summary.execution_arn,
        status: status.as_str().unwrap_or_default().to_owned(),
        started: instant(summary.start_date),
        stopped: summary.stop_date.map(instant),
        error: described.error,
        is_redrivable: described.redrive_status == RedriveStatus::Redrivable,
        history: history.iter().filter_map(happening).collect(),
    }
}

fn happening(event: &HistoryEvent) -> Option<Happening> {
    let what = match event.kind.as_str() {
        entered if entered.ends_with("StateEntered") => What::Entered(detail(event, "name")),
        "TaskScheduled" => What::Scheduled,
        "TaskSucceeded" => What::Succeeded,
        "TaskFailed" | "TaskTimedOut" => {
            What::Failed(Fault::of(&detail(event, "error"), Some(&detail(event, "cause"))))
        }
        _ => return None,
    };
    Some(Happening { at: instant(event.timestamp), what })
}

/// A text in the event's one details object.
fn detail(event: &HistoryEvent, member: &str) -> String {
    let details = event.details.values().find_map(Value::as_object);
    let text = details.and_then(|details| details.get(member)?.as_str());
    text.unwrap_or_default().to_owned()
}

fn instant(at: jiff::Timestamp) -> Timestamp {
    Timestamp::from_millis(at.as_millisecond())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn of_a_history_what_the_console_shows_is_kept() {
        let event = |kind: &str, details: Value| HistoryEvent {
            id: 1,
            previous_event_id: 0,
            timestamp: jiff::Timestamp::from_millisecond(100).unwrap(),
            kind: kind.to_owned(),
            details: [("details".to_owned(), details)].into_iter().collect(),
        };
        let declined = Fault::of("PaymentDeclined", Some("no"));
        for (kind, details, what) in [
            ("ExecutionStarted", json!({}), None),
            ("TaskStateEntered", json!({"name": "A"}), Some(What::Entered("A".to_owned()))),
            ("SucceedStateEntered", json!({"name": "B"}), Some(What::Entered("B".to_owned()))),
            ("TaskScheduled", json!({}), Some(What::Scheduled)),
            ("TaskSucceeded", json!({}), Some(What::Succeeded)),
            (
                "TaskFailed",
                json!({"error": "PaymentDeclined", "cause": "no"}),
                Some(What::Failed(declined)),
            ),
            ("TaskStateExited", json!({"name": "A"}), None),
        ] {
            let told = happening(&event(kind, details));
            let at = Timestamp::from_millis(100);
            assert_eq!(told, what.map(|what| Happening { at, what }), "{kind}");
        }
    }
}
