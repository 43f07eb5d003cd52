//! Step Functions' events, and the one rule of the product that matches them: an execution that
//! failed, was stopped or goes on is told to `trip.note`.
//!
//! As on AWS the event is handed over asynchronously: three attempts, and nothing waits for them.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use event_pattern::{EventJson, Pattern};
use jiff::Timestamp;
use saga::Operation;
use serde_json::{Value, json};
use state_machine::Description;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use crate::account::{ACCOUNT, BOOKING_MACHINE, COMPENSATION_MACHINE, REGION, machine_arn};
use crate::function::Function;
use crate::functions::Functions;
use crate::options::Pace;

const RULE: &str = include_str!("../../saga/trip-note.pattern.json");
const NOTE: Function = Function::Saga(Operation::TripNote);

/// Lambda's waits before it repeats an asynchronous invocation that failed.
const WAITS: [Duration; 2] = [Duration::from_secs(60), Duration::from_secs(120)];

/// What hands the events over.
pub(crate) struct StatusChanges {
    news: UnboundedReceiver<Description>,
    rule: Pattern,
    functions: Arc<Functions>,
    pace: Pace,
}

impl StatusChanges {
    /// Hands over what is told in `news`.
    ///
    /// # Errors
    /// When the rule's pattern is not valid.
    pub(crate) fn new(
        news: UnboundedReceiver<Description>,
        functions: Arc<Functions>,
        pace: Pace,
    ) -> anyhow::Result<Self> {
        Ok(Self { news, rule: rule()?, functions, pace })
    }

    /// Runs until it is stopped; what was told until then is still handed over.
    pub(crate) async fn run(mut self, stop: CancellationToken) {
        let deliveries = TaskTracker::new();
        while let Some(execution) = self.next(&stop).await {
            let event = event(execution);
            if self.is_matched(&event) {
                let (functions, pace) = (Arc::clone(&self.functions), self.pace);
                deliveries.spawn(deliver(functions, event, pace, stop.clone()));
            }
        }
        deliveries.close();
        deliveries.wait().await;
    }

    async fn next(&mut self, stop: &CancellationToken) -> Option<Description> {
        match stop.run_until_cancelled(self.news.recv()).await {
            Some(news) => news,
            None => self.news.try_recv().ok(),
        }
    }

    fn is_matched(&self, event: &Value) -> bool {
        let text = event.to_string();
        EventJson::parse(&text).is_ok_and(|event| self.rule.matches(&event).unwrap_or(false))
    }
}

fn rule() -> anyhow::Result<Pattern> {
    let pattern = RULE
        .replace("${BookingStateMachineArn}", &machine_arn(BOOKING_MACHINE))
        .replace("${CompensationStateMachineArn}", &machine_arn(COMPENSATION_MACHINE));
    pattern.parse().context("the rule on executions is refused")
}

async fn deliver(functions: Arc<Functions>, event: Value, pace: Pace, stop: CancellationToken) {
    let mut waits = WAITS.into_iter();
    while let Err(error) = functions.invoke(NOTE, event.clone(), None).await {
        let execution = event["detail"]["executionArn"].as_str();
        let Some(wait) = waits.next() else {
            return tracing::error!(execution, ?error, "a change of an execution was not noted");
        };
        tracing::warn!(execution, ?error, "a change of an execution is not noted yet");
        let wait = tokio::time::sleep(wait / pace.retries.max(1));
        if stop.run_until_cancelled(wait).await.is_none() {
            return;
        }
    }
}

