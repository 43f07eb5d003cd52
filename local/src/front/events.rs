//! The bus's archive, its rules and the ordered bus's subscribers for the console.

use async_trait::async_trait;
use console::{Bus, EventLog, LoggedEvent, Position, Rule, Subscriber};
use domain::Timestamp;
use event_bus::{Archive, ArchivedEvent, EventBus, handle};
use ordered_bus::{Account as OrderedBuses, Standing, SubscriberState, SubscriberType};
use serde_json::{Value, json};

/// The product's bus.
const BUS: &str = domain::event::SOURCE;

/// The bus's archive.
pub(super) struct Log(pub(super) Archive);

#[async_trait]
impl EventLog for Log {
    async fn after(&self, position: Position, limit: usize) -> anyhow::Result<Vec<LoggedEvent>> {
        Ok(logged(self.0.read(archived(position), limit).await?))
    }

    async fn back(
        &self,
        before: Option<Position>,
        limit: usize,
    ) -> anyhow::Result<Vec<LoggedEvent>> {
        Ok(logged(self.0.read_back(before.map(archived), limit).await?))
    }

    async fn since(&self, time: Timestamp) -> anyhow::Result<Position> {
        Ok(position(self.0.since(time).await?))
    }

    fn end(&self) -> Option<Position> {
        Some(position(self.0.end()))
    }
}

fn logged(events: Vec<ArchivedEvent>) -> Vec<LoggedEvent> {
    let logged = |archived: ArchivedEvent| LoggedEvent {
        position: position(archived.position),
        received_at: archived.received_at,
        rules: archived.rules,
        event: archived.event,
    };
    events.into_iter().map(logged).collect()
}

/// An archive's positions begin at 1; before them is none.
fn position(archived: event_bus::Position) -> Position {
    Position(u128::try_from(i64::from(archived)).unwrap_or_default())
}

fn archived(position: Position) -> event_bus::Position {
    i64::try_from(position.0).unwrap_or(i64::MAX).into()
}

/// The bus, as its own operations tell of it, and the ordered buses where the system has one.
pub(super) struct Buses {
    pub(super) classic: EventBus,
    pub(super) ordered: Option<OrderedBuses>,
}

#[async_trait]
impl Bus for Buses {
    async fn rules(&self) -> anyhow::Result<Vec<Rule>> {
        let mut rules = Vec::new();
        for rule in self.list("ListRules", &json!({"EventBusName": BUS}), "Rules").await {
            let asked = json!({"EventBusName": BUS, "Rule": rule["Name"]});
            let targets = self.list("ListTargetsByRule", &asked, "Targets").await;
            rules.push(Rule {
                name: text(&rule, "Name"),
                state: text(&rule, "State"),
                pattern: text(&rule, "EventPattern"),
                description: text(&rule, "Description"),
                targets: targets.iter().map(|one| (text(one, "Id"), text(one, "Arn"))).collect(),
            });
        }
        Ok(rules)
    }

    async fn subscribers(&self) -> anyhow::Result<Option<Vec<Subscriber>>> {
        let Some(ordered) = &self.ordered else { return Ok(None) };
        Ok(Some(ordered.standings().await?.into_iter().map(subscriber).collect()))
    }
}

impl Buses {
    /// The members of a list that the bus answers with; none if it refuses.
    async fn list(&self, operation: &str, asked: &Value, member: &str) -> Vec<Value> {
        let answer = handle(&self.classic, operation, asked.to_string().into()).await;
        let mut answer: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        match answer[member].take() {
            Value::Array(members) => members,
            _ => Vec::new(),
        }
    }
}

fn subscriber(standing: Standing) -> Subscriber {
    Subscriber {
        name: standing.name,
        is_running: standing.state == SubscriberState::Running,
        is_ordered: standing.kind == SubscriberType::Fifo,
        target: standing.target,
        position: standing.position,
        open: standing.open,
        lag: standing.lag,
    }
}

fn text(value: &Value, member: &str) -> String {
    value[member].as_str().unwrap_or_default().to_owned()
}
