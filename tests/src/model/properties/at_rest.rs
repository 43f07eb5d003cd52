//! What holds once everything has come to its end. Every run comes there: each step uses something
//! up, a doubt, a trouble or a retry, or brings an invocation or a batch nearer to its end.

use domain::Trip;
use store::view::SearchRow;

use super::super::books::Books;
use super::super::protocol::Protocol;
use super::super::scenario::Consumer;
use super::super::table::OutboxItem;
use super::super::world::World;
use super::{Condition, books_of, charges, recorded, trips};

pub(super) const ALL: &[(&str, Condition)] = &[
    ("at rest, no trip is in flight", |protocol, world| {
        !protocol.is_at_rest(world) || trips(world).all(|trip| trip.state().status.is_terminal())
    }),
    ("at rest, suppliers hold what the trips say and nothing else", |protocol, world| {
        !protocol.is_at_rest(world) || books_agree(protocol, world)
    }),
    ("at rest, whoever was charged has a trip, or the money back", |protocol, world| {
        !protocol.is_at_rest(world) || accounts_are_even(protocol, world)
    }),
    ("at rest, every event was published and none is pending", |protocol, world| {
        !protocol.is_at_rest(world) || every_event_is_told(protocol, world)
    }),
    ("at rest, the view is the fold of the trips", |protocol, world| {
        !protocol.is_at_rest(world) || view_is_the_fold(protocol, world)
    }),
];

/// The trips' own sagas hold what the trips record; any other saga holds nothing.
fn books_agree(protocol: &Protocol, world: &World) -> bool {
    let owned = trips(world).all(|trip| books_of(protocol, world, trip).held() == recorded(trip));
    let owners: Vec<_> = trips(world).map(|trip| &trip.state().saga_id).collect();
    let sagas = protocol.scenario.sagas.iter().zip(&world.books);
    let mut others = sagas.filter(|(saga, _)| !owners.contains(&&saga.claim.saga_id));
    let holds_nothing = |books: &Books| books.held() == [false; 3];
    owned && others.all(|(_, books)| holds_nothing(books))
}

fn accounts_are_even(protocol: &Protocol, world: &World) -> bool {
    world.partitions.iter().enumerate().all(|(number, partition)| {
        let (charged, refunded) = charges(protocol, world, number);
        let is_paid = partition.trip.as_ref().is_some_and(|trip| trip.holds_payment());
        charged - refunded == u8::from(is_paid)
    })
}

/// Without a sweeper, an event whose mark failed stays pending, though it was published.
fn every_event_is_told(protocol: &Protocol, world: &World) -> bool {
    let streams = protocol.scenario.streams;
    let is_told = |item: &OutboxItem| {
        item.published.times > 0 && !(item.is_pending && streams.have(Consumer::Sweeper))
    };
    // On an ordered bus, a trip waits for its parked event.
    let mut events = world
        .partitions
        .iter()
        .flat_map(|partition| partition.outbox.iter().take_while(|item| !item.is_parked));
    !streams.have(Consumer::Dispatcher) || events.all(is_told)
}

fn view_is_the_fold(protocol: &Protocol, world: &World) -> bool {
    let summary = |trip: Option<&Trip>| trip.map(|trip| SearchRow::from_trip(trip.state()));
    let rows = world.projector.roots.iter().map(|root| summary(root.row.as_deref()));
    let fold = world.partitions.iter().map(|partition| summary(partition.trip.as_deref()));
    !protocol.scenario.streams.have(Consumer::Projector) || rows.eq(fold)
}
