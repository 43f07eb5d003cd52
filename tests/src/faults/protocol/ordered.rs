//! Commits against an ordered bus: batches, sweeps, late calls and an operator, in every order.

use saga::Operation::{FlightReserve, HotelReserve};

use super::play;
use crate::model::reached as so;
use crate::model::{Consumer, Scenario, Streams};

const BOTH: &[Consumer] = &[Consumer::Dispatcher, Consumer::Sweeper];

/// The records of a trip come apart, in any order and in any batch; two batches and a sweep are
/// under way at once; answers are lost, calls land late, functions die, marks fail, records leave
/// the stream. In every state, what is on the bus is the beginning of the trip's events.
#[test]
fn fault_79_no_event_overtakes_another_of_its_trip_whatever_goes_wrong() {
    let trip = Scenario::bookings("one trip before an ordered bus", 1)
        .after(&[FlightReserve])
        .whole_steps()
        .streams(Streams { consumers: BOTH, factor: 2, batch: 2, in_order: true, troubles: 1 })
        .reaches(&[so::TWO_PASSAGES, so::BROUGHT, so::LATE, so::SWEPT]);
    play(79, &trip);
}

/// Without a sweeper, the stream alone brings every event to the bus.
#[test]
fn fault_79_the_stream_alone_brings_every_event_in_order() {
    let trips = Scenario::bookings("two trips before an ordered bus", 2)
        .after(&[FlightReserve, HotelReserve])
        .whole_steps()
        .streams(Streams {
            consumers: &[Consumer::Dispatcher],
            factor: 2,
            batch: 2,
            in_order: true,
            troubles: 1,
        })
        .reaches(&[so::TWO_PASSAGES, so::BROUGHT, so::LATE]);
    play(79, &trips);
}

/// The bus refuses an event for good. Its trip waits until an operator sends it on its way again;
/// the other trip's events are all published.
#[test]
fn fault_80_a_trip_waits_for_its_parked_event_and_no_other_trip_does() {
    let trips = Scenario::bookings("two trips, one of which waits", 2)
        .after(&[FlightReserve, HotelReserve])
        .whole_steps()
        .streams(Streams { consumers: BOTH, factor: 1, batch: 1, in_order: true, troubles: 1 })
        .reaches(&[so::PARKED, so::WAITS]);
    play(80, &trips);
}
