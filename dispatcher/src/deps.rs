//! What the dispatcher and the sweeper work with, built once per process.

use std::sync::Arc;
use std::time::Duration;

use domain::{Clock, Timestamp};
use lambda_kit::clock::SystemClock;
use lambda_kit::config::{Config, ConfigError, name};
use store::outbox::RETENTION;

use crate::on_the_bus::OnTheBus;
use crate::unmarked::Unmarked;
use crate::{EventBridge, Limits, OrderedBus, Outbox, Publisher, Table};

const SECONDS_A_DAY: u64 = 24 * 60 * 60;
/// How long an event that is refused alone may keep its shard waiting.
const PATIENCE: Duration = Duration::from_secs(60);
/// The age from which an event for an ordered bus is asked for before it is sent: the five minutes
/// within which the bus drops repeats, less the longest invocation and a minute for clocks.
const NEARLY_THE_WINDOW: Duration = Duration::from_secs(3 * 60);

/// The ports and the settings.
#[derive(Clone)]
pub struct Deps {
    pub(crate) outbox: Arc<dyn Outbox>,
    pub(crate) publisher: Arc<dyn Publisher>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) settings: Settings,
    pub(crate) unmarked: Arc<Unmarked>,
    /// What an ordered bus is known to have; nothing for a bus that promises no order.
    pub(crate) on_the_bus: Option<Arc<OnTheBus>>,
}

/// The settings for publishing events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// What one call to the bus may carry.
    pub limits: Limits,
    /// The age at which an event counts as missed by the stream, so that the sweeper publishes it.
    pub grace: Duration,
    /// How long the bus may refuse an event while it takes others, before the event is parked.
    pub park_after: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            grace: Duration::from_secs(15 * 60),
            park_after: Duration::from_secs(SECONDS_A_DAY),
        }
    }
}

impl Settings {
    /// As configured; the bus's own limits unless others are set.
    fn from_config(config: &Config, limits: Limits) -> Result<Self, ConfigError> {
        let usual = Self { limits, ..Self::default() };
        let entries = config.parse(name::PUT_EVENTS_MAX_ENTRIES, usual.limits.entries)?;
        let bytes = config.parse(name::PUT_EVENTS_MAX_BYTES, usual.limits.bytes)?;
        let grace = config.parse(name::SWEEP_GRACE_SECONDS, usual.grace.as_secs())?;
        let park_after = config.parse(name::PARK_AFTER_SECONDS, usual.park_after.as_secs())?;
        Ok(Self {
            limits: Limits { entries, bytes },
            grace: Duration::from_secs(grace),
            park_after: Duration::from_secs(park_after),
        })
    }

    /// Events from before this moment are overdue: the sweeper publishes them too.
    pub(crate) fn overdue_before(&self, now: Timestamp) -> Timestamp {
        now.before(self.grace)
    }

    /// If an event from before this moment is refused alone, it is left to the sweeper.
    pub(crate) fn left_alone_before(&self, now: Timestamp) -> Timestamp {
        now.before(self.grace.min(PATIENCE))
    }

    /// An event that has been refused since this moment or longer is parked.
    pub(crate) fn parked_since(&self, now: Timestamp) -> Timestamp {
        now.before(self.park_after)
    }
}

impl Deps {
    /// Uses the given ports.
    #[must_use]
    pub fn new(
        outbox: Arc<dyn Outbox>,
        publisher: Arc<dyn Publisher>,
        clock: Arc<dyn Clock>,
        settings: Settings,
    ) -> Self {
        Self { outbox, publisher, clock, settings, unmarked: Arc::default(), on_the_bus: None }
    }

    /// The same, for a bus that keeps each trip's events in the order in which it gets them: no
    /// event is sent before those before it are on the bus.
    #[must_use]
    pub fn in_order(self) -> Self {
        Self { on_the_bus: Some(Arc::default()), ..self }
    }

    /// The same, with another clock.
    #[must_use]
    pub fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    /// Uses DynamoDB and EventBridge, as configured: the bus is an ordered one if its ARN says so.
    ///
    /// # Errors
    /// If a setting is malformed.
    pub async fn from_config(config: &Config) -> Result<Self, ConfigError> {
        let retention = retention(config)?;
        let Table { events, marks } = Table::from_config(config).await?;
        let outbox = Arc::new(Table { events, marks: marks.with_retention(retention) });
        let clock = Arc::new(SystemClock);
        if OrderedBus::is_named_by(config) {
            let settings = Settings::from_config(config, Limits::of_an_ordered_bus())?;
            let bus = Arc::new(OrderedBus::from_config(config).await?);
            return Ok(Self::new(outbox, bus, clock, settings).in_order());
        }
        let settings = Settings::from_config(config, Limits::default())?;
        let bus = Arc::new(EventBridge::from_config(config).await?);
        Ok(Self::new(outbox, bus, clock, settings))
    }

    /// A batch with an event from before this moment asks first which of its events are still
    /// pending.
    pub(crate) fn asked_before(&self, now: Timestamp) -> Timestamp {
        let grace = self.settings.grace;
        now.before(self.on_the_bus.as_ref().map_or(grace, |_| grace.min(NEARLY_THE_WINDOW)))
    }
}

/// How long a published event stays in the table.
fn retention(config: &Config) -> Result<Duration, ConfigError> {
    let usual = RETENTION.as_secs() / SECONDS_A_DAY;
    let days: u64 = config.parse(name::OUTBOX_RETENTION_DAYS, usual)?;
    Ok(Duration::from_secs(days.saturating_mul(SECONDS_A_DAY)))
}

#[cfg(test)]
mod tests {
    use testing::FixedClock;

    use super::*;
    use crate::fakes::World;

    #[test]
    fn settings_are_read_by_their_names() {
        let config = Config::from_map([
            ("PUT_EVENTS_MAX_ENTRIES", "3"),
            ("PUT_EVENTS_MAX_BYTES", "2000"),
            ("SWEEP_GRACE_SECONDS", "60"),
            ("PARK_AFTER_SECONDS", "3600"),
        ]);
        let limits = Limits { entries: 3, bytes: 2_000 };
        let (grace, park_after) = (Duration::from_secs(60), Duration::from_secs(3_600));
        let settings = Settings { limits, grace, park_after };
        assert_eq!(Settings::from_config(&config, Limits::default()), Ok(settings));
        let unset = Settings::from_config(&Config::default(), limits);
        assert_eq!(unset, Ok(Settings { limits, ..Settings::default() }));
    }

    #[test]
    fn retention_is_thirty_days_unless_set() {
        let one_day = Config::from_map([("OUTBOX_RETENTION_DAYS", "1")]);
        assert_eq!(retention(&one_day), Ok(Duration::from_secs(86_400)));
        assert_eq!(retention(&Config::default()), Ok(Duration::from_secs(2_592_000)));
    }

    #[test]
    fn another_clock_tells_the_time() {
        let deps = Arc::new(World::default()).deps(Limits::default());
        let epoch = FixedClock::at_millis(0);
        assert_eq!(deps.with_clock(Arc::new(epoch)).clock.now(), epoch.now());
    }
}
