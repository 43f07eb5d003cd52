//! What a verdict writes: the events of the step, the new position, or the execution's end.

use jiff::Timestamp;
use serde_json::Value;

use crate::definition::{Definition, Next};
use crate::history::Event;
use crate::interpret::{Failure, Position, Verdict};
use crate::journal::{Advance, Ending};

/// The step that follows an attempt; `events` are the attempt's own.
pub(super) fn follow(
    definition: &Definition,
    position: &Position,
    verdict: Verdict,
    events: Vec<Event>,
    at: Timestamp,
) -> Advance {
    match verdict {
        Verdict::Leave { next: Next::State(next), output } => {
            enter(definition, position, &next, output, events, at)
        }
        Verdict::Leave { next: Next::End, output } => finish("Task", position, output, events, at),
        Verdict::Retry { retrier, delay } => {
            Advance { at, events, position: Some(position.retry(retrier, delay, at)), ending: None }
        }
        Verdict::Fail(failure) => fail(&failure, events, at),
    }
}

/// The end in a Succeed state, whose output is its input.
pub(super) fn succeed(position: &Position, at: Timestamp) -> Advance {
    finish("Succeed", position, position.input.clone(), vec![], at)
}

/// The end with a failure. The position stays, for a redrive.
pub(super) fn fail(failure: &Failure, mut events: Vec<Event>, at: Timestamp) -> Advance {
    events.push(Event::execution_failed(failure));
    Advance { at, events, position: None, ending: Some(Ending::Failed(failure.clone())) }
}

fn enter(
    definition: &Definition,
    position: &Position,
    next: &str,
    output: Value,
    mut events: Vec<Event>,
    at: Timestamp,
) -> Advance {
    events.push(Event::state_exited("Task", &position.state, &output));
    events.push(Event::state_entered(definition.kind_of(next), next, &output));
    Advance { at, events, position: Some(Position::enter(next, output, at)), ending: None }
}

fn finish(
    kind: &str,
    position: &Position,
    output: Value,
    mut events: Vec<Event>,
    at: Timestamp,
) -> Advance {
    events.push(Event::state_exited(kind, &position.state, &output));
    events.push(Event::execution_succeeded(&output));
    Advance { at, events, position: None, ending: Some(Ending::Succeeded(output)) }
}
