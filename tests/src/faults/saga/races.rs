//! Steps that meet on one trip: every way in which their calls to the database can mix.

mod attempts;
mod compensations;
mod orders;
mod owners;
pub(super) mod turns;

use bed::Bed;
use futures::future::join_all;
use saga::{Deps, Operation};

use self::orders::{Order, Turn, orders};
use self::turns::{Lane, interleave};
use super::steps::{Answer, Payload, events, held, patient, run, run_all, statuses};

/// Orders that are tried at the same time.
const AT_ONCE: usize = 8;
/// How often a step is sent again that asks for it.
const REPEATS: usize = 5;

/// A step, and what it is sent for a trip.
type Task = (Operation, Payload);

/// Each step with the payload that `payload` makes for it.
fn tasks(steps: &[Operation], payload: Payload) -> Vec<Task> {
    steps.iter().map(|step| (*step, payload)).collect()
}

/// Two steps that meet.
struct Race {
    /// The trips' ids begin with it.
    name: &'static str,
    /// What was booked before.
    after: Vec<Operation>,
    /// The two.
    steps: [Task; 2],
    /// What whoever is in charge of the trip does next.
    rest: Vec<Task>,
}

/// How one order ended.
struct Met {
    trip: String,
    answers: [Answer; 2],
}

impl Race {
    /// Runs the race in every order, each on a trip of its own, and then what is left to do.
    async fn run(&self, bed: &Bed) -> Vec<Met> {
        let [first, second] = self.turns(bed).await;
        let orders: Vec<_> = orders(&first, &second).into_iter().enumerate().collect();
        let shares = orders.chunks(orders.len().div_ceil(AT_ONCE));
        let shares = shares.map(|share| self.run_share(bed, share));
        join_all(shares).await.into_iter().flatten().collect()
    }

    /// The calls that each step makes when nobody is in its way.
    async fn turns(&self, bed: &Bed) -> [Vec<Turn>; 2] {
        let mut turns = [vec![], vec![]];
        for (index, turns) in turns.iter_mut().enumerate() {
            let trip = format!("{}-alone-{index}", self.name);
            let (deps, mut lane) = (patient(bed, bed.database.url()).await, Lane::of(bed).await);
            run_all(&deps, &self.after, &trip).await;
            lane.start(self.step(&lane.deps, index, &trip)).await.end().await.unwrap();
            *turns = lane.turns();
            for turn in turns.iter_mut() {
                turn.item = turn.item.replace(&trip, self.name);
            }
            self.finish(&deps, &trip).await;
        }
        turns
    }

    async fn run_share(&self, bed: &Bed, share: &[(usize, Order)]) -> Vec<Met> {
        let deps = patient(bed, bed.database.url()).await;
        let mut lanes = [Lane::of(bed).await, Lane::of(bed).await];
        let mut met = Vec::new();
        for (number, order) in share {
            let trip = format!("{}-{number}", self.name);
            run_all(&deps, &self.after, &trip).await;
            let answers = self.meet(&mut lanes, &trip, order).await;
            self.finish(&deps, &trip).await;
            met.push(Met { trip, answers });
        }
        met
    }

    async fn meet(&self, [one, other]: &mut [Lane; 2], trip: &str, order: &Order) -> [Answer; 2] {
        let (first, second) = (self.step(&one.deps, 0, trip), self.step(&other.deps, 1, trip));
        interleave(one.start(first).await, other.start(second).await, order).await
    }

    fn step(
        &self,
        deps: &Deps,
        index: usize,
        trip: &str,
    ) -> impl Future<Output = Answer> + Send + use<> {
        let (step, payload) = self.steps[index];
        let (deps, payload) = (deps.clone(), payload(step, trip));
        async move { run(&deps, step, payload).await }
    }

    /// A step that asks for it is sent again; a refusal is an answer.
    async fn finish(&self, deps: &Deps, trip: &str) {
        for (step, payload) in &self.rest {
            for _ in 0..REPEATS {
                match run(deps, *step, payload(*step, trip)).await {
                    Err(failure) if failure.code.is_transient() => {}
                    _ => break,
                }
            }
        }
    }
}

/// The different ends of a race, sorted: the steps' answers, the statuses of trip, flight, hotel
/// and payment, the events, and what is held.
async fn ends(bed: &Bed, met: &[Met]) -> Vec<String> {
    let mut ends = Vec::new();
    for Met { trip, answers } in met {
        let [first, second] = answers.each_ref().map(told);
        let (statuses, events) = (statuses(bed, trip).await, events(bed, trip).await);
        let held = held(bed, trip).await;
        ends.push(format!("{first} {second} | {statuses} | {events} | {held}"));
    }
    ends.sort();
    ends.dedup();
    ends
}

fn told(answer: &Answer) -> String {
    match answer {
        Ok(outcome) => outcome["member_status"].as_str().unwrap_or("-").to_owned(),
        Err(failure) => failure.code.to_string(),
    }
}
