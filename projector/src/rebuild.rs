//! Brings the whole view up to the write table, while the system is live.
//!
//! A trip is read once, and its row is written under the projector's own condition: where the stream has
//! brought a newer version meanwhile, that one stays. Neither needs to know of the other.

use std::future::ready;

use futures::{Stream, StreamExt, TryStreamExt};
use lambda_kit::error::chain;
use store::StoreError;
use store::view::{Put, SearchRow};

use crate::View;
use crate::projection::CONCURRENT_WRITES;

/// What a rebuild has done so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rebuilt {
    /// Trips that were read, those that cannot be understood among them.
    pub read: usize,
    /// Rows that were missing or older, and are written.
    pub written: usize,
    /// Rows that show the version that was read or a newer one.
    pub unchanged: usize,
    /// Why a trip or its row cannot be understood, one by one.
    pub unreadable: Vec<String>,
}

/// Writes the rows of `trips` into `view`, a few at a time, and tells `progress` after each.
///
/// What cannot be understood is reported and holds up no other. A row that shows its trip's version is left
/// alone, whatever else it says. With a [`crate::Rehearsal`] for a view, it tells what would be written.
///
/// # Errors
/// The first call that fails, also after the store's own retries, ends it. What is written stays written; the
/// next rebuild finds it unchanged.
pub async fn rebuild(
    trips: impl Stream<Item = Result<SearchRow, StoreError>>,
    view: &dyn View,
    mut progress: impl FnMut(&Rebuilt),
) -> Result<Rebuilt, StoreError> {
    let fates = trips.map(|trip| write(view, trip)).buffer_unordered(CONCURRENT_WRITES);
    let counted = fates.try_fold(Rebuilt::default(), |mut rebuilt, fate| {
        rebuilt.count(fate);
        progress(&rebuilt);
        ready(Ok(rebuilt))
    });
    counted.await
}

/// What became of a trip.
enum Fate {
    Put(Put),
    Unreadable(String),
}

async fn write(view: &dyn View, trip: Result<SearchRow, StoreError>) -> Result<Fate, StoreError> {
    let put = match trip {
        Ok(row) => view.put_newer(&row).await,
        Err(error) => Err(error),
    };
    match put {
        Ok(put) => Ok(Fate::Put(put)),
        Err(StoreError::Codec(error)) => Ok(Fate::Unreadable(chain(&error))),
        Err(error) => Err(error),
    }
}

impl Rebuilt {
    fn count(&mut self, fate: Fate) {
        self.read += 1;
        match fate {
            Fate::Put(Put::Written) => self.written += 1,
            Fate::Put(Put::Stale) => self.unchanged += 1,
            Fate::Unreadable(reason) => self.unreadable.push(reason),
        }
    }
}

#[cfg(test)]
mod tests;
