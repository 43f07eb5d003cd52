//! Which execution gets the next turn, and how many may wait for their first one.

use futures::FutureExt;
use state_machine::{Options, Place, Started};

use crate::support::Answer::{Done, Error, Held};
use crate::support::{Gate, World, product_machines, within};

/// One step at a time, and a first execution that holds the only turn until the gate opens.
async fn one_at_a_time(places: usize) -> (World, Gate) {
    let options = Options { concurrent_steps: 1, places, ..Options::default() };
    let (world, gate) = (World::with(product_machines(), options).await, Gate::closed());
    world.script.say("FlightReserve", [Held(gate.clone(), Box::new(Done))]);
    start(&world, None, "t-0").await;
    world.script.called(1).await;
    (world, gate)
}

/// Starts an execution whose calls carry its name as their trace.
async fn start(world: &World, place: Option<Place>, name: &str) -> Started {
    let trace = Some(name.to_owned());
    world.runner.start_in(place, "trip-booking", name, "{}", trace).await.unwrap()
}

/// The names of the executions that called functions, call by call.
fn callers(world: &World) -> Vec<String> {
    world.script.calls().into_iter().map(|call| call.trace_header.unwrap()).collect()
}

#[tokio::test]
async fn with_one_turn_every_execution_ends_before_the_next_one_begins() {
    let (world, gate) = one_at_a_time(1).await;
    let names: Vec<_> = (0..20).map(|trip| format!("t-{trip}")).collect();
    for name in &names[1..] {
        start(&world, None, name).await;
    }
    gate.open();
    within(world.runner.idle()).await;
    let called = callers(&world);
    let steps = called.len() / names.len();
    let in_order: Vec<_> = names.iter().flat_map(|name| vec![name.clone(); steps]).collect();
    assert_eq!(called, in_order);
    assert!(steps > 1 && world.script.most_at_a_time() == 1);
}

#[tokio::test]
async fn a_retry_of_an_old_execution_goes_before_the_next_step_of_a_new_one() {
    let (world, gate) = one_at_a_time(1).await;
    let second = Gate::closed();
    world.script.say("HotelReserve", [Error("StoreUnavailable")]);
    world.script.say("FlightReserve", [Held(second.clone(), Box::new(Done))]);
    world.timer.hold_waits();
    start(&world, None, "t-1").await;
    gate.open();
    world.script.called(3).await;
    world.timer.release_waits();
    second.open();
    within(world.runner.idle()).await;
    // The new one's first step runs while the old one waits for its retry.
    assert_eq!(callers(&world), ["t-0", "t-0", "t-1", "t-0", "t-0", "t-1", "t-1"]);
}

#[tokio::test]
async fn a_place_is_free_again_once_the_first_step_has_its_turn() {
    let (world, gate) = one_at_a_time(2).await;
    for name in ["t-1", "t-2"] {
        let place = world.runner.place().await.unwrap();
        start(&world, Some(place), name).await;
    }
    let mut third = Box::pin(world.runner.place());
    assert!(third.as_mut().now_or_never().is_none(), "two wait already");
    gate.open();
    assert!(within(third).await.is_ok());
    within(world.runner.idle()).await;
    let all = within(async { [world.runner.place().await, world.runner.place().await] }).await;
    assert!(all.iter().all(Result::is_ok), "nobody waits any more");
}

#[tokio::test]
async fn a_start_that_is_refused_gives_its_place_back() {
    let (world, gate) = one_at_a_time(1).await;
    let place = world.runner.place().await.unwrap();
    let taken = world.runner.start_in(Some(place), "trip-booking", "t-0", "[]", None).await;
    assert_eq!(taken.unwrap_err().code(), "ExecutionAlreadyExists");
    assert!(world.runner.place().now_or_never().is_some());
    gate.open();
    within(world.runner.idle()).await;
}

#[tokio::test]
async fn nobody_waits_for_a_place_of_a_runner_that_shuts_down() {
    let (world, gate) = one_at_a_time(1).await;
    let _place = world.runner.place().await.unwrap();
    let (refused, ()) = within(async {
        tokio::join!(world.runner.place(), async {
            gate.open();
            world.runner.shutdown().await;
        })
    })
    .await;
    assert_eq!(refused.unwrap_err().code(), "ServiceUnavailable");
}
