//! Two sagas that begin under one trip's id.

use bed::{Bed, Booking, settled};
use saga::Operation;
use saga::Operation::{FlightReserve, HotelReserve, PaymentProcess};
use serde_json::Value;

use super::{Race, ends, tasks};
use crate::faults::saga::steps::payload;
use crate::faults::schedules;

fn of_bob(_: Operation, trip: &str) -> Value {
    Booking::new(trip).task("bob", "saga-2")
}

/// Two customers' sagas reserve the flight of a trip that nobody has written yet, in every order of
/// their calls. The first to commit owns the trip and is booked; the other one is told of the
/// conflict, in this step and in every later one, and what its supplier held is released.
#[tokio::test(flavor = "multi_thread")]
async fn fault_64_of_two_sagas_that_begin_one_trip_the_first_owns_it_and_the_other_holds_nothing() {
    let bed = Bed::new().await;
    let rest = [HotelReserve, PaymentProcess];
    let race = Race {
        name: "shared",
        after: vec![],
        steps: [(FlightReserve, payload), (FlightReserve, of_bob)],
        rest: [tasks(&rest, payload), tasks(&rest, of_bob)].concat(),
    };
    let met = race.run(&bed).await;
    let end = |answers| {
        format!(
            "{answers} | CONFIRMED CONFIRMED CONFIRMED CAPTURED \
             | flight.reserved hotel.reserved payment.captured trip.confirmed | flight hotel payment"
        )
    };
    let expected = ["RESERVED TripConflict", "TripConflict RESERVED"].map(end);
    assert_eq!(ends(&bed, &met).await, expected);
    settled(&bed).await;
    schedules(64, met.len());
}
