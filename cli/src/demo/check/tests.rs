//! Each check reports its own violation, and no other check does.

use domain::{EventId, TripId, TripStatus};
use rstest::rstest;
use store::sandbox::{LedgerState, Supplier};

use super::sample::{entry, event, facts};
use super::{Invariant, all};
use crate::demo::facts::{Facts, Published};
use Invariant::{
    AsPlanned, ConfirmedStands, Ended, Holdings, InOrder, NoOpenWork, OneCapture, SameEvent,
    SearchIsView, Sequences, ViewIsFold,
};

fn broken(facts: &Facts) -> Vec<(Invariant, Vec<String>)> {
    let verdicts = all(facts).into_iter().filter(|verdict| !verdict.holds());
    verdicts.map(|verdict| (verdict.invariant, verdict.findings)).collect()
}

#[test]
fn where_everything_holds_nothing_is_found() {
    assert_eq!(broken(&facts()), []);
    assert_eq!(all(&facts()).len(), Invariant::ALL.len() - 1);
    let ordered = subscribed(facts());
    assert_eq!(broken(&ordered), []);
    assert_eq!(all(&ordered).len(), Invariant::ALL.len());
}

#[rstest]
#[case(Ended, lose_a_trip, "booked was accepted, and is in no table")]
#[case(Ended, leave_a_trip_pending, "refused is still PENDING")]
#[case(AsPlanned, expect_a_refusal, "booked ended CONFIRMED; it must end FAILED HotelUnavailable")]
#[case(AsPlanned, expect_a_booking, "refused ended FAILED HotelUnavailable; it must end CONFIRMED")]
#[case(NoOpenWork, leave_trips_open, "2 trips COMPENSATING")]
#[case(NoOpenWork, leave_events_pending, "3 events not dispatched")]
#[case(NoOpenWork, leave_an_event_parked, "1 events parked")]
#[case(
    Invariant::Published,
    lose_an_event,
    "wrong trip.failed.v1 (01980000-0000-7000-8000-000000077002) never reached the bus"
)]
#[case(
    Invariant::Published,
    make_an_event_up,
    "booked trip.failed.v1 (01980000-0000-7000-8000-000000062009) was never committed"
)]
#[case(
    SameEvent,
    change_a_published_event,
    "booked flight.reserved.v1 (01980000-0000-7000-8000-000000062001) has other content elsewhere, as a hotel.rejected.v1 of booked"
)]
#[case(Sequences, skip_a_number, "wrong has 3 where 2 must be")]
#[case(Sequences, give_a_number_twice, "wrong has 1 where 2 must be")]
#[case(Sequences, begin_at_two, "undone has 2 where 1 must be")]
#[case(Sequences, spoil_a_number, "wrong has an event without a number")]
#[case(InOrder, send_two_in_the_wrong_order, "the subscriber got 2 of booked where 1 must be")]
#[case(InOrder, send_one_twice, "the subscriber got 2 of wrong where 3 must be")]
#[case(
    InOrder,
    send_not_the_last,
    "wrong trip.failed.v1 (01980000-0000-7000-8000-000000077002) was not sent to the subscriber"
)]
#[case(ConfirmedStands, fail_after_confirmation, "booked failed after it was confirmed")]
#[case(ViewIsFold, lose_a_row, "wrong has no row")]
#[case(ViewIsFold, make_a_row_up, "ghost has a row, and is not a trip")]
#[case(SearchIsView, hide_a_row, "booked is not found")]
#[case(SearchIsView, find_a_row_twice, "booked is found more than once")]
#[case(SearchIsView, find_what_never_departs, "wrong is found, and has no such row")]
#[case(Holdings, leave_a_reservation, "refused is FAILED and holds a flight")]
#[case(Holdings, give_a_room_back, "booked is CONFIRMED and holds a flight, a payment")]
#[case(Holdings, hold_for_nobody, "ghost is not a trip and holds a hotel")]
#[case(OneCapture, charge_twice, "booked was charged 2 times")]
#[case(OneCapture, charge_again_under_another_key, "undone was charged 2 times")]
fn a_breakage_is_named_by_its_own_check_alone(
    #[case] invariant: Invariant,
    #[case] break_it: fn(&mut Facts),
    #[case] finding: &str,
) {
    let mut facts = facts();
    break_it(&mut facts);
    assert_eq!(broken(&facts), [(invariant, vec![finding.to_owned()])]);
}

/// A trip that is nowhere: not in the view, not with a supplier, and without events.
fn lose_a_trip(facts: &mut Facts) {
    for rows in [&mut facts.trips, &mut facts.rows, &mut facts.found] {
        rows.retain(|trip| trip.trip_id.as_str() != "booked");
    }
    facts.ledger.retain(|row| row.trip_id.as_str() != "booked");
}

