//! Whether any task was tried more often than its state machine says, by the executions' histories.

use local::account::{BOOKING_MACHINE, COMPENSATION_MACHINE};
use serde_json::Value;
use state_machine::{ExecutionSummary, Filter, HistoryEvent, HistoryOrder, Page, Runner};

const DEFINITIONS: [(&str, &str); 2] = [
    (BOOKING_MACHINE, include_str!("../../../saga/trip-booking.asl.json")),
    (COMPENSATION_MACHINE, include_str!("../../../saga/trip-compensation.asl.json")),
];

/// Each visit of a task that was tried more often than its retriers allow, in a sentence. A
/// redrive, or a restart in the middle of an attempt, allows one more round.
pub(super) async fn endless(runner: &Runner) -> Vec<String> {
    let mut findings = Vec::new();
    for (machine, definition) in DEFINITIONS {
        let definition: Value = serde_json::from_str(definition).unwrap();
        for execution in executions(runner, machine).await {
            findings.extend(endless_visits(runner, &definition, &execution).await);
        }
    }
    findings
}

async fn executions(runner: &Runner, machine: &str) -> Vec<ExecutionSummary> {
    let (mut all, mut page) = (Vec::new(), Page::default());
    loop {
        let found = runner.list(machine, Filter::default(), &page).await.unwrap();
        all.extend(found.executions);
        page.next_token = found.next_token;
        if page.next_token.is_none() {
            return all;
        }
    }
}

async fn endless_visits(
    runner: &Runner,
    definition: &Value,
    execution: &ExecutionSummary,
) -> Vec<String> {
    let rounds = 1 + u64::from(execution.redrive_count);
    let (mut findings, mut state, mut attempts) = (Vec::new(), String::new(), 0);
    for event in history(runner, &execution.execution_arn).await {
        if event.kind.ends_with("StateEntered") {
            let entered = event.details["stateEnteredEventDetails"]["name"].as_str().unwrap();
            (state, attempts) = (entered.to_owned(), 0);
        }
        // An attempt that a restart cut off has no end, and is not one that a retrier gave.
        let ended = ended_an_attempt(&event);
        attempts += u64::from(ended);
        if ended && attempts == rounds * allowed(&definition["States"][state.as_str()]) + 1 {
            findings.push(format!("{} tried {state} {attempts} times", execution.name));
        }
    }
    findings
}

async fn history(runner: &Runner, arn: &str) -> Vec<HistoryEvent> {
    let page = Page { max_results: Some(1_000), ..Page::default() };
    runner.history(arn, HistoryOrder::OldestFirst, &page).await.unwrap().events
}

fn ended_an_attempt(event: &HistoryEvent) -> bool {
    ["TaskSucceeded", "TaskFailed", "TaskTimedOut"].contains(&event.kind.as_str())
}

/// The first attempt, and what all retriers together add.
fn allowed(state: &Value) -> u64 {
    let retriers = state["Retry"].as_array().into_iter().flatten();
    1 + retriers.map(|retrier| retrier["MaxAttempts"].as_u64().unwrap()).sum::<u64>()
}
