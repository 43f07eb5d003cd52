//! What is supposed of the world: Lambda's concurrency, the suppliers, and how long calls take.

use rand::Rng;
use rand::rngs::StdRng;

use super::rules::{Task, millis};

/// The trips that fail.
pub(super) const TRIPS: usize = 1_000;
/// The time in which they fail, and in which the airline answers nothing, in milliseconds.
pub(super) const OUTAGE: u64 = 60_000;
/// The time that Lambda needs to refuse an invocation, in milliseconds.
pub(super) const REFUSAL: u64 = 30;
/// The longest that a function waits for its supplier, in seconds: the default of the setting
/// `SUPPLIER_TIMEOUT_MS`.
const SUPPLIER_TIMEOUT: f64 = 5.0;

/// A lognormal distribution of seconds.
struct Latency {
    median: f64,
    sigma: f64,
}

/// A function's own work, mostly calls of the table: one in a hundred takes 0.2 s.
const OWN_WORK: Latency = Latency { median: 0.06, sigma: 0.5 };
/// A healthy supplier: one call in a hundred takes 2.6 s.
const SUPPLIER: Latency = Latency { median: 0.4, sigma: 0.8 };
/// An airline that recovers: every eighth call takes more than 5 s, so that it is given up.
const RECOVERING: Latency = Latency { median: 2.0, sigma: 0.8 };

impl Latency {
    fn draw(&self, chance: &mut StdRng) -> f64 {
        // Box and Muller's way from two uniform numbers to a normal one.
        let (radius, angle) = (1.0 - chance.random::<f64>(), chance.random::<f64>());
        let normal = (-2.0 * radius.ln()).sqrt() * (std::f64::consts::TAU * angle).cos();
        self.median * (self.sigma * normal).exp()
    }
}

/// How many functions may run at once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Concurrency {
    /// The account's quota, for all functions together.
    pub(super) quota: usize,
    /// What is kept of it for each compensation, and is also the most that each may use.
    pub(super) reserved: Option<usize>,
}

impl Concurrency {
    /// What this task's function shares its capacity with, and how much there is.
    pub(super) fn pool(self, task: &Task) -> (String, usize) {
        match self.reserved {
            Some(each) if task.compensates() => (task.function.name(), each),
            // One more is kept for each: four compensations, one of which no saga runs, and the
            // sweeper.
            Some(each) => ("unreserved".to_owned(), self.quota - 4 * each - 1),
            None => ("unreserved".to_owned(), self.quota),
        }
    }
}

/// How long an invocation takes, in milliseconds, and its error.
pub(super) fn invoke(task: &Task, now: u64, chance: &mut StdRng) -> (u64, Option<&'static str>) {
    let own = OWN_WORK.draw(chance);
    // The airline answers no reservation at all, and gives nothing back until its outage is over.
    let is_silent = task.calls_the_airline() && (now < OUTAGE || !task.compensates());
    let supplier = if task.calls_the_airline() { RECOVERING } else { SUPPLIER };
    let answer = if is_silent { f64::INFINITY } else { supplier.draw(chance) };
    let error = (answer > SUPPLIER_TIMEOUT).then_some("SupplierTimeout");
    let took = millis(own + answer.min(SUPPLIER_TIMEOUT));
    assert!(
        u128::from(took) < task.function.timeout().as_millis(),
        "longer than Lambda lets it run"
    );
    (took, error)
}
