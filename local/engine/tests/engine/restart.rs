//! What survives: nothing acknowledged is lost to a kill, and stream positions keep their meaning.

use std::path::Path;
use std::process::Child;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodbstreams::types::ShardIteratorType;
use engine::Engine;
use testing::rerun;
use tokio::net::TcpListener;

use crate::support::{Served, TABLE, clients, create_table, item, sequence_number};

const FILE: &str = "ENGINE_TEST_FILE";
const READY: &str = "serving at ";
const WRITERS: usize = 8;
const WRITES_EACH: usize = 20;

/// The engine in a process of its own, killed when dropped.
struct Victim {
    process: Child,
    url: String,
}

impl Victim {
    fn start(file: &Path) -> Self {
        let (process, mut lines) = rerun("restart::serve_until_killed", FILE, file);
        let url = lines.find_map(|line| Some(line.split_once(READY)?.1.to_owned())).unwrap();
        Self { process, url }
    }
}

impl Drop for Victim {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// Not a test: the process that the next test kills.
#[tokio::test]
async fn serve_until_killed() {
    let Ok(file) = std::env::var(FILE) else { return };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{READY}http://{}", listener.local_addr().unwrap());
    Engine::open(Path::new(&file)).unwrap().serve(listener, std::future::pending()).await.unwrap();
}

/// Writes until the engine stops answering; returns the keys of the acknowledged writes.
async fn write_until_refused(
    client: Client,
    writer: usize,
    enough: tokio::sync::mpsc::Sender<()>,
) -> Vec<String> {
    let mut acknowledged = Vec::new();
    loop {
        let key = format!("OUTBOX#{writer}-{}", acknowledged.len());
        let put = client.put_item().table_name(TABLE).set_item(Some(item(("TRIP#1", &key), &[])));
        if put.send().await.is_err() {
            return acknowledged;
        }
        acknowledged.push(key);
        if acknowledged.len() == WRITES_EACH {
            enough.send(()).await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_engine_has_lost_nothing_that_it_acknowledged() {
    let directory = tempfile::tempdir().unwrap();
    let victim = Victim::start(&directory.path().join("dynamodb.sqlite"));
    let (client, _) = clients(&victim.url);
    create_table(&client).await;
    let (enough, mut reached) = tokio::sync::mpsc::channel(WRITERS);
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| tokio::spawn(write_until_refused(client.clone(), writer, enough.clone())))
        .collect();
    for _ in 0..WRITERS {
        reached.recv().await.unwrap();
    }
    drop(victim);
    let served = Served::reopen(directory).await;
    for writer in writers {
        for key in writer.await.unwrap() {
            assert!(served.get(("TRIP#1", &key)).await.is_some(), "{key} was acknowledged");
        }
    }
}

#[tokio::test]
async fn a_stored_position_means_the_same_after_a_restart() {
    let served = Served::with_table().await;
    for n in 0..3 {
        served.put(("TRIP#1", &format!("OUTBOX#{n}")), &[]).await;
    }
    let before = served.records().await;
    let served = Served::reopen(served.stop().await).await;
    served.put(("TRIP#1", "OUTBOX#3"), &[]).await;
    let position = sequence_number(&before[1]);
    let after = served.records_from(ShardIteratorType::AfterSequenceNumber, Some(position)).await;
    assert_eq!(after[0], before[2]);
    assert_eq!(after.len(), 2);
    assert!(sequence_number(&after[1]) > sequence_number(&before[2]));
}
