//! Commits against the consumers of the table's stream.

use saga::Operation::{FlightReserve, HotelReserve};

use super::play;
use crate::model::reached as so;
use crate::model::{Consumer, Scenario, Streams};

/// The records of one transaction come apart, in any order, in any batch, and more than once. The
/// view ends at the same row, and the bus has every event.
#[test]
fn fault_14_records_of_one_transaction_in_any_order_end_in_the_same_view() {
    let consumers = Scenario::bookings("one trip and its consumers", 1)
        .after(&[FlightReserve])
        .whole_steps()
        .streams(Streams {
            consumers: &[Consumer::Dispatcher, Consumer::Projector],
            factor: 2,
            batch: 2,
            in_order: false,
            troubles: 1,
        })
        .reaches(&[so::REVERSED, so::TWICE, so::TWO_BATCHES]);
    let checked = play(14, &consumers);
    assert_eq!(checked.ends.len(), 1, "{:#?}", checked.ends);
}

/// A booking acts step by step while both consumers follow it: nothing between two commits shows.
#[test]
fn fault_14_consumers_that_follow_every_step_of_a_booking_see_commits_only() {
    let booking = Scenario::bookings("a booking and its consumers", 1)
        .after(&[FlightReserve, HotelReserve])
        .unknown_outcomes(1)
        .streams(Streams {
            consumers: &[Consumer::Dispatcher, Consumer::Projector],
            factor: 2,
            batch: 2,
            in_order: false,
            troubles: 0,
        })
        .reaches(&[so::CONFIRMED, so::FAILED, so::LOST_RACE, so::REVERSED]);
    play(14, &booking);
}

/// Records leave the stream unread, marks fail and functions die, while the sweeper runs at any
/// moment. Every event reaches the bus, and the index of open work ends empty.
#[test]
fn fault_22_whatever_the_stream_loses_the_sweeper_publishes() {
    let sweeper = Scenario::bookings("two trips, dispatcher and sweeper", 2)
        .after(&[FlightReserve, HotelReserve])
        .whole_steps()
        .streams(Streams {
            consumers: &[Consumer::Dispatcher, Consumer::Sweeper],
            factor: 1,
            batch: 1,
            in_order: false,
            troubles: 1,
        })
        .reaches(&[so::SWEPT, so::TWICE, so::REVERSED]);
    play(22, &sweeper);
}

/// Up to ten batches of the dispatcher are under way at once.
#[test]
fn fault_24_a_dispatcher_with_ten_lanes_tells_what_one_lane_tells() {
    let dispatcher = |name, factor| {
        Scenario::bookings(name, 2)
            .after(&[FlightReserve, HotelReserve])
            .whole_steps()
            .streams(Streams {
                consumers: &[Consumer::Dispatcher],
                factor,
                batch: 2,
                troubles: 2,
                ..Streams::default()
            })
            .reaches(&[so::TWICE, so::REVERSED])
    };
    let one = play(24, &dispatcher("two trips, dispatcher with one lane", 1));
    let ten = dispatcher("two trips, dispatcher with ten lanes", 10).reaches(&[so::TWO_BATCHES]);
    assert_eq!(play(24, &ten).ends, one.ends);
}

/// Up to ten batches of the projector are under way at once; some are given up and write later.
#[test]
fn fault_24_a_projector_with_ten_lanes_shows_what_one_lane_shows() {
    let projector = |name, factor| {
        Scenario::bookings(name, 2)
            .after(&[FlightReserve])
            .whole_steps()
            .streams(Streams {
                consumers: &[Consumer::Projector],
                factor,
                batch: 2,
                troubles: 2,
                ..Streams::default()
            })
            .reaches(&[so::OLD_ROW])
    };
    let one = play(24, &projector("two trips, projector with one lane", 1));
    let ten = projector("two trips, projector with ten lanes", 10).reaches(&[so::TWO_BATCHES]);
    assert_eq!(play(24, &ten).ends, one.ends);
}
