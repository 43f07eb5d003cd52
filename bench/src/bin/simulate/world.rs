//! A day on AWS, a second at a time: bookings as a flow through the limits. What a limit holds back
//! waits before it, but for requests, which are refused.

use serde::Serialize;

use crate::demand::{
    COMPENSATIONS, Demand, Mapping, READ_SECONDS, READS, SAGA_SECONDS, STEP_SECONDS, SWEEPER,
};
use crate::limits::{Bus, Id, Values};
use crate::load::{DAY, rate};
use crate::meter::{Met, Meter};
use crate::pieces::{Bucket, Queue, Warm};

/// What a partition writes in a second, and how many a new table has.
const PARTITION: f64 = 1_000.0;
const FEWEST_PARTITIONS: f64 = 4.0;
/// Entries of a call to each bus.
const CLASSIC_CALL: f64 = 10.0;
const ORDERED_CALL: f64 = 100.0;
/// An event goes to the log, and to the archive.
const TARGETS: f64 = 2.0;

/// What became of the day.
#[derive(Clone, Default)]
pub struct Day {
    pub meter: Meter,
    pub state: State,
    /// The first hours, every two minutes: bookings asked for and completed, a second.
    pub samples: Vec<(f64, f64)>,
}

/// The state that the day ends in, and the worst of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct State {
    /// Bookings completed in the last second.
    pub completed: f64,
    /// The share of the day's bookings that were refused.
    pub refused: f64,
    /// The most executions that were open.
    pub open: f64,
    /// The longest that an event waited for the bus, a version for the view, an event for its
    /// targets, an execution for its turn, and one that is undone for that, in seconds.
    pub bus_lag: f64,
    pub view_lag: f64,
    pub delivery_lag: f64,
    pub saga_wait: f64,
    pub undo_wait: f64,
}

/// Seconds between samples, and how long they are taken.
pub const SAMPLE: u32 = 120;
pub const SAMPLED: u32 = 4 * 3_600;

struct World<'a> {
    demand: &'a Demand,
    values: &'a Values,
    bus: Bus,
    stage: Bucket,
    gateway: Bucket,
    start: Bucket,
    transitions: Bucket,
    publishing: Bucket,
    deliveries: Bucket,
    trips: Warm,
    open_work: Warm,
    view: Warm,
    status: Warm,
    open: f64,
    environments: f64,
    events: Queue,
    versions: Queue,
    undelivered: Queue,
    to_undo: Queue,
    day: Day,
}

/// Lives the day.
pub fn live(demand: &Demand, values: &Values, bus: Bus) -> Day {
    let mut world = World::new(demand, values, bus);
    let (mut asked, mut refused) = (0.0, 0.0);
    for second in 0..DAY {
        let now = Met { second, rate: rate(second) };
        let accepted = world.accept(now);
        let completed = world.advance(now);
        world.undo(now, completed);
        world.publish(now, completed);
        world.project(now, completed);
        world.tick();
        asked += now.rate;
        refused += (now.rate - accepted).max(0.0);
        world.day.state.completed = completed;
        if second % SAMPLE == 0 && second <= SAMPLED {
            world.day.samples.push((now.rate, completed));
        }
    }
    world.day.state.refused = refused / asked;
    world.day
}

impl<'a> World<'a> {
    fn new(demand: &'a Demand, values: &'a Values, bus: Bus) -> Self {
        let bucket = |id| Bucket::new(values.of(id), values.burst(id));
        let publishing = if bus == Bus::Classic { Id::PutEvents } else { Id::BusEvents };
        let warm = |id| Warm::new(values.of(id));
        Self {
            demand,
            values,
            bus,
            stage: bucket(Id::Stage),
            gateway: bucket(Id::Gateway),
            start: bucket(Id::Start),
            transitions: bucket(Id::Transitions),
            publishing: bucket(publishing),
            deliveries: bucket(Id::Deliveries),
            trips: warm(Id::TripsWarm),
            open_work: warm(Id::OpenWorkWarm),
            view: warm(Id::ViewWarm),
            status: warm(Id::StatusWarm),
            open: 0.0,
            environments: 0.0,
            events: Queue::default(),
            versions: Queue::default(),
            undelivered: Queue::default(),
            to_undo: Queue::default(),
            day: Day::default(),
        }
    }

    fn note(&mut self, now: Met, id: Id, asked: f64, given: f64) {
        self.day.meter.note(now, id, asked, given);
    }

