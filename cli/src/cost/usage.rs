//! What one booking uses, service by service.

use super::bill::Line;
use super::counts::Count;
use super::prices::Unit;

/// How often a customer reads the trip. An assumption.
pub(super) const READS: f64 = 2.0;
/// An Express workflow's memory is billed in steps of 64 MB; admission takes a tenth of a second.
/// An assumption.
const ADMISSION_SECONDS: f64 = 0.1;
pub(super) const SMALLEST_WORKFLOW: f64 = 0.0625;
/// How long an invocation takes, at the memory of every function. An assumption: real suppliers
/// take longer.
const INVOCATION_SECONDS: f64 = 0.05;
const INVOCATION_MEMORY: f64 = 0.25;
/// Log lines of functions and state machines, the gateway's, and the bus's copy of the events. An
/// assumption.
const LOG_BYTES: f64 = 30_000.0;

const GIGABYTE: f64 = 1_000_000_000.0;
/// What DynamoDB stores with each item.
const ITEM_OVERHEAD: f64 = 100.0;
/// The row, and its copy in each of three indexes.
const ROWS: f64 = 4.0;

/// What one booking uses.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Usage {
    /// Requests to the API: the booking, reads of the trip, a cancellation.
    pub requests: f64,
    /// State transitions of Standard workflows.
    pub transitions: f64,
    /// Express workflows.
    pub workflows: f64,
    /// Their GB-seconds.
    pub workflow_seconds: f64,
    /// Invocations of functions.
    pub invocations: f64,
    /// Write units of the trips' table.
    pub trip_units: f64,
    /// Write units of the index of open work.
    pub index_units: f64,
    /// Write units of the marks on published events.
    pub mark_units: f64,
    /// Write units of the search view with its indexes.
    pub view_units: f64,
    /// Read units.
    pub read_units: f64,
    /// Bytes stored.
    pub stored_bytes: f64,
    /// Bytes of tables, without their indexes, that are backed up.
    pub backed_up_bytes: f64,
    /// Events put on the bus.
    pub events: f64,
    /// Their bytes.
    pub event_bytes: f64,
    /// Bytes of logs.
    pub log_bytes: f64,
}

impl Usage {
    /// As it was counted. The customer's reads and admission's workflow are not part of a local run
    /// and come on top; so does the function that starts a cancellation. State transitions are the
    /// states and one for each execution's start.
    pub(super) fn of(count: &Count) -> Self {
        let cancellations = count.executions - 1.0;
        let items = count.item_bytes + ITEM_OVERHEAD * count.items;
        let row = count.row_bytes + ITEM_OVERHEAD;
        Self {
            requests: 1.0 + READS + cancellations,
            transitions: count.states + count.executions,
            workflows: 1.0,
            workflow_seconds: ADMISSION_SECONDS * SMALLEST_WORKFLOW,
            invocations: count.steps + count.consumed() + READS + cancellations,
            trip_units: count.trip_units,
            index_units: count.index_units,
            mark_units: count.mark_units,
            view_units: count.view_units,
            read_units: count.read_units + READS,
            stored_bytes: items + ROWS * row,
            backed_up_bytes: items + row,
            events: count.events,
            event_bytes: count.event_bytes,
            log_bytes: LOG_BYTES,
        }
    }

    /// The mean of several, each with its share.
    pub(super) fn mixed(all: impl Iterator<Item = (Self, f64)>) -> Self {
        all.fold(Self::default(), |sum, (one, share)| sum.plus(one, share))
    }

    fn plus(self, other: Self, share: f64) -> Self {
        Self {
            requests: self.requests + share * other.requests,
            transitions: self.transitions + share * other.transitions,
            workflows: self.workflows + share * other.workflows,
            workflow_seconds: self.workflow_seconds + share * other.workflow_seconds,
            invocations: self.invocations + share * other.invocations,
            trip_units: self.trip_units + share * other.trip_units,
            index_units: self.index_units + share * other.index_units,
            mark_units: self.mark_units + share * other.mark_units,
            view_units: self.view_units + share * other.view_units,
            read_units: self.read_units + share * other.read_units,
            stored_bytes: self.stored_bytes + share * other.stored_bytes,
            backed_up_bytes: self.backed_up_bytes + share * other.backed_up_bytes,
            events: self.events + share * other.events,
            event_bytes: self.event_bytes + share * other.event_bytes,
            log_bytes: self.log_bytes + share * other.log_bytes,
        }
    }

    /// The lines of a bill for one booking.
    pub(super) fn lines(&self) -> Vec<Line> {
        let seconds = self.invocations * INVOCATION_SECONDS * INVOCATION_MEMORY;
        let stored = self.stored_bytes / GIGABYTE;
        let backed_up = self.backed_up_bytes / GIGABYTE;
        let lines = [
            ("requests: the booking, two reads", self.requests, Unit::Request),
            ("state transitions", self.transitions, Unit::Transition),
            ("Express workflows: admission", self.workflows, Unit::Workflow),
            ("their GB-seconds", self.workflow_seconds, Unit::WorkflowGigabyteSecond),
            ("invocations", self.invocations, Unit::Invocation),
            ("GB-seconds", seconds, Unit::GigabyteSecond),
            ("write units: trips and events", self.trip_units, Unit::WriteUnit),
            ("write units: index of open work", self.index_units, Unit::WriteUnit),
            ("write units: marks on events", self.mark_units, Unit::WriteUnit),
            ("write units: search view", self.view_units, Unit::WriteUnit),
            ("read units", self.read_units, Unit::ReadUnit),
            ("GB stored, the first month", stored, Unit::StoredGigabyte),
            ("GB backed up, the first month", backed_up, Unit::BackupGigabyte),
            ("events", self.events, Unit::Event),
            ("GB archived", self.event_bytes / GIGABYTE, Unit::ArchivedGigabyte),
            ("GB of logs", self.log_bytes / GIGABYTE, Unit::LogGigabyte),
        ];
        lines.map(|(what, quantity, unit)| Line::new(what, quantity, unit)).into()
    }

    /// Dollars for one booking.
    #[must_use]
    pub fn dollars(&self) -> f64 {
        self.lines().iter().map(Line::dollars).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::super::counts::Counts;
    use super::*;

    #[test]
    fn a_booking_uses_what_the_decisions_say() {
        let usage = Usage::of(&Counts::read().unwrap().booked().unwrap());
        assert_eq!((usage.requests, usage.transitions, usage.invocations), (3.0, 5.0, 12.0));
        // It writes 32 units (ADR 52), and loads the trip three times (ADR 34); admission looks
        // once.
        assert_eq!((usage.trip_units, usage.read_units), (32.0, 6.0));
        assert_eq!(usage.events, 4.0);
    }

    #[test]
    fn a_mean_of_shares_lies_between_its_parts() {
        let one = Usage { requests: 1.0, events: 4.0, ..Usage::default() };
        let other = Usage { requests: 5.0, events: 4.0, ..Usage::default() };
        let mixed = Usage::mixed([(one, 0.75), (other, 0.25)].into_iter());
        assert_eq!(mixed, Usage { requests: 2.0, events: 4.0, ..Usage::default() });
    }
}
