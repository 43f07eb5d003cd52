//! The usual choices of which calls a fault strikes.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};

use super::{Call, Fault};

/// The next call of `operation`.
pub fn once(operation: &'static str, fault: Fault) -> impl FnMut(&Call) -> Option<Fault> + Send {
    times(1, operation, fault)
}

/// The next `count` calls of `operation`, an SDK's own attempts included.
pub fn times(
    mut count: usize,
    operation: &'static str,
    fault: Fault,
) -> impl FnMut(&Call) -> Option<Fault> + Send {
    move |call| {
        let strikes = count > 0 && call.operation == operation;
        count -= usize::from(strikes);
        strikes.then(|| fault.clone())
    }
}

/// Every call of `operation`.
pub fn always(operation: &'static str, fault: Fault) -> impl FnMut(&Call) -> Option<Fault> + Send {
    move |call| (call.operation == operation).then(|| fault.clone())
}

/// Every call, which is passed on and asks what it consumes: no fault at all. The answers are in
/// [`Call::consumed`].
pub fn counted() -> impl FnMut(&Call) -> Option<Fault> + Send {
    |_| Some(Fault::Rewrite(|body| body["ReturnConsumedCapacity"] = "INDEXES".into()))
}

/// A share of all calls, from 0 to 1, each struck by one of the menu's faults. The same seed makes
/// the same choices for the same calls in the same order.
pub fn seeded(
    seed: u64,
    share: f64,
    menu: Vec<Fault>,
) -> impl FnMut(&Call) -> Option<Fault> + Send {
    let mut random = StdRng::seed_from_u64(seed);
    move |_| random.random_bool(share).then(|| menu.choose(&mut random).cloned()).flatten()
}
