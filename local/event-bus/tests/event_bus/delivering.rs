//! A bus that delivers, on a temporary directory.

use std::time::Duration;

use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::types::Target;
use aws_sdk_eventbridge::types::builders::TargetBuilder;
use event_bus::{Config, EventBus, RetryPolicy};
use serde_json::Value;
use tempfile::TempDir;
use tokio::task::JoinHandle;

use crate::hook::Hook;
use crate::support::{RunningClock, client_of, open};

/// Retries without long waits.
pub(crate) const QUICK: RetryPolicy = RetryPolicy {
    first: Duration::from_millis(5),
    longest: Duration::from_millis(50),
    ..RetryPolicy::TARGET
};

/// A bus that delivers.
pub(crate) struct Delivering {
    pub(crate) bus: EventBus,
    pub(crate) client: Client,
    pub(crate) directory: TempDir,
    pub(crate) task: JoinHandle<()>,
}

impl Delivering {
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::on(TempDir::new().unwrap(), change).await
    }

    pub(crate) async fn on(directory: TempDir, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config::new(RunningClock::start());
        config.retries = QUICK;
        config.patience = Duration::from_secs(60);
        change(&mut config);
        let bus = open(&directory, config);
        let client = client_of(&bus).await;
        let delivering = bus.clone();
        let task =
            tokio::spawn(async move { delivering.deliver(std::future::pending()).await.unwrap() });
        Self { bus, client, directory, task }
    }

    /// The process is killed, and another one starts on the same files.
    pub(crate) async fn restart(self) -> Self {
        self.task.abort();
        let _ = self.task.await;
        Self::on(self.directory, |_| {}).await
    }

    pub(crate) async fn rule(&self, name: &str, pattern: &str) {
        let rule = self.client.put_rule().name(name).event_bus_name("trip-saga");
        rule.event_pattern(pattern).send().await.unwrap();
    }

    /// A rule for all events with one target.
    pub(crate) async fn target(&self, rule: &str, target: TargetBuilder) {
        self.rule(rule, r#"{"source":["trip-saga"]}"#).await;
        let put = self.client.put_targets().rule(rule).event_bus_name("trip-saga");
        put.targets(target.id("it").build().unwrap()).send().await.unwrap();
    }

    pub(crate) async fn hook(&self, rule: &str, hook: &Hook) {
        self.target(rule, at(hook)).await;
    }

    pub(crate) fn dead_letters(&self) -> Vec<Value> {
        let file = self.directory.path().join("dead-letters.jsonl");
        let text = std::fs::read_to_string(file).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

pub(crate) fn at(hook: &Hook) -> TargetBuilder {
    Target::builder().arn(&hook.url)
}

/// How many deliveries the queue on disk holds.
pub(crate) fn waiting(directory: &TempDir) -> u64 {
    let file = rusqlite::Connection::open(directory.path().join("bus.sqlite")).unwrap();
    file.query_row("SELECT count(*) FROM bus_deliveries", [], |row| row.get(0)).unwrap()
}
