//! Reads the archive into the counts: each event once, and so many at a time.

use domain::Timestamp;
use event_bus::{Archive, Position, StorageError};

use super::tally::{Tally, WINDOW};

/// Events read from the archive at a time.
const PAGE: usize = 256;
/// Most pages for one beat; the rest follows with the next.
const PAGES: usize = 16;

/// How far the archive has been read.
#[derive(Default)]
pub(super) struct Reader {
    last: Option<(Position, Timestamp)>,
}

impl Reader {
    /// Adds the events since the last time, of the window that ends now; whether there are more
    /// than may be read at once.
    ///
    /// # Errors
    /// When the archive cannot be read.
    pub(super) async fn read(
        &mut self,
        archive: &Archive,
        now: Timestamp,
        tally: &mut Tally,
    ) -> Result<bool, StorageError> {
        let mut after = self.begin(archive, now).await?;
        for _ in 0..PAGES {
            let events = archive.read(after, PAGE).await?;
            for event in &events {
                tally.add(event);
            }
            after = events.last().map_or(after, |last| last.position);
            self.last = Some((after, now));
            if events.len() < PAGE {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Where to read on; where nobody has looked for as long as the window, at its beginning. To
    /// find that takes a walk through the index of the window's events.
    async fn begin(&self, archive: &Archive, now: Timestamp) -> Result<Position, StorageError> {
        match self.last {
            Some((after, read_at)) if now.since(read_at) < WINDOW => Ok(after),
            Some((after, _)) => Ok(archive.since(now.before(WINDOW)).await?.max(after)),
            None => archive.since(now.before(WINDOW)).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use domain::event::SOURCE;
    use event_bus::{Config, EventBus, handle};
    use serde_json::json;
    use testing::FixedClock;

    use super::*;

    const NOON: i64 = 1_772_366_400_000;

    async fn publish_confirmed(bus: &EventBus, trips: u32) {
        let detail = json!({"subject": "trip-1", "time": Timestamp::from_millis(NOON)}).to_string();
        let entry = json!({"Source": SOURCE, "DetailType": "trip.confirmed.v1", "Detail": detail, "EventBusName": SOURCE});
        let asked = json!({"Entries": vec![entry; 10]}).to_string();
        for _ in 0..trips / 10 {
            let answer = handle(bus, "PutEvents", asked.clone().into()).await;
            assert_eq!(answer.status, 200);
        }
    }

    #[tokio::test]
    async fn every_event_is_counted_once_and_so_many_at_a_time() {
        let file = tempfile::tempdir().unwrap();
        let config = Config {
            buses: [SOURCE.to_owned()].into(),
            ..Config::new(Arc::new(FixedClock::at_millis(NOON)))
        };
        let bus = EventBus::open(&file.path().join("bus"), config).unwrap();
        let (mut reader, mut tally) = (Reader::default(), Tally::default());
        let now = Timestamp::from_millis(NOON);
        publish_confirmed(&bus, 5_000).await;
        for (is_behind, counted) in [(true, 4_096), (false, 5_000), (false, 5_000)] {
            let read = reader.read(bus.archive(), now, &mut tally).await.unwrap();
            assert_eq!((read, tally.ended()[0]), (is_behind, counted));
        }
        publish_confirmed(&bus, 10).await;
        // Nobody has looked for a day: what was before the window is not read again.
        let later = Timestamp::from_millis(NOON + 24 * 60 * 60 * 1_000);
        assert!(!reader.read(bus.archive(), later, &mut tally).await.unwrap());
        assert_eq!(tally.ended()[0], 5_000);
    }
}
