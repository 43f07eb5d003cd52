//! How much is read at once and in advance.

use std::num::NonZeroU16;
use std::sync::Arc;
use std::time::Duration;

use event_source_mapping::{MappingConfig, Polling};
use futures::FutureExt;
use serde_json::Value;
use stream_replay::{Origin, ReadError, ShardReader, SharedPages};
use testing::ScriptedStream;
use tokio::sync::{Mutex, Semaphore};

use crate::function::Function;
use crate::running::{config, only_shard};
use crate::scripted_client::{client, start};

const AN_HOUR: Duration = Duration::from_secs(60 * 60);

/// A stream of so many records.
fn stream_of(records: usize) -> ScriptedStream {
    let stream = ScriptedStream::with_shards(&[("shard", None)]);
    for number in 0..records {
        stream.write("shard", &number.to_string());
    }
    stream
}

/// A mapping that reads so many records at once.
fn pages_of(records: u16, polling: Polling) -> MappingConfig {
    let page = NonZeroU16::new(records).unwrap();
    MappingConfig { polling: Polling { page, ..polling }, ..config(ScriptedStream::ARN) }
}

#[tokio::test]
async fn after_a_full_page_there_is_no_pause() {
    let stream = stream_of(6);
    let pauses = Polling { busy: AN_HOUR, idle: AN_HOUR, ..Polling::default() };
    let function = Function::obliging();
    let mut running = start(&stream, pages_of(2, pauses), &function);
    running.until_shard(|shard| shard.delivered == 6).await;
    assert_eq!(function.seen(), ["0", "1", "2", "3", "4", "5"]);
}

/// Here time passes only when nothing else can happen.
#[tokio::test(start_paused = true)]
async fn a_slow_function_holds_up_the_reader() {
    let gate = Arc::new(Semaphore::new(5));
    let narrow = Arc::clone(&gate);
    let function = Function::deciding(move |_, _| {
        let narrow = Arc::clone(&narrow);
        async move {
            // Long enough for the reader to fill every place.
            tokio::time::sleep(Duration::from_secs(1)).await;
            narrow.acquire().await.unwrap().forget();
            Ok(Value::Null)
        }
        .boxed()
    });
    let config = MappingConfig { batch_size: 1, ..pages_of(1, Polling::default()) };
    let mut running = start(&stream_of(20), config, &function);
    tokio::time::sleep(AN_HOUR / 100).await;
    let held_up = only_shard(&running.progress.borrow());
    // One is with the function and one waits for it, four pages for the lane, and one for a place.
    assert_eq!((held_up.delivered, held_up.reads <= 12), (5, true), "{} reads", held_up.reads);
    gate.add_permits(20);
    running.drained().await;
    assert_eq!(function.seen().len(), 20);
}

/// The sequence numbers of the next page.
async fn next(reader: &mut ShardReader) -> Result<Vec<String>, ReadError> {
    let page = reader.read().await?;
    Ok(page.records.into_iter().map(|record| record.sequence_number).collect())
}

#[tokio::test]
async fn what_one_reader_has_read_is_not_asked_for_again() {
    let stream = ScriptedStream::with_shards(&[("shard", None)]);
    let numbers: Vec<_> = (0..7).map(|key: u8| stream.write("shard", &key.to_string())).collect();
    let pages: Arc<Mutex<SharedPages>> = Arc::default();
    let reader = || {
        let from = Origin::After(numbers[0].clone());
        ShardReader::new(client(&stream), ScriptedStream::ARN, "shard", from)
            .with_pages_of(NonZeroU16::new(2).unwrap())
            .sharing(Arc::clone(&pages))
    };
    let (mut one, mut other) = (reader(), reader());
    assert_eq!(next(&mut one).await.unwrap(), numbers[1..3]);
    assert_eq!(next(&mut one).await.unwrap(), numbers[3..5]);
    stream.fail("GetRecords", &["InternalServerError"]);
    assert_eq!(next(&mut other).await.unwrap(), numbers[1..5], "without the stream");
    next(&mut other).await.expect_err("only the stream knows what follows");
    assert_eq!(next(&mut other).await.unwrap(), numbers[5..7], "at the same place");
    assert_eq!(next(&mut one).await.unwrap(), numbers[5..7]);
    assert_eq!(next(&mut one).await.unwrap(), [""; 0], "the end");
}

/// A consumer that was held up for hours must not give up what it has just read.
#[tokio::test(start_paused = true)]
async fn a_record_ages_from_the_reading_of_its_own_reader() {
    let stream = ScriptedStream::with_shards(&[("shard", None)]);
    let first = stream.write("shard", "0");
    stream.write("shard", "1");
    let pages: Arc<Mutex<SharedPages>> = Arc::default();
    let reader = || {
        let from = Origin::After(first.clone());
        ShardReader::new(client(&stream), ScriptedStream::ARN, "shard", from)
            .sharing(Arc::clone(&pages))
    };
    let (mut one, mut other) = (reader(), reader());
    let early = one.read().await.unwrap();
    tokio::time::advance(AN_HOUR).await;
    let late = other.read().await.unwrap();
    let age = |page: &stream_replay::Page| page.records[0].read_at.elapsed();
    assert!(age(&early) >= AN_HOUR && age(&late) < AN_HOUR);
}
