//! What must hold: in every state, in every state of rest, and, so that none of it holds for want
//! of anything happening, what must be reached.

mod always;
mod at_rest;
pub(crate) mod reached;

use domain::Trip;
use stateright::Property;

use super::books::{Books, Supplier};
use super::protocol::Protocol;
use super::scenario::Scenario;
use super::world::World;

/// A condition on a state.
type Condition = fn(&Protocol, &World) -> bool;

/// A state that a scenario must come to, or its run shows nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reached {
    name: &'static str,
    is_so: Condition,
}

/// Every property of a scenario.
pub(super) fn all(scenario: &Scenario) -> Vec<Property<Protocol>> {
    let always = always::ALL.iter().chain(at_rest::ALL);
    let always = always.map(|(name, holds)| Property::always(name, *holds));
    let reached = scenario.reached.iter();
    let sometimes = reached.map(|Reached { name, is_so }| Property::sometimes(name, *is_so));
    always.chain(sometimes).collect()
}

/// Every trip that was committed.
fn trips(world: &World) -> impl Iterator<Item = &Trip> {
    world.partitions.iter().filter_map(|partition| partition.trip.as_deref())
}

/// What the suppliers know of the saga that a trip belongs to.
fn books_of<'a>(protocol: &Protocol, world: &'a World, trip: &Trip) -> &'a Books {
    let owns =
        |number: &usize| protocol.scenario.sagas[*number].claim.saga_id == trip.state().saga_id;
    let owner = (0..world.books.len()).find(owns).expect("a saga of the scenario wrote the trip");
    &world.books[owner]
}

/// What a trip says it holds: flight, hotel, payment.
fn recorded(trip: &Trip) -> [bool; 3] {
    [trip.holds_flight(), trip.holds_hotel(), trip.holds_payment()]
}

/// How often a trip was paid for, and how often refunded, by whichever saga.
fn charges(protocol: &Protocol, world: &World, trip: usize) -> (u8, u8) {
    let sagas = protocol.scenario.sagas.iter().zip(&world.books);
    let bank =
        sagas.filter(|(saga, _)| saga.trip == trip).map(|(_, books)| books.of(Supplier::Bank));
    bank.fold((0, 0), |(charged, refunded), book| (charged + book.effects, refunded + book.undone))
}
