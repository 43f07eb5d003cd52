//! Selects the changed trips from a batch of stream records, each in its highest version, and
//! separates the records that cannot be read.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use aws_lambda_events::event::dynamodb::EventRecord;
use domain::TripId;
use lambda_kit::error::chain;
use lambda_kit::metrics;
use lambda_kit::stream::{Batch, Kind, Record, SequenceNumber, Unreadable, is_imageless};
use serde_json::Value;
use store::CodecError;
use store::view::SearchRow;

/// A trip in a batch: the row that the view should hold, and the trip's first record.
#[derive(Debug)]
pub(crate) struct Changed {
    /// The highest version in the batch.
    pub(crate) row: SearchRow,
    /// The index of the trip's first record: if the row is not written, all of the trip's records
    /// must be sent again.
    pub(crate) first: usize,
}

/// A record that cannot be read.
#[derive(Debug)]
pub(crate) struct Poison<'a> {
    /// Its index in the batch.
    pub(crate) place: usize,
    /// Its place in its shard.
    pub(crate) sequence_number: SequenceNumber<'a>,
    /// Why it cannot be read.
    pub(crate) reason: String,
    /// The record as sent.
    pub(crate) json: Value,
}

/// The changed trips of a batch, the unreadable records, and the place of each record in its shard.
#[derive(Debug, Default)]
pub(crate) struct Intake<'a> {
    pub(crate) trips: Vec<Changed>,
    pub(crate) poison: Vec<Poison<'a>>,
    pub(crate) numbers: Vec<SequenceNumber<'a>>,
}

/// What a record says.
enum Said {
    Changed(SearchRow),
    /// Nothing about a trip's root item, or that it was removed, which never happens to a trip.
    Nothing,
    /// That a trip was changed, but not how. Its next change shows that, or a rebuild.
    Imageless,
    /// Something that cannot be read, for this reason, and the record as sent. The trip itself is
    /// still in its table, from which the view can be rebuilt; its next change repairs the row too.
    Unreadable(String, Value),
}

impl<'a> Intake<'a> {
    pub(crate) fn of(batch: Batch<'a, SearchRow>) -> Self {
        match batch {
            Batch::Plain(records) => Self::sorted(records.into_iter().map(|record| {
                let said = match record.kind {
                    Kind::Insert | Kind::Modify => Said::Changed(record.change),
                    Kind::Remove | Kind::Unknown => Said::Nothing,
                };
                (record.sequence_number, said)
            })),
            Batch::Mixed(records) => Self::sorted(records.into_iter().map(|record| {
                let Record { sequence_number, event, json } = record;
                (sequence_number, said(event, json))
            })),
        }
    }

    fn sorted(records: impl Iterator<Item = (SequenceNumber<'a>, Said)>) -> Self {
        let mut trips: HashMap<TripId, Changed> = HashMap::new();
        let mut numbers = Vec::new();
        let (mut poison, mut skipped, mut imageless) = (Vec::new(), 0, 0);
        for (place, (sequence_number, said)) in records.enumerate() {
            numbers.push(sequence_number.clone());
            match said {
                Said::Changed(row) => keep_highest(&mut trips, row, place),
                Said::Nothing => skipped += 1,
                Said::Imageless => imageless += 1,
                Said::Unreadable(reason, json) => {
                    poison.push(Poison { place, sequence_number, reason, json });
                }
            }
        }
        metrics::count("RecordsSkipped", skipped);
        metrics::count("RecordsUnreadable", poison.len());
        metrics::count("RecordsWithoutImage", imageless);
        Self { trips: trips.into_values().collect(), poison, numbers }
    }
}

fn keep_highest(trips: &mut HashMap<TripId, Changed>, row: SearchRow, place: usize) {
    match trips.entry(row.trip_id.clone()) {
        Entry::Vacant(unseen) => {
            unseen.insert(Changed { row, first: place });
        }
        Entry::Occupied(mut seen) if seen.get().row.version < row.version => {
            seen.get_mut().row = row;
        }
        Entry::Occupied(_) => {}
    }
}

fn said(event: Result<EventRecord, Unreadable>, json: Value) -> Said {
    match event {
        Err(unreadable) => {
            tracing::error!(error = chain(&unreadable), "a stream record is set aside");
            Said::Unreadable(unreadable.to_string(), json)
        }
        Ok(event) if !matches!(Kind::of(&event), Kind::Insert | Kind::Modify) => Said::Nothing,
        Ok(event) if is_imageless(&event) => Said::Imageless,
        Ok(event) => image(event, json),
    }
}

fn image(event: EventRecord, json: Value) -> Said {
    match SearchRow::from_item(event.change.new_image) {
        Ok(row) => Said::Changed(row),
        Err(CodecError::EntityType { .. }) => Said::Nothing,
        Err(error) => {
            // The keys name the trip; the rest of the image does not belong in a log.
            let (keys, reason) = (&event.change.keys, chain(&error));
            tracing::error!(?keys, reason, "a trip's record is set aside");
            Said::Unreadable(reason, json)
        }
    }
}