    /// The API and `StartExecution`: what they do not let through is refused. Returns how many
    /// bookings began.
    fn accept(&mut self, now: Met) -> f64 {
        let asked = self.demand.requests * now.rate;
        self.note(now, Id::Stage, asked, self.stage.tokens());
        let let_in = self.stage.take(asked);
        self.note(now, Id::Gateway, let_in, self.gateway.tokens());
        let let_in = self.gateway.take(let_in);
        let bookings = now.rate * let_in / asked;
        self.note(now, Id::Start, bookings, self.start.tokens());
        let started = self.start.take(bookings);
        let room = self.values.of(Id::Open) - self.open;
        self.note(now, Id::Open, self.open + started, self.values.of(Id::Open));
        let started = started.min(room);
        self.open += started;
        self.day.state.open = self.day.state.open.max(self.open);
        started
    }

    /// The open executions go on as fast as the scarcest of what they need lets them. Returns how
    /// many were completed.
    fn advance(&mut self, now: Met) -> f64 {
        let wanted = self.open / SAGA_SECONDS;
        let Demand { transitions, trips, open_work, open_work_key, .. } = *self.demand;
        let steps = self.demand.steps * STEP_SECONDS;
        let ways = [
            (Id::Transitions, transitions, self.transitions.tokens()),
            (Id::TripsQuota, trips, self.values.of(Id::TripsQuota)),
            (Id::TripsWarm, trips, self.trips.capacity()),
            (Id::OpenWorkWarm, open_work, self.open_work.capacity()),
            (Id::OpenWorkKey, open_work_key, self.values.of(Id::OpenWorkKey)),
            (Id::Scaling, steps, self.environments + self.values.of(Id::Scaling)),
        ];
        let mut pace = wanted;
        for (id, each, given) in ways {
            self.note(now, id, wanted * each, given);
            pace = pace.min(given / each);
        }
        let others = self.others(now);
        let concurrency = self.values.of(Id::Concurrency);
        self.note(now, Id::Concurrency, wanted * steps + others, concurrency);
        pace = pace.min((concurrency - others).max(0.0) / steps);
        self.open -= pace;
        self.transitions.take(pace * transitions);
        self.trips.tick(pace * trips);
        self.open_work.tick(pace * open_work);
        self.environments = self.environments.max(pace * steps);
        let wait = if pace > 0.0 { self.open / pace - SAGA_SECONDS } else { 0.0 };
        self.day.state.saga_wait = self.day.state.saga_wait.max(wait);
        pace
    }

    /// Compensations have executions of their own, and no others.
    fn undo(&mut self, now: Met, completed: f64) {
        self.to_undo.add(completed * self.demand.undone);
        let capacity = self.values.of(Id::Reserved) / STEP_SECONDS;
        let asked = self.to_undo.waiting() * STEP_SECONDS;
        self.note(now, Id::Reserved, asked, self.values.of(Id::Reserved));
        let (_, wait) = self.to_undo.serve(capacity);
        self.day.state.undo_wait = self.day.state.undo_wait.max(wait);
    }

    /// Executions that are not for the steps that book: reads, the stream's consumers, and what is
    /// reserved.
    fn others(&self, now: Met) -> f64 {
        let shards = self.shards();
        let Demand { dispatcher, projector, .. } = self.demand;
        let consumers = dispatcher.busy(self.demand.events * now.rate, shards)
            + projector.busy(self.demand.versions * now.rate, shards);
        let reserved = self.values.of(Id::Reserved);
        let reserved = if reserved.is_finite() { COMPENSATIONS * reserved + SWEEPER } else { 0.0 };
        READS * READ_SECONDS * now.rate + consumers + reserved
    }

    /// One for each partition of the table. A table that may write without a limit has as many as
    /// it takes.
    fn shards(&self) -> f64 {
        let busy = self.demand.trips * rate(DAY) / PARTITION;
        (self.trips.capacity() / PARTITION).min(busy).max(FEWEST_PARTITIONS)
    }

