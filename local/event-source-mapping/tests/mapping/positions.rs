//! Where a mapping continues after it was stopped, killed, or could not save.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use event_source_mapping::{
    InMemoryPositions, MappingConfig, PositionStore, StartingPosition, StorageError,
};
use futures::FutureExt;
use serde_json::Value;
use tokio::sync::Notify;

use crate::function::Function;
use crate::running::{Running, within_deadline};
use crate::system::System;

/// A store that saves nothing while its disk is full.
#[derive(Default)]
struct FullDisk {
    inner: InMemoryPositions,
    full: AtomicBool,
}

impl FullDisk {
    fn full() -> Arc<Self> {
        Arc::new(Self { full: AtomicBool::new(true), ..Self::default() })
    }
}

#[async_trait]
impl PositionStore for FullDisk {
    async fn load(&self, mapping: &str, shard: &str) -> Result<Option<String>, StorageError> {
        self.inner.load(mapping, shard).await
    }

    async fn save(&self, mapping: &str, shard: &str, number: &str) -> Result<(), StorageError> {
        if self.full.load(Ordering::SeqCst) {
            return Err(StorageError::positions("disk full"));
        }
        self.inner.save(mapping, shard, number).await
    }
}

/// Two records to read, and nowhere to store a position.
async fn with_full_disk() -> (System, Arc<FullDisk>) {
    let system = System::start().await;
    system.put_all(&["A", "B"]).await;
    (system, FullDisk::full())
}

#[tokio::test]
async fn a_mapping_goes_on_after_its_saved_position() {
    let system = System::start().await;
    system.put_all(&["A", "B"]).await;
    let first = Function::obliging();
    let mut running = system.run(system.config(), &first);
    running.drained().await;
    running.stop().await;
    system.put_all(&["C", "D"]).await;
    let second = Function::obliging();
    system.run(system.config(), &second).drained().await;
    assert_eq!(
        (first.seen(), second.seen()),
        (vec!["A".into(), "B".into()], vec!["C".into(), "D".into()])
    );
}

#[tokio::test]
async fn mappings_of_one_stream_keep_their_own_positions() {
    let system = System::start().await;
    system.put("A", "").await;
    let (one, other) = (Function::obliging(), Function::obliging());
    system.run(system.config(), &one).drained().await;
    let config = MappingConfig { name: "dispatcher".into(), ..system.config() };
    system.run(config, &other).drained().await;
    assert_eq!((one.seen(), other.seen()), (vec!["A".to_owned()], vec!["A".to_owned()]));
}

#[tokio::test]
async fn a_batch_whose_position_was_not_saved_is_handed_over_again_after_a_crash() {
    let (system, positions) = with_full_disk().await;
    let before = Function::obliging();
    let mut running = Running::start(system.config(), &system.streams, &before, &positions);
    running.until_shard(|shard| shard.last_error.is_some()).await;
    running.stop().await;
    assert_eq!(before.seen(), ["A", "B"]);
    positions.full.store(false, Ordering::SeqCst);
    let after = Function::obliging();
    Running::start(system.config(), &system.streams, &after, &positions).drained().await;
    assert_eq!(after.seen(), ["A", "B"]);
}

#[tokio::test]
async fn no_batch_follows_one_whose_position_is_not_saved_yet() {
    let (system, positions) = with_full_disk().await;
    let function = Function::obliging();
    let config = MappingConfig { batch_size: 1, ..system.config() };
    let mut running = Running::start(config, &system.streams, &function, &positions);
    let failing = running.until_shard(|shard| shard.last_error.is_some()).await;
    assert_eq!(failing.last_error.as_deref(), Some("the store of positions failed: disk full"));
    assert_eq!(function.seen(), ["A"]);
    positions.full.store(false, Ordering::SeqCst);
    running.drained().await;
    assert_eq!(function.seen(), ["A", "B"]);
}

#[tokio::test]
async fn a_stop_waits_for_the_function_and_saves_what_it_did() {
    let system = System::start().await;
    system.put_all(&["A", "B"]).await;
    let (called, answer) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (calling, may_answer) = (called.clone(), answer.clone());
    let function = Function::deciding(move |_, _| {
        calling.notify_one();
        let may_answer = may_answer.clone();
        async move {
            may_answer.notified().await;
            Ok(Value::Null)
        }
        .boxed()
    });
    let config = || MappingConfig { batch_size: 1, ..system.config() };
    let running = system.run(config(), &function);
    within_deadline(called.notified()).await;
    running.tell_to_stop();
    tokio::task::yield_now().await;
    assert!(!running.has_stopped());
    answer.notify_one();
    running.stop().await;
    let rest = Function::obliging();
    system.run(config(), &rest).drained().await;
    assert_eq!((function.seen(), rest.seen()), (vec!["A".to_owned()], vec!["B".to_owned()]));
}

#[tokio::test]
async fn a_start_at_the_latest_record_skips_what_is_there_and_nothing_later() {
    let system = System::start().await;
    let config = || MappingConfig { start: StartingPosition::Latest, ..system.config() };
    system.put("A", "").await;
    let function = Function::obliging();
    let mut running = system.run(config(), &function);
    running.drained().await;
    system.put("B", "").await;
    running.drained().await;
    running.stop().await;
    system.put("C", "").await;
    system.run(config(), &function).drained().await;
    assert_eq!(function.seen(), ["B", "C"]);
}
