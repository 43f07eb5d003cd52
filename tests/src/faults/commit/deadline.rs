//! A call to a service hangs: whoever waits for it gives up before whoever waits for him.

mod http;
mod saga;
mod streams;

use std::time::Duration;

use bed::Bed;
use lambda_kit::clients::sdk_config;
use lambda_kit::deadline::Deadline;
use local::Function;
use local::Pace;
use serde_json::Value;
use tokio::time::timeout;

/// The time of most functions here: shortened, but for the margin that each keeps to answer in.
const TIME: Duration = Duration::from_secs(4);

/// The time of the steps, of which many run at once, and of the sweeps, which look into every shard
/// first: still shorter than a call may hang.
const LONGER: Duration = Duration::from_secs(6);

/// Waits for an answer as Lambda does, which ends a function after its time.
async fn in_time<T>(answer: impl Future<Output = T>) -> T {
    within(TIME, answer).await
}

async fn within<T>(time: Duration, answer: impl Future<Output = T>) -> T {
    timeout(time, answer).await.expect("the function was stopped before it answered")
}

/// Every limit ends before the one around it: an attempt at a call within the call, a supplier's
/// and any other call within the handler's own time, that within the function's, and the function
/// ten seconds before its task.
#[tokio::test]
async fn fault_11_every_time_limit_ends_before_the_one_around_it() {
    let bed = Bed::new().await;
    for service in ["dynamodb", "eventbridge", "sfn"] {
        let config = sdk_config(&bed.config(), service).await;
        let limits = config.timeout_config().unwrap();
        let connect = limits.connect_timeout().unwrap();
        let attempt = limits.operation_attempt_timeout().unwrap();
        let call = limits.operation_timeout().unwrap();
        assert!(connect < attempt && attempt < call, "{service}");
        assert!(Pace::REAL.supplier_timeout < call);
        for function in Function::all() {
            let event = bed.ending_after(function.timeout(), Value::Null);
            let handler = Deadline::of(&event.context, &*bed.clock).remaining();
            assert!(call < handler && handler < function.timeout(), "{function:?}");
        }
    }
}

const MACHINES: [&str; 2] = [
    include_str!("../../../../saga/trip-booking.asl.json"),
    include_str!("../../../../saga/trip-compensation.asl.json"),
];

/// The state machines as they are deployed: a task outlives its function, and no limit of the whole
/// machine could end it without its compensation.
#[test]
fn fault_11_a_task_outlives_its_function_by_ten_seconds() {
    let function = ::saga::Operation::ALL
        .map(|step| Function::Saga(step).timeout())
        .into_iter()
        .max()
        .unwrap();
    let mut tasks = 0;
    for definition in MACHINES {
        let machine: Value = serde_json::from_str(definition).unwrap();
        assert_eq!(machine.get("TimeoutSeconds"), None);
        let states = machine["States"].as_object().unwrap().iter();
        for (name, task) in states.filter(|(_, state)| state["Type"] == "Task") {
            let limit = Duration::from_secs(task["TimeoutSeconds"].as_u64().unwrap());
            assert!(limit >= function + Duration::from_secs(10), "{name}");
            tasks += 1;
        }
    }
    assert_eq!(tasks, 9);
}
