//! Lets everything arrive: the stream's records where no mapping reads them, and what a system
//! still has under way.

use std::time::{Duration, Instant};

use local::System;
use serde_json::{Value, json};
use store::OpenCounts;

use crate::{Bed, Capture, eventually};

/// As many records as the mappings hand over at once.
const BATCH: usize = 100;
/// How long open work may last once nothing runs: longer than the sweeper takes to come for it.
const PATIENCE: Duration = Duration::from_secs(90);
const PAUSE: Duration = Duration::from_millis(100);

/// How often the sweeper may come for what the dispatcher could not mark.
const SWEEPS: usize = 5;
/// Longer than an event may be pending before the sweeper takes it up.
const GRACE: Duration = Duration::from_secs(16 * 60);

/// Hands every record of the stream to the function that its mapping would hand it to; what is left
/// pending after that is the sweeper's.
pub(super) async fn deliver(bed: &Bed) {
    let capture = whole_stream(bed).await;
    let done = json!({ "batchItemFailures": [] });
    for batch in capture.events().chunks(BATCH) {
        assert_eq!(bed.dispatch(batch).await.unwrap(), done);
    }
    for batch in capture.trips().chunks(BATCH) {
        assert_eq!(bed.project(batch).await.unwrap(), done);
    }
    for _ in 0..SWEEPS {
        if bed.outbox().open_counts().await.unwrap().pending_events > 0 {
            bed.clock.advance(GRACE);
            bed.sweep().await.unwrap();
        }
    }
}

/// The stream, once it shows each committed event and each version of each trip.
async fn whole_stream(bed: &Bed) -> Capture {
    let trips = bed.fold().await;
    let versions: u64 = trips.values().map(|trip| trip.version).sum();
    let mut events = 0;
    for trip in trips.keys() {
        events += bed.committed(trip).await.len();
    }
    eventually("the whole stream", async || {
        let capture = bed.capture(0).await;
        let is_whole = capture.events().len() >= events && holds(&capture.trips(), versions);
        is_whole.then_some(capture)
    })
    .await
}

fn holds(trips: &[Value], versions: u64) -> bool {
    u64::try_from(trips.len()).unwrap() >= versions
}

/// Waits until a system runs nothing, its consumers have caught up, and the sweeper has come for
/// what they missed. Work that stays open is left to the checks, which name it.
pub(super) async fn drain(bed: &Bed, system: &System) -> OpenCounts {
    let started = Instant::now();
    loop {
        system.idle().await.unwrap();
        let open = bed.outbox().open_counts().await.unwrap();
        if open.pending_events == 0 || started.elapsed() > PATIENCE {
            return open;
        }
        tokio::time::sleep(PAUSE).await;
    }
}
