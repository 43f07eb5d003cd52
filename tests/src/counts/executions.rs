//! What the state machines did, from the histories of their executions.

use local::System;
use local::account::{BOOKING_MACHINE, COMPENSATION_MACHINE};
use state_machine::{Filter, HistoryEvent, HistoryOrder, Page};

use super::usage::Usage;

/// The states that undo something; the last of them is part of every undoing.
const UNDOING: [&str; 3] = ["RefundPayment", "CancelHotel", "CancelFlight"];

/// Adds each execution to its trip, which its name begins with.
pub(super) async fn count(system: &System, usage: &mut Usage) {
    for machine in [BOOKING_MACHINE, COMPENSATION_MACHINE] {
        let page = Page { max_results: Some(1_000), ..Page::default() };
        for execution in
            system.runner().list(machine, Filter::default(), &page).await.unwrap().executions
        {
            let arn = &execution.execution_arn;
            let history = system.runner().history(arn, HistoryOrder::OldestFirst, &page).await;
            let events = history.unwrap().events;
            let of = |kind: &str| events.iter().filter(|event| event.kind.ends_with(kind)).count();
            let (entered, tasks) = (of("StateEntered"), of("TaskStateEntered"));
            let attempts = of("TaskScheduled");
            let trip = execution.name.split('.').next().unwrap();
            let used = usage.trip(trip);
            used.executions += 1;
            // Each state that is entered, and each attempt after a task's first one.
            used.states += entered + attempts - tasks;
            used.steps += attempts;
            used.history_events += events.len();
            let undoing = events.iter().filter_map(state).filter(|name| UNDOING.contains(name));
            used.undoing_steps += undoing.count();
            let last = events.iter().filter_map(state).filter(|name| *name == UNDOING[2]);
            used.flight_cancels += last.count();
        }
    }
}

/// The state that an event enters.
fn state(event: &HistoryEvent) -> Option<&str> {
    event.details.get("stateEnteredEventDetails")?["name"].as_str()
}
