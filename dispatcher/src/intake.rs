//! Selects the new events from a batch of stream records.

use aws_lambda_events::event::dynamodb::EventRecord;
use lambda_kit::error::chain;
use lambda_kit::metrics;
use lambda_kit::stream::{Batch, Kind, SequenceNumber, Unreadable, is_imageless};
use store::MAX_DETAIL_TYPE;
use store::outbox::{OutboxKey, PendingEvent, decode, is_of_event, key_of};

use crate::packing::Limits;

/// A batch, sorted by what each record needs. A place is a record's index in the batch.
#[derive(Debug, Default)]
pub(crate) struct Intake<'a> {
    /// To be published.
    pub(crate) events: Vec<(usize, PendingEvent<'a>)>,
    /// To be parked.
    pub(crate) misfits: Vec<(usize, Misfit)>,
    /// The place of each record in its shard.
    pub(crate) numbers: Vec<SequenceNumber<'a>>,
}

/// An event that can never be published in its present form.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Misfit {
    pub(crate) key: OutboxKey,
    pub(crate) reason: String,
}

/// What a record needs.
enum Task<'a> {
    Publish(PendingEvent<'a>),
    Park(Misfit),
    /// Not a new event: a change of a trip, a mark, an expiry, or something newer than this
    /// release.
    Skip,
    /// Without the form of a stream record, or without a key to park it by. If it is an event, it
    /// stays pending: the sweeper reads it from the table, and counts it as long as it is there.
    Leave,
    /// An event without its image. It stays pending, for the sweeper.
    LeaveImageless,
}

impl<'a> Intake<'a> {
    pub(crate) fn of(batch: Batch<'a, PendingEvent<'a>>, limits: Limits) -> Self {
        match batch {
            Batch::Plain(records) => Self::sorted(records.into_iter().map(|record| {
                let task = if record.kind == Kind::Insert {
                    sized(record.change, limits)
                } else {
                    Task::Skip
                };
                (record.sequence_number, task)
            })),
            Batch::Mixed(records) => Self::sorted(
                records
                    .into_iter()
                    .map(|record| (record.sequence_number, task(record.event, limits))),
            ),
        }
    }

    fn sorted(tasks: impl Iterator<Item = (SequenceNumber<'a>, Task<'a>)>) -> Self {
        let mut intake = Self::default();
        let (mut skipped, mut unreadable, mut imageless) = (0, 0, 0);
        for (place, (sequence_number, task)) in tasks.enumerate() {
            match task {
                Task::Publish(event) => intake.events.push((place, event)),
                Task::Park(misfit) => intake.misfits.push((place, misfit)),
                Task::Skip => skipped += 1,
                Task::Leave => unreadable += 1,
                Task::LeaveImageless => imageless += 1,
            }
            intake.numbers.push(sequence_number);
        }
        metrics::count("RecordsSkipped", skipped);
        metrics::count("RecordsUnreadable", unreadable);
        metrics::count("RecordsWithoutImage", imageless);
        intake
    }
}

fn task(event: Result<EventRecord, Unreadable>, limits: Limits) -> Task<'static> {
    match event {
        Err(unreadable) => {
            tracing::error!(error = chain(&unreadable), "a stream record is left to the sweeper");
            Task::Leave
        }
        Ok(event) if Kind::of(&event) != Kind::Insert => Task::Skip,
        Ok(event) => inserted(event, limits),
    }
}

fn inserted(record: EventRecord, limits: Limits) -> Task<'static> {
    match key_of(&record.change.keys) {
        Ok(_) if is_imageless(&record) => Task::LeaveImageless,
        Ok(key) => keyed(key, record, limits),
        Err(error) if is_of_event(&record.change.keys) => {
            tracing::error!(
                error = chain(&error),
                "an event without a proper key is left in its table"
            );
            Task::Leave
        }
        Err(_) => Task::Skip,
    }
}

fn keyed(key: OutboxKey, record: EventRecord, limits: Limits) -> Task<'static> {
    match decode(record.change.new_image) {
        Ok(event) => sized(event.into(), limits),
        Err(error) => Task::Park(Misfit { key, reason: chain(&error) }),
    }
}

fn sized(event: PendingEvent<'_>, limits: Limits) -> Task<'_> {
    fitting(event, limits).map_or_else(Task::Park, Task::Publish)
}

/// The event, if the bus can take it.
pub(crate) fn fitting(event: PendingEvent<'_>, limits: Limits) -> Result<PendingEvent<'_>, Misfit> {
    match excess(&event, limits) {
        None => Ok(event),
        Some(reason) => Err(Misfit { key: event.key, reason }),
    }
}

/// What is too large about the event. The bus silently drops an event whose type is too long.
fn excess(event: &PendingEvent<'_>, limits: Limits) -> Option<String> {
    let (size, letters) = (event.size(), event.event_type.chars().count());
    if size > limits.bytes {
        return Some(format!("the event has {size} bytes; a call may carry {}", limits.bytes));
    }
    (letters > MAX_DETAIL_TYPE).then(|| {
        format!("the event's type has {letters} characters; the bus takes {MAX_DETAIL_TYPE}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fakes::event;

    #[test]
    fn an_event_fits_up_to_the_last_byte_and_the_last_letter_of_its_type() {
        let event_type = "é".repeat(MAX_DETAIL_TYPE).into();
        let event = PendingEvent { event_type, ..event("trip-1", 1).into() };
        let limits = Limits { bytes: event.size(), ..Limits::default() };
        assert_eq!(fitting(event.clone(), limits), Ok(event));
    }
}