fn leave_a_trip_pending(facts: &mut Facts) {
    for rows in [&mut facts.trips, &mut facts.rows, &mut facts.found] {
        rows[1].status = TripStatus::Pending;
    }
}

fn expect_a_refusal(facts: &mut Facts) {
    facts.bookings[0].expected = facts.bookings[1].expected;
}

fn expect_a_booking(facts: &mut Facts) {
    facts.bookings[1].expected = facts.bookings[0].expected;
}

fn leave_trips_open(facts: &mut Facts) {
    facts.open.trips.insert(TripStatus::Compensating, 2);
}

fn leave_events_pending(facts: &mut Facts) {
    facts.open.pending_events = 3;
}

fn leave_an_event_parked(facts: &mut Facts) {
    facts.open.parked_events = 1;
}

fn lose_an_event(facts: &mut Facts) {
    facts.published.pop();
}

fn make_an_event_up(facts: &mut Facts) {
    publish(facts, event("booked", "trip.failed.v1", 9));
}

fn change_a_published_event(facts: &mut Facts) {
    publish(facts, event("booked", "hotel.rejected.v1", 1));
}

fn publish(facts: &mut Facts, event: domain::Envelope) {
    facts.published.push(Published { received_at: event.time, event });
}

/// The same on an ordered bus, whose subscriber was sent everything as it was published.
fn subscribed(facts: Facts) -> Facts {
    let published = facts.published.iter().map(|published| published.event.clone());
    Facts { received: Some(published.collect()), ..facts }
}

fn received(facts: &mut Facts) -> &mut Vec<domain::Envelope> {
    *facts = subscribed(facts.clone());
    facts.received.as_mut().unwrap()
}

fn send_two_in_the_wrong_order(facts: &mut Facts) {
    received(facts).swap(0, 1);
}

fn send_one_twice(facts: &mut Facts) {
    let log = received(facts);
    let last = log.last().cloned();
    log.extend(last);
}

fn send_not_the_last(facts: &mut Facts) {
    received(facts).pop();
}

fn number_last(facts: &mut Facts, sequence: &str) {
    facts.committed.last_mut().unwrap().sequence = sequence.to_owned();
    facts.published.last_mut().unwrap().event.sequence = sequence.to_owned();
}

fn skip_a_number(facts: &mut Facts) {
    number_last(facts, "0000000003");
}

fn give_a_number_twice(facts: &mut Facts) {
    number_last(facts, "0000000001");
}

fn spoil_a_number(facts: &mut Facts) {
    number_last(facts, "second");
}

fn begin_at_two(facts: &mut Facts) {
    let is_first = |event: &domain::Envelope| {
        event.subject.as_str() == "undone" && event.sequence == "0000000001"
    };
    facts.committed.retain(|event| !is_first(event));
    facts.published.retain(|published| !is_first(&published.event));
}

fn fail_after_confirmation(facts: &mut Facts) {
    let failed = event("booked", "trip.failed.v1", 5);
    facts.committed.push(failed.clone());
    publish(facts, failed);
}

fn lose_a_row(facts: &mut Facts) {
    facts.rows.pop();
}

fn make_a_row_up(facts: &mut Facts) {
    let mut row = facts.rows[3].clone();
    row.trip_id = TripId::parse("ghost").unwrap();
    facts.rows.push(row);
}

fn hide_a_row(facts: &mut Facts) {
    facts.found.remove(0);
}

fn find_a_row_twice(facts: &mut Facts) {
    facts.found.push(facts.found[0].clone());
}

fn find_what_never_departs(facts: &mut Facts) {
    facts.found.push(facts.rows[3].clone());
}

fn leave_a_reservation(facts: &mut Facts) {
    facts.ledger[3].state = LedgerState::Held;
}

fn give_a_room_back(facts: &mut Facts) {
    facts.ledger[1].state = LedgerState::Released;
}

fn hold_for_nobody(facts: &mut Facts) {
    facts.ledger.push(entry("ghost", Supplier::Hotel, LedgerState::Held));
}

fn charge_twice(facts: &mut Facts) {
    facts.ledger[2].effects = 2;
}

fn charge_again_under_another_key(facts: &mut Facts) {
    facts.ledger.push(entry("undone", Supplier::Payment, LedgerState::Released));
}

#[test]
fn an_event_that_comes_twice_unchanged_breaks_nothing() {
    let mut facts = facts();
    let again = facts.published[0].event.clone();
    publish(&mut facts, again);
    assert_eq!(broken(&facts), []);
}

#[test]
fn the_sample_gives_every_event_its_own_id() {
    let ids: std::collections::BTreeSet<EventId> =
        facts().committed.iter().map(|event| event.id).collect();
    assert_eq!(ids.len(), facts().committed.len());
}
