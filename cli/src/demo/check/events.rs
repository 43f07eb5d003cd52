//! Checks on events: the committed ones, and those on the bus.

use std::collections::{BTreeMap, BTreeSet};

use domain::event::Fact;
use domain::{Envelope, EventId, TripId};

use crate::demo::facts::Facts;

/// An event in text for a person.
fn told(event: &Envelope) -> String {
    let Envelope { subject, event_type, id, .. } = event;
    format!("{subject} {event_type} ({id})")
}

fn on_the_bus(facts: &Facts) -> impl Iterator<Item = &Envelope> {
    facts.published.iter().map(|published| &published.event)
}

pub(super) fn published(facts: &Facts) -> Vec<String> {
    let lost = missing(&facts.committed, on_the_bus(facts));
    let lost = lost.map(|event| format!("{} never reached the bus", told(event)));
    let made_up = missing(on_the_bus(facts), &facts.committed);
    let made_up = made_up.map(|event| format!("{} was never committed", told(event)));
    lost.chain(made_up).collect()
}

/// The events of `here` whose ids are not in `there`.
fn missing<'a>(
    here: impl IntoIterator<Item = &'a Envelope>,
    there: impl IntoIterator<Item = &'a Envelope>,
) -> impl Iterator<Item = &'a Envelope> {
    let there: BTreeSet<EventId> = there.into_iter().map(|event| event.id).collect();
    here.into_iter().filter(move |event| !there.contains(&event.id))
}

pub(super) fn same_event(facts: &Facts) -> Vec<String> {
    let mut first = BTreeMap::<EventId, &Envelope>::new();
    let mut different = Vec::new();
    for event in facts.committed.iter().chain(on_the_bus(facts)) {
        let known = *first.entry(event.id).or_insert(event);
        if known != event {
            let Envelope { subject, event_type, .. } = event;
            different.push(format!(
                "{} has other content elsewhere, as a {event_type} of {subject}",
                told(known)
            ));
        }
    }
    different
}

pub(super) fn sequences(facts: &Facts) -> Vec<String> {
    by_trip(facts).iter().filter_map(|(trip, events)| gap(trip, events)).collect()
}

/// What a FIFO subscriber was sent of each trip. It was sent all that is on the bus.
pub(super) fn in_order(facts: &Facts) -> Vec<String> {
    let received = facts.received.as_deref().unwrap_or_default();
    let mut trips = BTreeMap::<_, Vec<_>>::new();
    for event in received {
        trips.entry(&event.subject).or_default().push(event.sequence.parse::<u64>());
    }
    let unsent = missing(on_the_bus(facts), received);
    let unsent = unsent.map(|event| format!("{} was not sent to the subscriber", told(event)));
    let wrong = trips.into_iter().filter_map(|(trip, numbers)| {
        let wrong = numbers.iter().zip(1..).find(|(number, place)| number.as_ref() != Ok(place));
        wrong.map(|(number, place)| match number {
            Ok(number) => format!("the subscriber got {number} of {trip} where {place} must be"),
            Err(_) => format!("the subscriber got an event of {trip} without a number"),
        })
    });
    unsent.chain(wrong).collect()
}

fn gap(trip: &TripId, events: &[&Envelope]) -> Option<String> {
    let mut numbers: Vec<_> = events.iter().map(|event| event.sequence.parse::<u64>()).collect();
    numbers.sort_by_key(|number| number.clone().unwrap_or(0));
    let wrong = numbers.iter().zip(1..).find(|(number, place)| number.as_ref() != Ok(place));
    wrong.map(|(number, place)| match number {
        Ok(number) => format!("{trip} has {number} where {place} must be"),
        Err(_) => format!("{trip} has an event without a number"),
    })
}

pub(super) fn confirmed_stands(facts: &Facts) -> Vec<String> {
    let trips = by_trip(facts);
    let fell = trips.iter().filter(|(_, events)| fell(events));
    fell.map(|(trip, _)| format!("{trip} failed after it was confirmed")).collect()
}

/// Sequence numbers have a fixed width, so that they order as text.
fn fell(events: &[&Envelope]) -> bool {
    let numbers = |event_type| {
        let of_type = events.iter().filter(move |event| event.event_type == event_type);
        of_type.map(|event| event.sequence.as_str())
    };
    let confirmed = numbers(Fact::TRIP_CONFIRMED).min();
    confirmed.is_some_and(|confirmed| numbers(Fact::TRIP_FAILED).any(|failed| failed > confirmed))
}

fn by_trip(facts: &Facts) -> BTreeMap<&TripId, Vec<&Envelope>> {
    let mut trips = BTreeMap::<_, Vec<_>>::new();
    for event in &facts.committed {
        trips.entry(&event.subject).or_default().push(event);
    }
    trips
}
