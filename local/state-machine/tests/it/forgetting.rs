//! What is kept of executions that have ended.

use jiff::SignedDuration;
use serde_json::json;
use state_machine::{Options, Runner, Status};

use crate::support::{World, product_machines};

async fn with_ended(options: Options, executions: usize) -> (World, Vec<String>) {
    let world = World::with(product_machines(), options).await;
    let mut arns = Vec::new();
    for execution in 0..executions {
        arns.push(world.run("trip-booking", &format!("t-{execution}"), &json!({})).await.arn);
    }
    (world, arns)
}

/// The number of events of each execution's history.
async fn events(world: &World, arns: &[String]) -> Vec<usize> {
    let mut numbers = Vec::new();
    for arn in arns {
        numbers.push(world.events(arn).await.len());
    }
    numbers
}

async fn known(runner: &Runner, arns: &[String]) -> usize {
    let mut known = 0;
    for arn in arns {
        known += usize::from(runner.describe(arn).await.is_ok());
    }
    known
}

#[tokio::test]
async fn only_the_newest_histories_are_kept_and_every_execution_is() {
    let (world, arns) = with_ended(Options { histories: 3, ..Options::default() }, 120).await;
    let whole = world.events(&arns[0]).await.len();
    world.runner.prune().await.unwrap();
    let left = events(&world, &arns).await;
    assert!(whole > 0 && left[..117].iter().all(|events| *events == 0), "{left:?}");
    assert_eq!(left[117..], [whole; 3]);
    assert_eq!(known(&world.runner, &arns).await, 120);
    let last = world.run("trip-booking", "last", &json!({})).await;
    world.runner.prune().await.unwrap();
    assert_eq!(events(&world, &[arns[117].clone(), last.arn]).await, [0, whole]);
}

#[tokio::test]
async fn an_old_execution_is_forgotten_while_the_runner_runs_and_its_name_is_free() {
    let (world, arns) = with_ended(Options { retention_days: 1, ..Options::default() }, 60).await;
    world.runner.prune().await.unwrap();
    assert_eq!(known(&world.runner, &arns).await, 60);
    world.timer.advance(SignedDuration::from_hours(25));
    world.runner.prune().await.unwrap();
    assert_eq!(known(&world.runner, &arns).await, 0);
    let again = world.run("trip-booking", "t-0", &json!({})).await;
    assert_eq!(again.status(), Status::Succeeded);
}
