//! Several batches of one shard at once.

use rand::Rng;
use rand::rngs::StdRng;

use super::consumer::{Kind, moody};
use super::family::Family;
use super::play::{Plan, play};
use super::schedules;
use super::world::World;

/// Ten lanes fail and are killed at random. Each item keeps its order, no position passes a record
/// that is open in a lane, and the bus and the view end up as with one lane.
///
/// Breaks when a position covers what was read instead of what is settled
/// (`local/event-source-mapping/src/settlement.rs`).
#[tokio::test]
async fn fault_24_ten_lanes_come_to_the_same_result_as_one() {
    let world = World::booked(3).await;
    let one_lane = result(&world, 1, None).await;
    for random in schedules(24) {
        assert_eq!(result(&world, 10, Some(random)).await, one_lane);
    }
}

/// The events on the bus and the rows of the view.
async fn result(
    world: &World,
    factor: usize,
    random: Option<StdRng>,
) -> impl PartialEq + std::fmt::Debug {
    let before = world.forget().await;
    let family = Family::single(&world.records);
    for kind in Kind::BOTH {
        let plan = plan(factor, random.clone());
        let wanted = family.of(|record| kind.wants(record)).records();
        let journal = play(world, kind, &family, plan).await.journal;
        journal.assert_all_done(&wanted);
        journal.assert_items_in_order(&wanted);
    }
    world.assert_converged(before).await;
    (world.published_since(before).await, world.bed.rows().await)
}

fn plan(factor: usize, random: Option<StdRng>) -> Plan {
    let mut plan = Plan::default();
    plan.config.parallelization_factor = factor;
    let Some(mut random) = random else { return plan };
    plan.config.batch_size = random.random_range(1..5);
    plan.config.bisect_on_error = random.random();
    plan.crashes = vec![random.random_range(1..8), random.random_range(8..16)];
    plan.whim = moody(20, random);
    plan
}
