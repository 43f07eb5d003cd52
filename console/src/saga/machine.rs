//! A state machine as far as a diagram needs it, read from its definition in Amazon States
//! Language.

use serde_json::Value;

/// The states, in the order of the definition, and the ways between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Machine {
    pub(crate) start: String,
    pub(crate) states: Vec<State>,
}

/// A state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// What follows success.
    pub(crate) next: Option<String>,
    /// What follows a failure, by the errors that lead there.
    pub(crate) catches: Vec<Catch>,
}

/// What a state does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It calls a function.
    Task,
    /// It ends the execution well.
    Succeed,
    /// It ends the execution as failed.
    Fail,
}

/// Where some errors lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Catch {
    /// Names of errors; `States.ALL` for all others.
    pub(crate) errors: Vec<String>,
    pub(crate) next: String,
}

impl Machine {
    /// Reads a definition that runs; what is not there is left out.
    pub(crate) fn read(definition: &str) -> Self {
        let definition: Value = serde_json::from_str(definition).unwrap_or_default();
        let states = definition["States"].as_object().into_iter().flatten();
        Self { start: text(&definition, "StartAt"), states: states.map(State::read).collect() }
    }

    pub(crate) fn state(&self, name: &str) -> Option<&State> {
        self.states.iter().find(|state| state.name == name)
    }

    /// The states that follow one another from the start while everything succeeds.
    pub(crate) fn main_path(&self) -> Vec<&str> {
        let start = self.state(&self.start);
        let next = |state: &&State| self.state(state.next.as_deref()?);
        let path = std::iter::successors(start, next);
        // A definition that leads back to itself has no end.
        path.take(self.states.len()).map(|state| state.name.as_str()).collect()
    }

    /// Every way from one state to another, once, in the order of the definition.
    pub(crate) fn ways(&self) -> Vec<(&str, &str)> {
        let mut ways = Vec::new();
        for state in &self.states {
            let caught = state.catches.iter().map(|catch| &catch.next);
            for next in state.next.iter().chain(caught) {
                let way = (state.name.as_str(), next.as_str());
                if !ways.contains(&way) {
                    ways.push(way);
                }
            }
        }
        ways
    }
}

impl State {
    fn read((name, state): (&String, &Value)) -> Self {
        let catches = state["Catch"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|catch| Catch { errors: texts(&catch["ErrorEquals"]), next: text(catch, "Next") });
        Self {
            name: name.clone(),
            kind: match state["Type"].as_str() {
                Some("Succeed") => Kind::Succeed,
                Some("Fail") => Kind::Fail,
                _ => Kind::Task,
            },
            next: state["Next"].as_str().map(str::to_owned),
            catches: catches.collect(),
        }
    }

    /// Where an error leads that no catcher names.
    pub(crate) fn undone_by(&self) -> Option<&str> {
        let is_any = |catch: &&Catch| catch.errors.iter().any(|error| error == "States.ALL");
        Some(self.catches.iter().find(is_any)?.next.as_str())
    }
}

fn text(value: &Value, member: &str) -> String {
    value[member].as_str().unwrap_or_default().to_owned()
}

fn texts(value: &Value) -> Vec<String> {
    let texts = value.as_array().into_iter().flatten();
    texts.filter_map(|text| Some(text.as_str()?.to_owned())).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The machines that run, from the files that are deployed.
    pub(crate) fn deployed() -> [Machine; 2] {
        let booking = include_str!("../../../saga/trip-booking.asl.json");
        let compensation = include_str!("../../../saga/trip-compensation.asl.json");
        [booking, compensation].map(Machine::read)
    }

    #[test]
    fn the_booking_s_main_path_and_what_undoes_each_step_are_read_from_its_file() {
        let [booking, _] = deployed();
        let path = ["ReserveFlight", "ReserveHotel", "ProcessPayment", "BookingSucceeded"];
        assert_eq!(booking.main_path(), path);
        let undone = path.map(|name| booking.state(name).unwrap().undone_by());
        assert_eq!(
            undone,
            [Some("CancelFlight"), Some("CancelHotel"), Some("RefundPayment"), None]
        );
        assert!(booking.ways().contains(&("RefundPayment", "BookingSucceeded")));
    }
}
