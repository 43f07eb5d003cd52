//! A batch that fails is split in two, and its parts are tried on their own.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use serde_json::Value;

use super::consumer::{Kind, Mood, Whim};
use super::family::Family;
use super::journal::number;
use super::play::{Plan, play};
use super::schedules;
use super::world::{World, config};

/// Some records fail every batch that they are in, and pass at last when they stand alone; the
/// consumer is killed meanwhile. Every record is got through, each item in order, and none is given
/// up.
///
/// Breaks when the second half of a split batch is dropped
/// (`local/event-source-mapping/src/delivery.rs`).
#[tokio::test]
async fn fault_25_bisecting_loses_nothing() {
    let world = World::booked(3).await;
    for mut random in schedules(25) {
        let before = world.forget().await;
        let family = Family::single(&world.records);
        for kind in Kind::BOTH {
            let wanted = family.of(|record| kind.wants(record)).records();
            let mut config = config();
            (config.bisect_on_error, config.max_retry_attempts) = (true, Some(2));
            config.batch_size = random.random_range(2..17);
            let crashes = vec![random.random_range(2..9)];
            let plan = Plan { config, whim: unlucky(&wanted, &mut random), crashes };
            let played = play(&world, kind, &family, plan).await;
            played.journal.assert_all_done(&wanted);
            played.journal.assert_items_in_order(&wanted);
            assert_eq!(played.kept.records(), Vec::<Value>::new());
        }
        world.assert_converged(before).await;
    }
}

/// Up to four records fail their batches, before or after the work; alone, each fails once more and
/// passes.
fn unlucky(records: &[Value], random: &mut StdRng) -> Whim {
    let chosen: BTreeSet<_> = records.choose_multiple(random, 4).map(number).collect();
    let mood = if random.random() { Mood::FailsBefore } else { Mood::FailsAfter };
    let alone = Mutex::new(BTreeMap::new());
    Arc::new(move |records| match records {
        [one] if chosen.contains(&number(one)) => {
            let mut alone = alone.lock().unwrap();
            let times = alone.entry(number(one)).or_insert(0);
            *times += 1;
            if *times > 1 { Mood::Well } else { mood }
        }
        many if many.iter().any(|record| chosen.contains(&number(record))) => mood,
        _ => Mood::Well,
    })
}
