//! What holds at every moment, in the middle of anything.

use domain::{ErrorCode, Trip, TripStatus};
use saga::Operation;

use super::super::execution::{End, Execution, Why};
use super::super::protocol::Protocol;
use super::super::scenario::Kind;
use super::super::table::{OutboxItem, Partition};
use super::super::world::World;
use super::{Condition, books_of, charges, recorded, trips};

pub(super) const ALL: &[(&str, Condition)] = &[
    ("a CONFIRMED trip records everything as held", confirmed_is_complete),
    ("suppliers hold all of a CONFIRMED trip until its cancellation starts", confirmed_is_held),
    ("a FAILED or CANCELLED trip holds nothing, in its table and at its suppliers", undone_is_free),
    ("a trip is paid for once at most, and refunded no more than that", charged_once),
    ("a trip's events are numbered from 1, without gaps", events_are_gapless),
    ("no event of a trip is told twice", events_are_told_once),
    ("the commit that brings a trip to an end says so last", ends_are_told),
    ("a confirmed trip is never said to have failed", confirmed_never_failed),
    ("an execution ends where it may", executions_end_well),
    ("the view never goes back", view_never_goes_back),
    ("on an ordered bus, each event comes after all those before it", published_in_order),
];

fn confirmed_is_complete(_: &Protocol, world: &World) -> bool {
    confirmed(world).all(|trip| recorded(trip) == [true; 3])
}

fn confirmed_is_held(protocol: &Protocol, world: &World) -> bool {
    let is_held = |trip: &Trip| books_of(protocol, world, trip).held() == [true; 3];
    confirmed(world).all(|trip| is_held(trip) || is_being_cancelled(protocol, world, trip))
}

fn undone_is_free(protocol: &Protocol, world: &World) -> bool {
    let is_undone =
        |trip: &&Trip| matches!(trip.state().status, TripStatus::Failed | TripStatus::Cancelled);
    let held = |trip| [recorded(trip), books_of(protocol, world, trip).held()];
    trips(world).filter(is_undone).all(|trip| held(trip) == [[false; 3]; 2])
}

fn charged_once(protocol: &Protocol, world: &World) -> bool {
    let mut charges = (0..world.partitions.len()).map(|trip| charges(protocol, world, trip));
    charges.all(|(charged, refunded)| charged <= 1 && refunded <= charged)
}

fn events_are_gapless(_: &Protocol, world: &World) -> bool {
    world.partitions.iter().all(|partition| {
        let latest = partition.trip.as_ref().map_or(0, |trip| trip.state().last_sequence);
        partition.outbox.iter().map(|item| item.event.sequence).eq(1..=latest)
    })
}

fn events_are_told_once(_: &Protocol, world: &World) -> bool {
    world.partitions.iter().all(|partition| {
        let types: Vec<_> = partition.event_types().collect();
        types.iter().enumerate().all(|(at, event)| !types[..at].contains(event))
    })
}

fn ends_are_told(_: &Protocol, world: &World) -> bool {
    world.partitions.iter().all(|partition| {
        let expected = match partition.trip.as_ref().map(|trip| trip.state().status) {
            Some(TripStatus::Confirmed) => "trip.confirmed.v1",
            Some(TripStatus::Failed) => "trip.failed.v1",
            Some(TripStatus::Cancelled) => "trip.cancelled.v1",
            _ => return true,
        };
        partition.event_types().last() == Some(expected)
    })
}

fn confirmed_never_failed(_: &Protocol, world: &World) -> bool {
    let tells = |partition: &Partition, name| partition.event_types().any(|event| event == name);
    world.partitions.iter().all(|partition| {
        !(tells(partition, "trip.confirmed.v1") && tells(partition, "trip.failed.v1"))
    })
}

fn executions_end_well(protocol: &Protocol, world: &World) -> bool {
    let mut executions = world.executions.iter().enumerate();
    executions.all(|(role, execution)| match execution {
        Execution::Ended(end) => may_end(protocol, world, role, *end),
        Execution::NotStarted | Execution::Running { .. } => true,
    })
}

fn view_never_goes_back(_: &Protocol, world: &World) -> bool {
    let mut roots = world.projector.roots.iter();
    roots.all(|root| root.row.as_ref().map_or(0, |row| row.state().version) == root.highest)
}

/// What is on the bus stays there, so that in each state it is the beginning of the trip's events.
fn published_in_order(protocol: &Protocol, world: &World) -> bool {
    let is_told = |item: &OutboxItem| item.published.times > 0;
    let in_order = |partition: &Partition| {
        partition.outbox.iter().skip_while(|item| is_told(item)).all(|item| !is_told(item))
    };
    !protocol.scenario.streams.in_order || world.partitions.iter().all(in_order)
}

fn confirmed(world: &World) -> impl Iterator<Item = &Trip> {
    trips(world).filter(|trip| trip.state().status == TripStatus::Confirmed)
}

/// A cancellation refunds first and commits then that it has begun: nobody else moves a confirmed
/// trip meanwhile.
fn is_being_cancelled(protocol: &Protocol, world: &World, trip: &Trip) -> bool {
    world.invocations().any(|invocation| {
        invocation.why == Why::Cancellation
            && protocol.saga_of(invocation.role).claim.saga_id == trip.state().saga_id
    })
}

/// Where an execution may end, by what it is for and what became of its trip.
fn may_end(protocol: &Protocol, world: &World, role: usize, end: End) -> bool {
    use ErrorCode::{TripAlreadyConfirmed, TripConflict};
    use TripStatus::{Cancelled, Cancelling, Compensating, Confirmed, Failed};
    let saga = protocol.saga_of(role);
    let trip = world.trip(saga.trip);
    if trip.is_some_and(|trip| trip.state().saga_id != saga.claim.saga_id) {
        // On another saga's trip there is nothing but a conflict.
        return matches!(end, End::Failed | End::Broken(_, TripConflict));
    }
    let is =
        |allowed: &[TripStatus]| trip.is_some_and(|trip| allowed.contains(&trip.state().status));
    match (protocol.kind_of(role), end) {
        (_, End::Aborted) => true,
        (Kind::Booking, End::Succeeded { .. }) => is(&[Confirmed, Cancelling, Cancelled]),
        (Kind::Booking, End::Failed) => is(&[Compensating, Failed]),
        (Kind::Cancellation, End::Succeeded { .. }) => is(&[Cancelled]),
        (Kind::Operator, End::Succeeded { .. }) => is(&[Failed]),
        (Kind::Operator, End::Broken(Operation::PaymentRefund, TripAlreadyConfirmed)) => {
            is(&[Confirmed, Cancelling, Cancelled])
        }
        (_, End::Failed | End::Broken(..)) => false,
    }
}
