//! A shard splits: its children are begun when it is finished.

use rand::Rng;

use super::consumer::{Kind, moody};
use super::family::Family;
use super::play::{Plan, play};
use super::schedules;
use super::world::{World, config};

/// A shard splits twice while its consumer fails and is killed at random. Of no shard is a record
/// begun before every record of its parent was got through, so that each item keeps its order
/// across the split.
///
/// Breaks when a shard is ready before its parent is done
/// (`stream-replay/src/lineage.rs`).
#[tokio::test]
async fn fault_23_a_child_shard_is_begun_when_its_parent_is_finished() {
    let world = World::booked(2).await;
    for mut random in schedules(23) {
        let before = world.forget().await;
        let family = Family::split(&world.records, &mut random);
        for kind in Kind::BOTH {
            let mut config = config();
            config.batch_size = random.random_range(1..8);
            config.parallelization_factor = random.random_range(1..4);
            let crashes = vec![random.random_range(1..6), random.random_range(6..12)];
            let plan = Plan { config, whim: moody(12, super::random(random.random())), crashes };
            let journal = play(&world, kind, &family, plan).await.journal;
            let wanted = family.of(|record| kind.wants(record));
            journal.assert_all_done(&wanted.records());
            journal.assert_items_in_order(&wanted.records());
            for (parents, children) in wanted.generations() {
                for (parent, child) in pairs(parents, children) {
                    journal.assert_before(parent, child, false);
                }
            }
        }
        world.assert_converged(before).await;
    }
}

fn pairs<'a, T>(left: &'a [T], right: &'a [T]) -> impl Iterator<Item = (&'a T, &'a T)> {
    left.iter().flat_map(move |one| right.iter().map(move |other| (one, other)))
}
