//! The randomness of retry delays, from the system or from a seed.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rand::{Rng, SeedableRng, rngs::StdRng};

/// A source of jitter that executions share.
#[derive(Debug)]
pub(crate) struct Jitter(Mutex<StdRng>);

impl Jitter {
    /// With a seed, the same calls give the same delays.
    pub(crate) fn new(seed: Option<u64>) -> Self {
        Self(Mutex::new(seed.map_or_else(StdRng::from_os_rng, StdRng::seed_from_u64)))
    }

    /// A random duration between zero and `longest`, uniformly distributed.
    pub(crate) fn up_to(&self, longest: Duration) -> Duration {
        let mut random = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        longest.mul_f64(random.random_range(0.0..=1.0))
    }
}
