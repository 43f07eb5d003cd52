//! Turns one limit after the other: the first that is met, then the first that is met after that.

use serde::Serialize;

use crate::demand::Demand;
use crate::limits::{self, Bus, Id, Limit, Values};
use crate::meter::{Met, Meter};
use crate::world::{Day, State, live};

/// How much more than is needed a limit is turned to.
const ROOM: f64 = 1.25;

/// A limit by itself, with no other in the way.
#[derive(Clone, Serialize)]
pub struct Alone {
    #[serde(flatten)]
    pub limit: Limit,
    /// The most that a second of the day asks of it.
    pub needed: f64,
    /// Bookings a second at which it is met, if it is.
    pub met_at: Option<f64>,
}

/// A round: the first limit that is met, and the day after it is turned.
#[derive(Clone, Serialize)]
pub struct Round {
    pub what: &'static str,
    pub turn: &'static str,
    /// The second of the day, and bookings a second.
    pub second: u32,
    pub rate: f64,
    /// What it is turned to.
    pub to: f64,
    /// The day after that.
    pub state: State,
    #[serde(skip)]
    pub samples: Vec<(f64, f64)>,
}

/// The day as it is given, the rounds, and the day after the last.
pub struct Rounds {
    pub given: Day,
    pub rounds: Vec<Round>,
    pub turned: Day,
}

/// Each limit of this bus by itself, the first that is met first.
pub fn alone(demand: &Demand, bus: Bus) -> Vec<Alone> {
    let needs = needs(demand, bus);
    let limits = limits::all(demand).into_iter().filter(|limit| limit.id.is_of(bus));
    let alone = limits.map(|limit| {
        let values = Values::endless().with(limit.id, limit.value, limit.burst);
        let met = live(demand, &values, bus).meter.met(limit.id);
        Alone { limit, needed: needs.asked(limit.id), met_at: met.map(|met| met.rate) }
    });
    let mut alone: Vec<_> = alone.collect();
    let first = |one: &Alone| one.met_at.unwrap_or(f64::INFINITY);
    alone.sort_by(|one, other| first(one).total_cmp(&first(other)));
    alone
}

/// What a day without limits asks for. What is reserved for compensations is a part of what all
/// functions need, so it is as large as it must be.
fn needs(demand: &Demand, bus: Bus) -> Meter {
    let endless = Values::endless();
    let undoing = live(demand, &endless, bus).meter.asked(Id::Reserved);
    live(demand, &endless.with(Id::Reserved, rounded(ROOM * undoing), 0.0), bus).meter
}

/// Turns limits until none is met.
pub fn turn(demand: &Demand, bus: Bus, alone: &[Alone]) -> Rounds {
    let mut values = Values::given(demand);
    let given = live(demand, &values, bus);
    let (mut rounds, mut day) = (Vec::new(), given.clone());
    let mut left = alone.to_vec();
    while let Some((Met { second, rate }, first)) = first_met(&day, &left) {
        let Limit { id, what, turn, .. } = first.limit;
        let to = rounded(ROOM * first.needed);
        values = values.with(id, to, to.max(first.limit.burst));
        day = live(demand, &values, bus);
        rounds.push(Round {
            what,
            turn,
            second,
            rate,
            to,
            state: day.state,
            samples: day.samples.clone(),
        });
        // Each is turned once: it is turned to what the whole day needs.
        left.retain(|one| one.limit.id != id);
    }
    Rounds { given, rounds, turned: day }
}

fn first_met<'a>(day: &Day, alone: &'a [Alone]) -> Option<(Met, &'a Alone)> {
    let met = |one: &'a Alone| Some((day.meter.met(one.limit.id)?, one));
    let all = alone.iter().filter(|one| is_turned(one.limit.id)).filter_map(met);
    all.min_by_key(|(met, _)| met.second)
}

/// A backlog of open executions is the consequence of another limit, which is turned in its place.
fn is_turned(id: Id) -> bool {
    id != Id::Open
}

/// Up to two digits that count.
fn rounded(value: f64) -> f64 {
    let scale = 10_f64.powf(value.log10().floor() - 1.0);
    (value / scale).ceil() * scale
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::MOST;

    #[test]
    fn after_the_last_round_no_limit_is_met_on_either_bus() {
        let demand = Demand::read().unwrap();
        for bus in [Bus::Classic, Bus::Ordered] {
            let alone = alone(&demand, bus);
            let Rounds { given, rounds, turned } = turn(&demand, bus, &alone);
            assert!(given.state.completed < MOST / 2.0, "{:?}", given.state);
            assert!(rounds.len() >= 3);
            assert!(first_met(&turned, &alone).is_none());
            assert!((turned.state.completed - MOST).abs() < 1e-3, "{:?}", turned.state);
            assert!(turned.state.refused.abs() < 1e-9, "{:?}", turned.state);
        }
    }

    #[test]
    fn a_value_keeps_two_digits_and_is_never_less() {
        assert_eq!([4_321.0, 1.0, 5_000.0].map(rounded), [4_400.0, 1.0, 5_000.0]);
    }
}
