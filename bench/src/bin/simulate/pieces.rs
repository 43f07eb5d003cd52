//! The pieces that limits are made of.

use std::collections::VecDeque;

/// A token bucket, which starts full.
pub struct Bucket {
    /// Tokens that come back each second.
    refill: f64,
    /// The most that there are.
    size: f64,
    tokens: f64,
}

impl Bucket {
    /// A bucket that holds a second's refill at least.
    pub fn new(refill: f64, size: f64) -> Self {
        let size = size.max(refill);
        Self { refill, size, tokens: size }
    }

    /// How many tokens there are.
    pub fn tokens(&self) -> f64 {
        self.tokens
    }

    /// Takes as many of the tokens as there are.
    pub fn take(&mut self, wanted: f64) -> f64 {
        let taken = wanted.min(self.tokens);
        // What has no limit has no number of tokens either.
        if self.size.is_finite() {
            self.tokens -= taken;
        }
        taken
    }

    /// A second passes.
    pub fn tick(&mut self) {
        self.tokens = (self.tokens + self.refill).min(self.size);
    }
}

/// The throughput of an on-demand table or index: what it is warm for, or twice the highest traffic
/// that it has served until half an hour ago.
pub struct Warm {
    warm: f64,
    recent: VecDeque<f64>,
    peak: f64,
}

impl Warm {
    /// Seconds within which traffic may not more than double.
    const MEMORY: usize = 1_800;

    pub fn new(warm: f64) -> Self {
        Self { warm, recent: VecDeque::new(), peak: 0.0 }
    }

    /// Units that it serves in this second.
    pub fn capacity(&self) -> f64 {
        self.warm.max(2.0 * self.peak)
    }

    /// A second passes in which it served so many units.
    pub fn tick(&mut self, served: f64) {
        self.recent.push_back(served);
        if self.recent.len() > Self::MEMORY {
            self.peak = self.recent.pop_front().unwrap_or_default().max(self.peak);
        }
    }
}

/// Work that waits its turn.
#[derive(Default)]
pub struct Queue {
    waiting: f64,
}

impl Queue {
    pub fn add(&mut self, work: f64) {
        self.waiting += work;
    }

    pub fn waiting(&self) -> f64 {
        self.waiting
    }

    /// Serves so much at most. Returns what was served, and how many seconds the last of the rest
    /// waits if it goes on like this.
    pub fn serve(&mut self, capacity: f64) -> (f64, f64) {
        let served = self.waiting.min(capacity);
        self.waiting -= served;
        (served, if self.waiting > 0.0 { self.waiting / capacity } else { 0.0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_gives_its_burst_and_then_its_refill() {
        let mut bucket = Bucket::new(300.0, 1_300.0);
        let taken: Vec<_> = (0..5)
            .map(|_| {
                let taken = bucket.take(800.0);
                bucket.tick();
                taken
            })
            .collect();
        assert_eq!(taken, [800.0, 800.0, 300.0, 300.0, 300.0]);
    }

    #[test]
    fn a_bucket_never_holds_more_than_its_size_and_a_second_at_least() {
        let mut bucket = Bucket::new(100.0, 200.0);
        (0..9).for_each(|_| bucket.tick());
        assert_eq!((bucket.tokens(), Bucket::new(100.0, 0.0).tokens()), (200.0, 100.0));
    }

    #[test]
    fn a_bucket_without_a_limit_gives_everything_for_ever() {
        let mut bucket = Bucket::new(f64::INFINITY, 0.0);
        for _ in 0..3 {
            assert_eq!(bucket.take(1e12), 1e12);
            bucket.tick();
        }
    }

    #[test]
    fn a_table_serves_twice_what_it_served_half_an_hour_ago() {
        let mut table = Warm::new(4_000.0);
        for second in 0..3_600 {
            assert_eq!(table.capacity(), if second <= 1_800 { 4_000.0 } else { 6_000.0 });
            table.tick(3_000.0);
        }
    }

    #[test]
    fn a_queue_serves_what_it_can_and_tells_how_long_the_rest_waits() {
        let mut queue = Queue::default();
        queue.add(250.0);
        assert_eq!(queue.serve(100.0), (100.0, 1.5));
        assert_eq!(queue.serve(200.0), (150.0, 0.0));
        assert_eq!((queue.waiting(), queue.serve(0.0)), (0.0, (0.0, 0.0)));
    }
}
