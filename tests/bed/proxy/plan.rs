//! Which faults are injected, and which calls were seen.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Call, Fault};

type Choose = Box<dyn FnMut(&Call) -> Option<Fault> + Send>;

#[derive(Default)]
pub(super) struct Plan(Mutex<State>);

#[derive(Default)]
struct State {
    choices: Vec<Choose>,
    calls: Vec<Call>,
}

impl Plan {
    pub(super) fn inject(&self, choose: Choose) {
        self.state().choices.push(choose);
    }

    pub(super) fn heal(&self) {
        self.state().choices.clear();
    }

    pub(super) fn calls(&self) -> Vec<Call> {
        self.state().calls.clone()
    }

    /// Takes note of a call. Its number, and the fault that strikes it.
    pub(super) fn admit(&self, mut call: Call) -> (usize, Option<Fault>) {
        let mut state = self.state();
        let fault = state.choices.iter_mut().find_map(|choose| choose(&call));
        call.fault = fault.as_ref().map(Fault::name);
        state.calls.push(call);
        (state.calls.len() - 1, fault)
    }

    /// Takes note of the service's answer.
    pub(super) fn answered(&self, number: usize, status: u16, body: &[u8]) {
        self.state().calls[number].answered(status, body);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
