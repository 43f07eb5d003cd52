//! Reads the log into the counts: each event once, and so many at a time.

use domain::Timestamp;

use super::tally::{Tally, WINDOW};
use crate::ports::{EventLog, Position};

/// Events read from the log at a time.
const PAGE: usize = 256;
/// Most pages for one beat; the rest follows with the next.
const PAGES: usize = 16;

/// How far the log has been read.
#[derive(Default)]
pub(super) struct Reader {
    last: Option<(Position, Timestamp)>,
}

impl Reader {
    /// Adds the events since the last time, of the window that ends now; whether there are more
    /// than may be read at once.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub(super) async fn read(
        &mut self,
        log: &dyn EventLog,
        now: Timestamp,
        tally: &mut Tally,
    ) -> Result<bool, anyhow::Error> {
        let mut after = self.begin(log, now).await?;
        for _ in 0..PAGES {
            let events = log.after(after, PAGE).await?;
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
    async fn begin(&self, log: &dyn EventLog, now: Timestamp) -> Result<Position, anyhow::Error> {
        match self.last {
            Some((after, read_at)) if now.since(read_at) < WINDOW => Ok(after),
            Some((after, _)) => Ok(log.since(now.before(WINDOW)).await?.max(after)),
            None => log.since(now.before(WINDOW)).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::event::SOURCE;
    use serde_json::json;

    use super::*;
    use crate::ports::Memory;

    const NOON: i64 = 1_772_366_400_000;

    fn publish_confirmed(log: &Memory, trips: u32) {
        let now = Timestamp::from_millis(NOON);
        let event = json!({
            "source": SOURCE, "detail-type": "trip.confirmed.v1", "detail": {"subject": "trip-1", "time": now},
        });
        for _ in 0..trips {
            log.add(now, &event);
        }
    }

    #[tokio::test]
    async fn every_event_is_counted_once_and_so_many_at_a_time() {
        let log = Memory::default();
        let (mut reader, mut tally) = (Reader::default(), Tally::default());
        let now = Timestamp::from_millis(NOON);
        publish_confirmed(&log, 5_000);
        for (is_behind, counted) in [(true, 4_096), (false, 5_000), (false, 5_000)] {
            let read = reader.read(&log, now, &mut tally).await.unwrap();
            assert_eq!((read, tally.ended()[0]), (is_behind, counted));
        }
        publish_confirmed(&log, 10);
        // Nobody has looked for a day: what was before the window is not read again.
        let later = Timestamp::from_millis(NOON + 24 * 60 * 60 * 1_000);
        assert!(!reader.read(&log, later, &mut tally).await.unwrap());
        assert_eq!(tally.ended()[0], 5_000);
    }
}
