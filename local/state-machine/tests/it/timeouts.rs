//! Tasks that do not answer in time, and answers that come too late.

use serde_json::{Value, json};
use state_machine::Status;

use crate::support::Answer::{Done, Held, Value as Answered};
use crate::support::{Gate, World, product_machines};

fn member(id: &str) -> Value {
    json!({"member_id": id, "member_status": "RESERVED", "trip_status": "PENDING"})
}

#[tokio::test]
async fn an_answer_after_the_time_limit_is_dropped_and_the_retry_s_is_taken() {
    let (world, gate) = (World::new(product_machines()).await, Gate::closed());
    let late = Held(gate.clone(), Box::new(Answered(member("late"))));
    world.script.say("FlightReserve", [late, Answered(member("retried"))]);
    let started = world.runner.start("trip-booking", "trip-1", "{}", None).await.unwrap();
    world.script.called(1).await;
    world.timer.expire_one();
    let ended = world.end(&started.execution_arn).await;
    assert_eq!(ended.status(), Status::Succeeded);

    gate.open();
    world.script.answered(4).await;
    let after = world.end(&started.execution_arn).await;
    assert_eq!(after.output()["results"]["flight"], member("retried"));
    let timed_out =
        world.events(&ended.arn).await.iter().filter(|event| event.kind == "TaskTimedOut").count();
    assert_eq!(timed_out, 1);
}

#[tokio::test]
async fn a_reserve_that_never_answers_is_compensated_as_one_that_may_have_taken_effect() {
    let (world, gate) = (World::new(product_machines()).await, Gate::closed());
    world.script.say("HotelReserve", vec![Held(gate, Box::new(Done)); 4]);
    let started = world.runner.start("trip-booking", "trip-1", "{}", None).await.unwrap();
    for attempt in 1..=4 {
        world.script.called(1 + attempt).await;
        world.timer.expire_one();
    }
    let ended = world.end(&started.execution_arn).await;
    assert_eq!(ended.visited[2..], ["CancelHotel", "CancelFlight", "BookingFailed"]);
    let cancel =
        world.script.calls().into_iter().find(|call| call.function == "HotelCancel").unwrap();
    assert_eq!(cancel.payload["input"]["error_info"]["Error"], "States.Timeout");
}
