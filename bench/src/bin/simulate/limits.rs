//! The limits, each with its value, where it is written, and what to turn. Quotas are those of
//! us-east-1, the default of an account that is not new.

use clap::ValueEnum;
use serde::Serialize;

use crate::demand::{Demand, RESERVED};

/// Which of EventBridge's buses events are published to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Bus {
    /// With rules and targets.
    Classic,
    /// With subscribers, in order within a trip.
    Ordered,
}

/// A limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Id {
    Stage,
    Gateway,
    Start,
    Transitions,
    Open,
    Concurrency,
    Reserved,
    Scaling,
    TripsQuota,
    TripsWarm,
    OpenWorkWarm,
    OpenWorkKey,
    ViewWarm,
    StatusWarm,
    StatusKey,
    Dispatcher,
    Projector,
    PutEvents,
    Deliveries,
    BusEvents,
    Group,
}

/// What is known of a limit.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Limit {
    pub id: Id,
    pub service: &'static str,
    pub what: &'static str,
    pub value: f64,
    /// The size of its token bucket, where it has one.
    pub burst: f64,
    /// What to turn when it is met.
    pub turn: &'static str,
    pub source: &'static str,
}

pub const COUNT: usize = 21;

const QUOTAS_SFN: &str = "Step Functions service quotas";
const QUOTAS_EVENTS: &str = "EventBridge quotas";
const QUOTAS_DYNAMODB: &str = "DynamoDB quotas";
const WARM: &str = "DynamoDB warm throughput";
const SCALING: &str = "Lambda scaling behavior";
const OURS: &str = "this project";

/// Every limit, in the order of [`Id`].
#[rustfmt::skip]
pub fn all(demand: &Demand) -> [Limit; COUNT] {
    let limit = |id, service, what, value, burst, turn, source| Limit { id, service, what, value, burst, turn, source };
    let (api, endless) = (&demand.api, f64::INFINITY);
    [
        limit(Id::Stage, "API Gateway", "requests a second, the stage's own setting", api.requests_per_second, api.burst, "API_RATE in local/src/runtime.rs", OURS),
        limit(Id::Gateway, "API Gateway", "requests a second, the account", 10_000.0, 5_000.0, "quota", "API Gateway quotas"),
        limit(Id::Start, "Step Functions", "StartExecution a second, Standard", 300.0, 1_300.0, "quota", QUOTAS_SFN),
        limit(Id::Transitions, "Step Functions", "state transitions a second, Standard", 5_000.0, 5_000.0, "quota", QUOTAS_SFN),
        limit(Id::Open, "Step Functions", "open executions", 1_000_000.0, 0.0, "quota", QUOTAS_SFN),
        limit(Id::Concurrency, "Lambda", "concurrent executions, the account", 1_000.0, 0.0, "quota", "Lambda quotas"),
        limit(Id::Reserved, "Lambda", "executions of one compensation, reserved", RESERVED, 0.0, "reservedConcurrency, and the quota with it", "Lambda reserved concurrency"),
        limit(Id::Scaling, "Lambda", "new environments a second, three functions", 300.0, 0.0, "a slower rise, or provisioned concurrency", SCALING),
        limit(Id::TripsQuota, "DynamoDB", "write units a second, the trips' table", 40_000.0, 0.0, "quota: table-level write throughput", QUOTAS_DYNAMODB),
        limit(Id::TripsWarm, "DynamoDB", "write units the trips' table is warm for", 4_000.0, 0.0, "warm throughput of the table, or a slower rise", WARM),
        limit(Id::OpenWorkWarm, "DynamoDB", "write units GSI1 is warm for", 4_000.0, 0.0, "warm throughput of GSI1, or a slower rise", WARM),
        limit(Id::OpenWorkKey, "DynamoDB", "write units of one key of GSI1", 1_000.0, 0.0, "SHARDS in store/src/keys/shard.rs", WARM),
        limit(Id::ViewWarm, "DynamoDB", "write units the view is warm for", 4_000.0, 0.0, "warm throughput of the view, or a slower rise", WARM),
        limit(Id::StatusWarm, "DynamoDB", "write units an index by status is warm for", 4_000.0, 0.0, "warm throughput of the index, or a slower rise", WARM),
        limit(Id::StatusKey, "DynamoDB", "write units of one status and month", 1_000.0, 0.0, "DynamoDB splits it by departure, or a shard in status_month", WARM),
        limit(Id::Dispatcher, "Lambda", "events a second from the stream", endless, 0.0, "parallelizationFactor, at the price of ADR 31", OURS),
        limit(Id::Projector, "Lambda", "versions a second from the stream", endless, 0.0, "parallelizationFactor, at the price of ADR 31", OURS),
        limit(Id::PutEvents, "EventBridge", "PutEvents a second, Classic", 10_000.0, 10_000.0, "quota", QUOTAS_EVENTS),
        limit(Id::Deliveries, "EventBridge", "invocations of targets a second, Classic", 18_750.0, 18_750.0, "quota", QUOTAS_EVENTS),
        limit(Id::BusEvents, "EventBridge", "events a second, one ordered bus", 500_000.0, 500_000.0, "more buses: it cannot be raised", QUOTAS_EVENTS),
        limit(Id::Group, "EventBridge", "events and kilobytes a second, one trip", 1_500.0, 0.0, "nothing: it cannot be raised", QUOTAS_EVENTS),
    ]
}

impl Id {
    /// Whether the limit is one of this bus's, or of neither.
    pub fn is_of(self, bus: Bus) -> bool {
        match self {
            Self::PutEvents | Self::Deliveries => bus == Bus::Classic,
            Self::BusEvents | Self::Group => bus == Bus::Ordered,
            _ => true,
        }
    }
}

/// The limits' present values, by their ids.
#[derive(Clone)]
pub struct Values([(f64, f64); COUNT]);

impl Values {
    /// As they are before anybody turns anything.
    pub fn given(demand: &Demand) -> Self {
        Self(all(demand).map(|limit| (limit.value, limit.burst)))
    }

    /// Without any limit.
    pub fn endless() -> Self {
        Self([(f64::INFINITY, 0.0); COUNT])
    }

    pub fn of(&self, id: Id) -> f64 {
        self.0[id as usize].0
    }

    pub fn burst(&self, id: Id) -> f64 {
        self.0[id as usize].1
    }

    /// The same with another value of a limit.
    pub fn with(mut self, id: Id, value: f64, burst: f64) -> Self {
        self.0[id as usize] = (value, burst);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_are_in_the_order_of_their_ids() {
        let demand = Demand::read().unwrap();
        for (place, limit) in all(&demand).iter().enumerate() {
            assert_eq!(limit.id as usize, place, "{:?}", limit.id);
        }
        assert_eq!(Values::given(&demand).of(Id::Start), 300.0);
    }
}
