//! One consumer on one stream, from the first record to the last, with crashes in between.

use std::sync::Arc;

use bed::PATIENCE;
use event_source_mapping::{InMemoryPositions, Mapping, MappingConfig, Ports, Progress, drained};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::consumer::{Consumer, Kind, Whim, well};
use super::family::Family;
use super::journal::{HonestPositions, Journal};
use super::kept::Kept;
use super::served::Served;
use super::world::{World, config};

/// What may happen to a consumer.
pub(super) struct Plan {
    pub(super) config: MappingConfig,
    pub(super) whim: Whim,
    /// After how many invocations its mapping is killed. It is started again at once.
    pub(super) crashes: Vec<usize>,
}

impl Default for Plan {
    fn default() -> Self {
        Self { config: config(), whim: well(), crashes: Vec::new() }
    }
}

/// What came of it.
pub(super) struct Played {
    pub(super) journal: Arc<Journal>,
    pub(super) kept: Arc<Kept>,
    pub(super) progress: Progress,
}

/// Runs a consumer until it has caught up with the stream. No position that is saved on the way may
/// pass a record that was neither got through nor kept.
pub(super) async fn play(world: &World, kind: Kind, family: &Family, plan: Plan) -> Played {
    let served = Served::new(&world.bed, &family.stream()).await;
    let (journal, kept) = (Arc::<Journal>::default(), Arc::<Kept>::default());
    let consumer =
        Consumer { function: world.function(kind), whim: plan.whim, journal: Arc::clone(&journal) };
    let positions = HonestPositions {
        inner: InMemoryPositions::default(),
        journal: Arc::clone(&journal),
        wanted: family.of(|record| kind.wants(record)),
        kept: Arc::clone(&kept),
    };
    let ports = Ports {
        handler: Arc::new(consumer),
        positions: Arc::new(positions),
        on_failure: Some(Arc::clone(&kept) as _),
        clock: world.bed.clock.clone(),
    };
    let config =
        MappingConfig { name: kind.name().to_owned(), filters: vec![kind.filter()], ..plan.config };
    let mapping = || Mapping::new(config.clone(), served.client.clone(), ports.clone()).unwrap();
    for invocations in plan.crashes {
        run_until_crash(mapping(), &journal, invocations).await;
    }
    let progress = run_to_end(mapping()).await;
    Played { journal, kept, progress }
}

/// A mapping that has caught up before it is killed is killed all the same.
async fn run_until_crash(mapping: Mapping, journal: &Journal, invocations: usize) {
    let mut progress = mapping.progress();
    let running = tokio::spawn(mapping.run(CancellationToken::new()));
    let reached = async {
        tokio::select! {
            () = journal.reaches(invocations) => {}
            caught_up = drained(&mut progress) => drop(caught_up.unwrap()),
        }
    };
    timeout(PATIENCE, reached).await.expect("it does neither crash nor catch up");
    running.abort();
    drop(running.await);
}

async fn run_to_end(mapping: Mapping) -> Progress {
    let (mut progress, stop) = (mapping.progress(), CancellationToken::new());
    let running = tokio::spawn(mapping.run(stop.clone()));
    let caught_up = timeout(PATIENCE, drained(&mut progress)).await.expect("it does not catch up");
    let caught_up = caught_up.expect("it runs on");
    stop.cancel();
    running.await.unwrap();
    caught_up
}
