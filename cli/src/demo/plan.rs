//! The plan of the demo, drawn from a seed: the same seed gives the same requests, and so the same
//! ends. Nothing here runs anything.

use anyhow::anyhow;
use domain::request::BookingRequest;
use domain::{CustomerId, TripId};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};

use super::booking::{self, Wish};
use super::faults::{self, Deck};
use super::flights::Flight;
use super::outcome::Outcome;

/// How many trips one customer books, on average.
const TRIPS_A_CUSTOMER: usize = 20;
/// The share of requests that are repeated.
const REPEATED: f64 = 0.05;
/// The share of requests that break a rule.
const MISCOUNTED: f64 = 0.02;
/// The share of booked trips that their customer cancels.
const CANCELLED: f64 = 0.1;
/// The longest stay.
const MAX_NIGHTS: u16 = 7;

/// The whole demo.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The seed.
    pub seed: u64,
    /// The trips, in the order of their booking.
    pub trips: Vec<PlannedTrip>,
}

/// One trip.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedTrip {
    /// Its id.
    pub id: TripId,
    /// Who books it.
    pub customer: CustomerId,
    /// The request.
    pub body: Value,
    /// Whether the request is sent twice at once, and again when its saga has ended.
    pub is_repeated: bool,
    /// Whether the customer cancels it once it is booked.
    pub is_cancelled: bool,
    /// How it must end.
    pub expected: Outcome,
}

impl Plan {
    /// Draws `trips` trips on the given flights, a share of them (0 to 1) with faults.
    ///
    /// # Errors
    /// When a flight cannot be booked even without faults.
    pub fn draw(seed: u64, trips: usize, faults: f64, flights: &[Flight]) -> anyhow::Result<Self> {
        let mut dealer = Dealer {
            rng: StdRng::seed_from_u64(seed),
            deck: Deck::default(),
            customers: trips.div_ceil(TRIPS_A_CUSTOMER),
            faults,
            flights,
        };
        let trips = (1..=trips).map(|number| dealer.trip(number)).collect::<Result<_, _>>()?;
        Ok(Self { seed, trips })
    }
}

struct Dealer<'a> {
    rng: StdRng,
    deck: Deck,
    customers: usize,
    faults: f64,
    flights: &'a [Flight],
}

impl Dealer<'_> {
    fn trip(&mut self, number: usize) -> anyhow::Result<PlannedTrip> {
        let id = TripId::parse(&format!("demo-{number:05}"))?;
        let customer = booking::customer(self.rng.random_range(1..=self.customers))?;
        let body = self.body(&id)?;
        let request = BookingRequest::parse(&body)
            .map_err(|errors| anyhow!("{} makes no request: {errors:?}", body["flight_details"]))?;
        let is_repeated = self.rng.random_bool(REPEATED);
        let is_booked = Outcome::expected(&request, false).failure_code.is_none();
        let is_cancelled = self.rng.random_bool(CANCELLED) && is_booked;
        let expected = Outcome::expected(&request, is_cancelled);
        Ok(PlannedTrip { id, customer, body, is_repeated, is_cancelled, expected })
    }

    fn body(&mut self, id: &TripId) -> anyhow::Result<Value> {
        let flight = &self.flights[self.rng.random_range(0..self.flights.len())];
        let nights = self.rng.random_range(1..=MAX_NIGHTS);
        let is_miscounted = self.rng.random_bool(MISCOUNTED);
        let fault = self.rng.random_bool(self.faults).then(|| self.deck.deal(&mut self.rng));
        // A flight that never left is refused, whatever other faults were planned.
        let sandbox = match flight.is_cancelled {
            true => faults::no_flight(),
            false => fault.unwrap_or_else(|| json!({})),
        };
        let wish = Wish { trip_id: id.as_str(), flight, nights, is_miscounted, sandbox };
        Ok(wish.body()?)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use domain::ErrorCode;

    use super::*;
    use crate::demo::flights;

    fn plan(seed: u64, trips: usize, faults: f64) -> Plan {
        Plan::draw(seed, trips, faults, &flights::bundled().unwrap()).unwrap()
    }

    #[test]
    fn the_same_seed_gives_the_same_plan_and_another_seed_another() {
        assert_eq!(plan(7, 100, 0.25), plan(7, 100, 0.25));
        assert_ne!(plan(7, 100, 0.25).trips, plan(8, 100, 0.25).trips);
    }

    #[test]
    fn the_usual_demo_shows_every_fault_and_everything_else_that_it_promises() {
        for seed in [1, 2, 3] {
            let plan = plan(seed, 1_000, 0.25);
            let shown: BTreeSet<_> =
                plan.trips.iter().map(|trip| trip.body["sandbox"].to_string()).collect();
            let missing =
                faults::all().into_iter().find(|fault| !shown.contains(&fault.to_string()));
            assert_eq!(missing, None, "seed {seed}");
            assert!(plan.trips.iter().any(|trip| trip.is_repeated));
            assert!(plan.trips.iter().any(|trip| trip.is_cancelled));
            let codes: BTreeSet<_> =
                plan.trips.iter().filter_map(|trip| trip.expected.failure_code).collect();
            assert!(codes.contains(&ErrorCode::InvalidRequest), "seed {seed}");
        }
    }

    #[test]
    fn without_faults_only_flights_that_never_left_and_broken_rules_come_to_nothing() {
        let own = [ErrorCode::FlightUnavailable, ErrorCode::InvalidRequest];
        let codes = plan(1, 1_000, 0.0).trips.into_iter().filter_map(|t| t.expected.failure_code);
        assert_eq!(codes.collect::<BTreeSet<_>>(), BTreeSet::from(own));
    }

    #[test]
    fn no_trip_is_cancelled_that_is_not_booked() {
        let plan = plan(1, 1_000, 1.0);
        let cancelled = plan.trips.iter().filter(|trip| trip.is_cancelled);
        assert!(cancelled.clone().all(|trip| trip.expected.to_string() == "CANCELLED"));
        assert!(cancelled.count() > 0);
    }

    #[test]
    fn trip_ids_are_unique_and_customers_book_several_trips_each() {
        let plan = plan(1, 1_000, 0.25);
        let ids: BTreeSet<_> = plan.trips.iter().map(|trip| &trip.id).collect();
        let customers: BTreeSet<_> = plan.trips.iter().map(|trip| &trip.customer).collect();
        assert_eq!(ids.len(), 1_000);
        assert!((40..=50).contains(&customers.len()), "{}", customers.len());
    }
}