    /// The dispatcher publishes events; a Classic bus then sends each to its targets.
    fn publish(&mut self, now: Met, completed: f64) {
        let shards = self.shards();
        let capacity = self.consume(
            now,
            Id::Dispatcher,
            &self.demand.dispatcher,
            completed * self.demand.events,
        );
        self.events.add(completed * self.demand.events);
        let ready = self.events.waiting().min(capacity);
        let filled = self.demand.dispatcher.filled(ready, shards);
        let served = match self.bus {
            Bus::Classic => {
                let a_call = filled / (filled / CLASSIC_CALL).ceil();
                self.note(now, Id::PutEvents, ready / a_call, self.publishing.tokens());
                self.publishing.take(ready / a_call) * a_call
            }
            Bus::Ordered => {
                debug_assert!(filled <= ORDERED_CALL, "a batch is a call");
                self.note(now, Id::BusEvents, ready, self.publishing.tokens());
                self.note(now, Id::Group, self.demand.group, self.values.of(Id::Group));
                self.publishing.take(ready)
            }
        };
        let (published, lag) = self.events.serve(served);
        self.day.state.bus_lag = self.day.state.bus_lag.max(lag);
        if self.bus == Bus::Classic {
            self.undelivered.add(TARGETS * published);
            let waiting = self.undelivered.waiting();
            self.note(now, Id::Deliveries, waiting, self.deliveries.tokens());
            let taken = self.deliveries.take(waiting);
            let (_, lag) = self.undelivered.serve(taken);
            self.day.state.delivery_lag = self.day.state.delivery_lag.max(lag);
        }
    }

    /// What a mapping can hand over in a second.
    fn consume(&mut self, now: Met, id: Id, mapping: &Mapping, records: f64) -> f64 {
        let capacity = mapping.capacity(self.shards()).min(self.values.of(id));
        self.note(now, id, records, capacity);
        capacity
    }

    /// The projector writes rows as fast as the view and its index take them.
    fn project(&mut self, now: Met, completed: f64) {
        let Demand { versions, view, status_index, status_key, ref projector, .. } = *self.demand;
        let capacity = self.consume(now, Id::Projector, projector, completed * versions);
        self.versions.add(completed * versions);
        let ready = self.versions.waiting().min(capacity);
        let ways = [
            (Id::ViewWarm, view, self.view.capacity()),
            (Id::StatusWarm, status_index, self.status.capacity()),
            (Id::StatusKey, status_key, self.values.of(Id::StatusKey)),
        ];
        let mut served = ready;
        for (id, each, given) in ways {
            let each = each / versions;
            self.note(now, id, ready * each, given);
            served = served.min(given / each);
        }
        let (written, lag) = self.versions.serve(served);
        self.view.tick(written * view / versions);
        self.status.tick(written * status_index / versions);
        self.day.state.view_lag = self.day.state.view_lag.max(lag);
    }

    fn tick(&mut self) {
        let buckets = [
            &mut self.stage,
            &mut self.gateway,
            &mut self.start,
            &mut self.transitions,
            &mut self.publishing,
            &mut self.deliveries,
        ];
        buckets.into_iter().for_each(Bucket::tick);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::MOST;

    #[test]
    fn without_limits_everything_is_completed_in_its_own_time() {
        let demand = Demand::read().unwrap();
        let day = live(&demand, &Values::endless(), Bus::Classic);
        assert!((day.state.completed - MOST).abs() < 1e-3, "{:?}", day.state);
        assert!((day.state.open - SAGA_SECONDS * MOST).abs() < MOST, "{:?}", day.state);
        assert!(day.state.refused.abs() < 1e-12, "{:?}", day.state);
        assert!([day.state.view_lag, day.state.delivery_lag].iter().all(|lag| *lag == 0.0));
    }

    #[test]
    fn one_limit_alone_is_met_when_the_rate_reaches_it() {
        let demand = Demand::read().unwrap();
        let values = Values::endless().with(Id::Start, 300.0, 300.0);
        let day = live(&demand, &values, Bus::Ordered);
        let met = day.meter.met(Id::Start).unwrap();
        assert!((met.rate - 300.0).abs() < 1.0, "{met:?}");
        assert!((day.state.completed - 300.0).abs() < 1e-3, "{:?}", day.state);
        assert!(day.state.refused > 0.5, "{:?}", day.state);
    }

    #[test]
    fn what_step_functions_holds_back_waits_until_no_more_may_be_open() {
        let demand = Demand::read().unwrap();
        let values = Values::endless();
        let values = values.with(Id::Transitions, 2_500.0, 2_500.0).with(Id::Open, 1e6, 0.0);
        let day = live(&demand, &values, Bus::Classic);
        assert!(
            day.meter.met(Id::Transitions).unwrap().second
                < day.meter.met(Id::Open).unwrap().second
        );
        assert!((day.state.completed * demand.transitions - 2_500.0).abs() < 1e-3);
        assert!(day.state.open <= 1e6 && day.state.refused > 0.0, "{:?}", day.state);
    }
}
