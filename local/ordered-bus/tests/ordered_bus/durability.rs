//! A process that publishes and delivers is killed again and again: what it acknowledged is
//! delivered, in order within each group, and nothing is missed.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws_sdk_eventbridgev2::types::OrderingType;
use testing::rerun;

use crate::hook::Hook;
use crate::support::{Bed, Clocked, client_of, eventually, open, publish, retries};

const FILE_VARIABLE: &str = "ORDERED_BUS_TEST_FOLDER";
const KILLS: usize = 8;
const GROUPS: u32 = 5;

#[tokio::test(flavor = "multi_thread")]
async fn a_subscriber_misses_nothing_of_processes_that_are_killed() {
    let bed = Bed::open().await;
    let calls = std::sync::atomic::AtomicUsize::new(0);
    let fails = move || calls.fetch_add(1, std::sync::atomic::Ordering::SeqCst) % 4 == 3;
    let hook = Hook::answering(move |_| if fails() { 503 } else { 200 }).await;
    let subscriber = bed.subscriber(OrderingType::Fifo, &hook.url).name("s");
    subscriber.retry_policy(retries(185)).send().await.unwrap();
    let folder = Arc::clone(&bed.folder);
    drop(bed);
    let mut acknowledged = 0;
    for kill in 1..=KILLS {
        let path = folder.path().to_owned();
        let killing = tokio::task::spawn_blocking(move || kill_after(40 + 7 * kill, &path));
        acknowledged = killing.await.unwrap().max(acknowledged);
    }
    let account = open(folder.path(), Clocked::start(), |_| {});
    tokio::spawn({
        let account = account.clone();
        async move { account.deliver(std::future::pending()).await }
    });
    eventually("it catches up", async || account.standings().await.unwrap()[0].lag == 0).await;
    let mut groups = BTreeMap::<_, Vec<_>>::new();
    let events = hook.events();
    for (group, number) in &events {
        let seen = groups.entry(group.clone()).or_default();
        if !seen.contains(number) {
            seen.push(*number);
        }
    }
    let first: usize = groups.values().map(Vec::len).sum();
    println!(
        "killed {KILLS} times: {acknowledged} acknowledged, {} taken, {first} first",
        events.len()
    );
    assert!(first >= acknowledged, "{first} of {acknowledged}");
    for (group, numbers) in groups {
        assert!(numbers.iter().copied().eq(1..=numbers.len() as u64), "{group}: {numbers:?}");
    }
}

/// Runs this test binary as a publisher, and kills it once it has acknowledged so many events;
/// returns the number of the last one.
fn kill_after(count: usize, folder: &Path) -> usize {
    let (mut publisher, lines) =
        rerun("durability::publishes_and_delivers_until_it_is_killed", FILE_VARIABLE, folder);
    let (mut seen, mut last) = (0, 0);
    for line in lines {
        if let Some(number) = line.strip_prefix("acknowledged ") {
            (seen, last) = (seen + 1, number.parse().unwrap());
        }
        if seen == count {
            publisher.kill().unwrap();
        }
    }
    publisher.wait().unwrap();
    last
}

/// Not a test: the publisher that the test above starts and kills. It goes on where the last one
/// ended; an event that was not acknowledged is published again, under its id.
#[tokio::test(flavor = "multi_thread")]
async fn publishes_and_delivers_until_it_is_killed() {
    let Some(folder) = std::env::var_os(FILE_VARIABLE).map(PathBuf::from) else { return };
    let account = open(&folder, Clocked::start(), |_| {});
    let client = client_of(&account).await;
    tokio::spawn(async move { account.deliver(std::future::pending()).await });
    let progress = folder.join("acknowledged");
    let done = std::fs::read_to_string(&progress).ok().and_then(|text| text.parse::<u32>().ok());
    for number in done.unwrap_or(0).. {
        publish(&client, &format!("group-{}", number % GROUPS), number / GROUPS + 1).await;
        let next = folder.join("next");
        std::fs::write(&next, (number + 1).to_string()).unwrap();
        std::fs::rename(next, &progress).unwrap();
        writeln!(std::io::stdout(), "acknowledged {}", number + 1).unwrap();
    }
}
