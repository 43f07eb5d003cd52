//! What goes wrong in a round: calls of the database and of the bus, and invocations of functions,
//! by dice from one seed.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use event_bus::{AwsError, Entry, EntryFailure, Fault as BusFault, Interceptor};
use local::{Faults, InvocationFaults};
use local::{Function, InvocationError};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde_json::Value;

use crate::{Call, Fault, answers};

/// The share of calls of the database that go wrong.
const DATABASE: f64 = 0.2;
/// The share of those that wait until the client gives up: each takes seconds.
const HANGS: f64 = 0.01;
/// The shares of calls of the bus that are refused, of those whose answer is lost, and of entries
/// that fail.
const BUS: f64 = 0.1;
/// The shares of invocations that never begin, and of those whose answer is lost.
const INVOCATIONS: f64 = 0.06;

/// What Lambda says of an invocation that never began, and of one whose answer is lost.
const NEVER_BEGAN: &[&str] = &["Lambda.TooManyRequestsException", "Lambda.ServiceException"];
const LOST: &[&str] = &["Lambda.Unknown", "Sandbox.Timedout", "Runtime.ExitError"];

/// The dice, and what they struck so far.
pub(super) struct Chaos {
    dice: Mutex<StdRng>,
    rages: AtomicBool,
    struck: Mutex<BTreeMap<String, usize>>,
}

impl Chaos {
    /// Calm until it is let loose.
    pub(super) fn of(seed: u64) -> Arc<Self> {
        let dice = Mutex::new(StdRng::seed_from_u64(seed));
        Arc::new(Self { dice, rages: AtomicBool::new(false), struck: Mutex::default() })
    }

    pub(super) fn rage(&self, rages: bool) {
        self.rages.store(rages, Ordering::SeqCst);
    }

    /// How often each fault struck, by its name.
    pub(super) fn struck(&self) -> BTreeMap<String, usize> {
        self.struck.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The faults of a system's own parts.
    pub(super) fn faults(self: &Arc<Self>) -> Faults {
        Faults { bus: Arc::clone(self) as _, invocations: Arc::clone(self) as _ }
    }

    /// The fault that strikes a call of the database, if one does.
    pub(super) fn database(&self, call: &Call) -> Option<Fault> {
        let fault = self.roll(DATABASE, |dice| match dice.random_bool(HANGS) {
            true => Fault::HangAfter,
            false => menu(dice, call).choose(dice).cloned().unwrap_or(Fault::Disconnect),
        })?;
        self.count("database", fault.name());
        Some(fault)
    }

    /// A number below `end`.
    pub(super) fn below(&self, end: u64) -> u64 {
        self.dice.lock().unwrap_or_else(PoisonError::into_inner).random_range(0..end)
    }

    fn roll<T>(&self, share: f64, draw: impl FnOnce(&mut StdRng) -> T) -> Option<T> {
        let mut dice = self.dice.lock().unwrap_or_else(PoisonError::into_inner);
        let strikes = self.rages.load(Ordering::SeqCst) && dice.random_bool(share);
        strikes.then(|| draw(&mut dice))
    }

    fn name(&self, share: f64, names: &[&'static str]) -> Option<&'static str> {
        self.roll(share, |dice| names.choose(dice).copied()).flatten()
    }

    fn count(&self, part: &str, fault: &str) {
        let mut struck = self.struck.lock().unwrap_or_else(PoisonError::into_inner);
        *struck.entry(format!("{part}: {fault}")).or_default() += 1;
    }

    fn bus_call(&self, operation: &str, when: &str) -> Option<BusFault> {
        if operation != "PutEvents" {
            return None;
        }
        let code = self.name(BUS, &["InternalException", "ThrottlingException"])?;
        self.count("bus", when);
        let status = if code == "InternalException" { 500 } else { 400 };
        Some(BusFault::Error(AwsError::new(status, code, "struck by the soak")))
    }

    fn invocation(&self, names: &[&'static str], when: &str) -> Option<InvocationError> {
        let error_type = self.name(INVOCATIONS, names)?.to_owned();
        self.count("invocation", when);
        Some(InvocationError { error_type, message: "struck by the soak".to_owned() })
    }
}

/// What may befall this call.
fn menu(dice: &mut StdRng, call: &Call) -> Vec<Fault> {
    let delay = Fault::Delay(Duration::from_millis(dice.random_range(5..300)));
    let mut menu = vec![answers::throttled(), answers::internal(), delay];
    menu.extend([Fault::Disconnect, Fault::LoseAnswer, Fault::Truncate]);
    if call.operation == "TransactWriteItems" {
        menu.push(answers::cancelled(&["TransactionConflict", "None"]));
    }
    menu
}

impl Interceptor for Chaos {
    fn before(&self, operation: &str) -> Option<BusFault> {
        self.bus_call(operation, "call refused")
    }

    fn entry(&self, _entry: &Entry) -> Option<EntryFailure> {
        let code = self.name(BUS, &["InternalFailure", "ThrottlingException"])?;
        self.count("bus", "entry failed");
        Some(EntryFailure::new(code, "struck by the soak"))
    }

    fn after(&self, operation: &str) -> Option<BusFault> {
        self.bus_call(operation, "answer lost")
    }
}

impl InvocationFaults for Chaos {
    fn before(&self, _function: Function, _payload: &Value) -> Option<InvocationError> {
        self.invocation(NEVER_BEGAN, "never began")
    }

    fn after(
        &self,
        _function: Function,
        _answer: &Result<Value, InvocationError>,
    ) -> Option<InvocationError> {
        self.invocation(LOST, "answer lost")
    }
}
