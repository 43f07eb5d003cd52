//! The simulation: events in the order of their times.

use std::collections::BTreeMap;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::rules::{Rules, THROTTLED, Task};
use super::world::{Concurrency, OUTAGE, REFUSAL, TRIPS, invoke};

/// How a run ended.
#[derive(Debug, Default)]
pub(super) struct Ended {
    /// How many executions ended in each state.
    pub(super) ends: BTreeMap<String, usize>,
    /// How many gave up.
    pub(super) gave_up: usize,
    /// When the last of them ended, in seconds.
    pub(super) after: u64,
    /// How many invocations were refused.
    pub(super) refused: usize,
    /// The most retries by one retrier in one visit of a state.
    pub(super) most_retries: usize,
}

/// An execution in a state: how often each retrier has retried it.
struct Visit {
    state: String,
    retries: BTreeMap<usize, usize>,
}

enum Event {
    Attempt(Visit),
    /// The end of an attempt, with its error, and the pool in which it took up a place.
    Answer(Visit, Option<&'static str>, Option<String>),
}

struct Simulation<'a> {
    rules: &'a Rules,
    concurrency: Concurrency,
    chance: StdRng,
    /// What happens when, in milliseconds. Events of one moment keep their order by their number.
    agenda: BTreeMap<(u64, usize), Event>,
    scheduled: usize,
    running: BTreeMap<String, usize>,
    ended: Ended,
}

/// Runs all trips to their ends.
pub(super) fn run(rules: &Rules, concurrency: Concurrency, seed: u64) -> Ended {
    let mut simulation = Simulation {
        rules,
        concurrency,
        chance: StdRng::seed_from_u64(seed),
        agenda: BTreeMap::new(),
        scheduled: 0,
        running: BTreeMap::new(),
        ended: Ended::default(),
    };
    for _ in 0..TRIPS {
        let at = simulation.chance.random_range(0..OUTAGE);
        simulation.enter(at, rules.start.clone());
    }
    simulation.run()
}

impl Simulation<'_> {
    fn run(mut self) -> Ended {
        while let Some(((now, _), event)) = self.agenda.pop_first() {
            match event {
                Event::Attempt(visit) => self.attempt(now, visit),
                Event::Answer(visit, error, pool) => {
                    if let Some(pool) = pool {
                        *self.running.get_mut(&pool).unwrap() -= 1;
                    }
                    self.answer(now, visit, error);
                }
            }
        }
        self.ended
    }

    fn schedule(&mut self, at: u64, event: Event) {
        self.agenda.insert((at, self.scheduled), event);
        self.scheduled += 1;
    }

    fn enter(&mut self, now: u64, state: String) {
        self.schedule(now, Event::Attempt(Visit { state, retries: BTreeMap::new() }));
    }

    fn task(&self, state: &str) -> Option<&Task> {
        self.rules.task(state)
    }

    fn attempt(&mut self, now: u64, visit: Visit) {
        let Some(task) = self.rules.task(&visit.state) else {
            *self.ended.ends.entry(visit.state).or_default() += 1;
            return self.end(now);
        };
        let (pool, most) = self.concurrency.pool(task);
        let running = self.running.entry(pool.clone()).or_default();
        if *running >= most {
            self.ended.refused += 1;
            return self.schedule(now + REFUSAL, Event::Answer(visit, Some(THROTTLED), None));
        }
        *running += 1;
        let (took, error) = invoke(task, now, &mut self.chance);
        self.schedule(now + took, Event::Answer(visit, error, Some(pool)));
    }

    fn answer(&mut self, now: u64, mut visit: Visit, error: Option<&'static str>) {
        let task = self.task(&visit.state).unwrap().clone();
        let Some(error) = error else {
            return self.enter(now, task.next);
        };
        let handling = task.handling(error);
        let retried = visit.retries.entry(handling.retrier).or_default();
        if let Some(longest) = handling.waits.get(*retried) {
            *retried += 1;
            self.ended.most_retries = self.ended.most_retries.max(*retried);
            let wait = self.chance.random_range(0..=*longest);
            return self.schedule(now + wait, Event::Attempt(visit));
        }
        match &handling.then {
            Some(next) => self.enter(now, next.clone()),
            None => {
                self.ended.gave_up += 1;
                self.end(now);
            }
        }
    }

    fn end(&mut self, now: u64) {
        self.ended.after = now / 1_000;
    }
}