/// The event in the form in which Step Functions sends it. Times are milliseconds since 1970.
fn event(execution: Description) -> Value {
    let Description { summary, input, input_details, output, output_details, .. } = &execution;
    let changed = summary.stop_date.or(summary.redrive_date).unwrap_or(summary.start_date);
    let detail = json!({
        "executionArn": summary.execution_arn,
        "stateMachineArn": summary.state_machine_arn,
        "stateMachineVersionArn": null,
        "stateMachineAliasArn": null,
        "name": summary.name,
        "status": summary.status,
        "startDate": summary.start_date.as_millisecond(),
        "stopDate": summary.stop_date.map(Timestamp::as_millisecond),
        "input": input,
        "inputDetails": input_details,
        "output": output,
        "outputDetails": output_details,
        "error": execution.error,
        "cause": execution.cause,
        "redriveCount": summary.redrive_count,
        "redriveDate": summary.redrive_date.map(Timestamp::as_millisecond),
        "redriveStatus": execution.redrive_status,
        "redriveStatusReason": execution.redrive_status_reason,
    });
    json!({
        "version": "0",
        "id": Uuid::new_v4(),
        "detail-type": "Step Functions Execution Status Change",
        "source": "aws.states",
        "account": ACCOUNT,
        "time": changed.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        "region": REGION,
        "resources": [summary.execution_arn],
        "detail": detail,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rstest::rstest;

    use super::*;

    fn is_told(machine: &str, members: Value) -> bool {
        let mut detail = json!({
            "stateMachineArn": machine_arn(machine),
            "redriveCount": 0,
            "error": null,
        });
        detail.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        let event = json!({
            "source": "aws.states",
            "detail-type": "Step Functions Execution Status Change",
            "detail": detail,
        });
        rule().unwrap().matches(&EventJson::parse(&event.to_string()).unwrap()).unwrap()
    }

    #[rstest]
    #[case(BOOKING_MACHINE, json!({"status": "RUNNING"}), false)]
    #[case(BOOKING_MACHINE, json!({"status": "RUNNING", "redriveCount": 1}), true)]
    #[case(BOOKING_MACHINE, json!({"status": "SUCCEEDED"}), false)]
    #[case(BOOKING_MACHINE, json!({"status": "SUCCEEDED", "redriveCount": 1}), false)]
    #[case(BOOKING_MACHINE, json!({"status": "FAILED", "error": "BookingFailed"}), false)]
    #[case(BOOKING_MACHINE, json!({"status": "FAILED", "error": "FlightBookingFailed"}), false)]
    #[case(BOOKING_MACHINE, json!({"status": "FAILED", "error": "SupplierUnavailable"}), true)]
    #[case(BOOKING_MACHINE, json!({"status": "FAILED", "error": "States.Timeout"}), true)]
    #[case(BOOKING_MACHINE, json!({"status": "FAILED"}), true)]
    #[case(BOOKING_MACHINE, json!({"status": "ABORTED"}), true)]
    #[case(BOOKING_MACHINE, json!({"status": "ABORTED", "error": "BookingFailed"}), true)]
    #[case(BOOKING_MACHINE, json!({"status": "TIMED_OUT", "error": "States.Timeout"}), true)]
    #[case(COMPENSATION_MACHINE, json!({"status": "RUNNING", "name": "t-1.4"}), false)]
    #[case(COMPENSATION_MACHINE, json!({"status": "RUNNING", "name": "t-1.4", "redriveCount": 1}), true)]
    #[case(COMPENSATION_MACHINE, json!({"status": "RUNNING", "name": "t-1.4.1772326800"}), true)]
    #[case(COMPENSATION_MACHINE, json!({"status": "RUNNING", "name": "t-1.op"}), true)]
    #[case(COMPENSATION_MACHINE, json!({"status": "RUNNING", "name": "t-1.op.1772326800"}), true)]
    #[case(COMPENSATION_MACHINE, json!({"status": "SUCCEEDED"}), false)]
    #[case(COMPENSATION_MACHINE, json!({"status": "FAILED", "error": "StoreUnavailable"}), true)]
    #[case("another", json!({"status": "FAILED"}), false)]
    fn what_gave_up_and_what_goes_on_is_told(
        #[case] machine: &str,
        #[case] members: Value,
        #[case] expected: bool,
    ) {
        assert_eq!(is_told(machine, members), expected);
    }

    /// A Fail state is the end of a trip that holds nothing. Its error's name tells it from a step
    /// that gave up.
    #[test]
    fn every_fail_state_of_a_booking_is_left_out() {
        let machine: Value =
            serde_json::from_str(include_str!("../../saga/trip-booking.asl.json")).unwrap();
        let states = machine["States"].as_object().unwrap().values();
        let fails = states.filter(|state| state["Type"] == "Fail");
        let errors: BTreeSet<_> = fails.map(|fail| fail["Error"].as_str().unwrap()).collect();
        assert_eq!(errors.len(), 2);
        for error in errors {
            assert!(
                !is_told(BOOKING_MACHINE, json!({"status": "FAILED", "error": error})),
                "{error}"
            );
        }
    }
}
