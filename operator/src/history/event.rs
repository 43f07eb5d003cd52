//! The events of a history, as Step Functions sends them.

use aws_sdk_sfn::primitives::DateTime;
use aws_sdk_sfn::types::{HistoryEvent, HistoryEventType};
use domain::Timestamp;

use super::{Fault, Happening, What};

impl Happening {
    /// What an event tells of; `None` if that is not told on.
    pub(crate) fn of(event: &HistoryEvent) -> Option<Self> {
        let at = timestamp(&event.timestamp);
        let what = match (&event.state_entered_event_details, &event.r#type) {
            (Some(entered), _) => What::Entered(entered.name.clone()),
            (None, HistoryEventType::TaskScheduled) => What::Scheduled,
            (None, HistoryEventType::TaskSucceeded) => What::Succeeded,
            (None, _) => {
                failed(event).map(What::Failed).or_else(|| ended(event).map(What::Ended))?
            }
        };
        Some(Self { at, what })
    }
}

/// A time of the service, to the millisecond.
pub(crate) fn timestamp(time: &DateTime) -> Timestamp {
    Timestamp::from_millis(time.to_millis().unwrap_or_default())
}

/// The failure of a task.
fn failed(event: &HistoryEvent) -> Option<Fault> {
    if let Some(failed) = &event.task_failed_event_details {
        return Some(fault(failed.error(), failed.cause(), "TaskFailed"));
    }
    if let Some(failed) = &event.task_timed_out_event_details {
        return Some(fault(failed.error(), failed.cause(), "States.Timeout"));
    }
    let failed = event.task_start_failed_event_details.as_ref()?;
    Some(fault(failed.error(), failed.cause(), "TaskStartFailed"))
}

/// The end of an execution that did not go well.
fn ended(event: &HistoryEvent) -> Option<Fault> {
    if let Some(failed) = &event.execution_failed_event_details {
        return Some(fault(failed.error(), failed.cause(), "ExecutionFailed"));
    }
    if let Some(failed) = &event.execution_aborted_event_details {
        return Some(fault(failed.error(), failed.cause(), "ExecutionAborted"));
    }
    let timed_out = event.execution_timed_out_event_details.as_ref()?;
    Some(fault(timed_out.error(), timed_out.cause(), "ExecutionTimedOut"))
}

fn fault(error: Option<&str>, cause: Option<&str>, usual: &str) -> Fault {
    Fault::of(error.unwrap_or(usual), cause)
}

#[cfg(test)]
mod tests {
    use aws_sdk_sfn::types::builders::HistoryEventBuilder;
    use aws_sdk_sfn::types::{
        ExecutionAbortedEventDetails, StateEnteredEventDetails, TaskFailedEventDetails,
    };

    use super::*;

    fn event(kind: HistoryEventType) -> HistoryEventBuilder {
        HistoryEvent::builder().timestamp(DateTime::from_secs(1)).r#type(kind).id(1)
    }

    #[test]
    fn an_event_tells_of_a_state_an_attempt_or_an_end() {
        use HistoryEventType as Kind;
        let entered = StateEnteredEventDetails::builder().name("ReserveHotel").build().unwrap();
        let failed = TaskFailedEventDetails::builder().resource_type("lambda").resource("invoke");
        let failed = failed.error("SupplierTimeout").cause("late").build().unwrap();
        let aborted = ExecutionAbortedEventDetails::builder().build();
        let [late, abort] = [("SupplierTimeout", Some("late")), ("ExecutionAborted", None)]
            .map(|(error, cause)| Fault::of(error, cause));
        for (event, what) in [
            (
                event(Kind::TaskStateEntered).state_entered_event_details(entered),
                Some(What::Entered("ReserveHotel".to_owned())),
            ),
            (event(Kind::TaskScheduled), Some(What::Scheduled)),
            (event(Kind::TaskStarted), None),
            (event(Kind::TaskFailed).task_failed_event_details(failed), Some(What::Failed(late))),
            (event(Kind::TaskSucceeded), Some(What::Succeeded)),
            (
                event(Kind::ExecutionAborted).execution_aborted_event_details(aborted),
                Some(What::Ended(abort)),
            ),
        ] {
            let told = Happening::of(&event.build().unwrap());
            let at = Timestamp::from_millis(1_000);
            assert_eq!(told, what.map(|what| Happening { at, what }));
        }
    }
}
