//! States that a scenario must come to, so that nothing holds for want of trouble.

use domain::event::Fact;
use domain::{ErrorCode, Trip, TripStatus};

use super::super::attempt::Phase;
use super::super::execution::{End, Execution};
use super::super::table::OutboxItem;
use super::super::world::World;
use super::{Reached, trips};

macro_rules! reached {
    ($($name:ident: $text:literal, $is_so:expr;)*) => {
        $(pub(crate) const $name: Reached =
            Reached { name: $text, is_so: |_, world| ($is_so as fn(&World) -> bool)(world) };)*
    };
}

reached! {
    CONFIRMED: "a trip is confirmed", |world| has_status(world, TripStatus::Confirmed);
    FAILED: "a trip fails", |world| has_status(world, TripStatus::Failed);
    CANCELLED: "a trip is cancelled", |world| has_status(world, TripStatus::Cancelled);
    TOMBSTONE: "a trip fails that was never written", |world| trips(world).any(is_tombstone);
    MEETS_TOMBSTONE: "a reservation meets a tombstone and is released", |world| {
        trips(world).any(is_tombstone) && is_releasing(world, ErrorCode::TripClosed)
    };
    LOST_RACE: "a race is lost", |world| {
        world.invocations().any(|it| matches!(it.attempt.phase, Phase::Reload(_)))
    };
    TOO_LATE: "a reservation comes too late and is released", |world| {
        is_releasing(world, ErrorCode::TripClosed)
    };
    SECOND: "a write that opens or closes a trip comes second", |world| {
        world.invocations().any(|it| it.attempt.lost_the_first_write())
    };
    LATE_EFFECT: "a reservation reaches the supplier after its release", |world| {
        world.books.iter().flat_map(|books| books.all()).any(|book| book.came_late)
    };
    TWO_ATTEMPTS: "two attempts of one reservation are about to commit", two_attempts;
    ALREADY_CONFIRMED: "a refund finds the trip confirmed, and the booking succeeds", |world| {
        world.executions.contains(&Execution::Ended(End::Succeeded { although_caught: true }))
    };
    UNRECORDED_CHARGE: "a charge is refunded that no commit recorded", |world| {
        let unrecorded = |fact: &Fact| {
            matches!(fact, Fact::PaymentRefunded { capture_recorded: false, .. })
        };
        outbox(world).any(|item| unrecorded(&item.event.fact))
    };
    CONFLICT: "another saga is turned away", |world| {
        let is_conflict = |end: &End| matches!(end, End::Broken(_, ErrorCode::TripConflict));
        world.executions.iter().any(|it| matches!(it, Execution::Ended(end) if is_conflict(end)))
    };
    TWICE: "an event is published twice", |world| {
        outbox(world).any(|item| item.published.times > 1)
    };
    SWEPT: "an event is published by the sweeper alone", |world| {
        outbox(world).any(|item| item.published.by_sweeper && item.published.times == 1)
    };
    REVERSED: "an event is published before the one that it follows", |world| {
        let unpublished_first = |pair: &[OutboxItem]| {
            pair[0].published.times == 0 && pair[1].published.times > 0
        };
        world.partitions.iter().any(|it| it.outbox.windows(2).any(unpublished_first))
    };
    TWO_BATCHES: "two batches are under way at once", |world| {
        world.dispatcher.batches.len() > 1 || world.projector.batches.len() > 1
    };
    TWO_PASSAGES: "two batches, or a batch and a sweep, are under way before an ordered bus", |world| {
        world.ordered.passages.len() > 1
    };
    BROUGHT: "an event is sent because one behind it is at hand", |world| {
        world.ordered.passages.iter().any(|passage| passage.brings())
    };
    WAITS: "an event waits for one that is parked", |world| {
        world.ordered.passages.iter().any(|passage| passage.waits())
    };
    LATE: "a call is on its way that nobody waits for", |world| !world.ordered.late.is_empty();
    PARKED: "an event is parked", |world| outbox(world).any(|item| item.is_parked);
    OLD_ROW: "an old row is written after a newer one", |world| world.projector.has_old_write();
}

fn outbox(world: &World) -> impl Iterator<Item = &OutboxItem> {
    world.partitions.iter().flat_map(|partition| &partition.outbox)
}

fn has_status(world: &World, status: TripStatus) -> bool {
    trips(world).any(|trip| trip.state().status == status)
}

/// Closed and ended by a compensation, and never opened.
fn is_tombstone(trip: &Trip) -> bool {
    trip.state().status == TripStatus::Failed
        && (trip.state().version, trip.state().last_sequence) == (2, 1)
}

fn is_releasing(world: &World, because: ErrorCode) -> bool {
    let releases = |phase: &Phase| matches!(phase, Phase::Release(code) if *code == because);
    world.invocations().any(|it| releases(&it.attempt.phase))
}

fn two_attempts(world: &World) -> bool {
    let commits = |phase: &Phase| matches!(phase, Phase::Commit(..));
    let commits = world.invocations().filter(|it| commits(&it.attempt.phase));
    let commits: Vec<_> = commits.map(|it| (it.role, it.operation)).collect();
    commits.iter().enumerate().any(|(at, one)| commits[..at].contains(one))
}
