//! The bus's events for the console, from a group of CloudWatch Logs that a rule of the bus fills.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use async_trait::async_trait;
use aws_json::{CLOUDWATCH_LOGS, Client};
use console::{EventLog, LoggedEvent, Position};
use domain::{Clock, Timestamp};
use event_pattern::EventJson;
use lambda_kit::clients::{endpoint, sdk_config};
use lambda_kit::config::{Config, ConfigError, name};
use serde::Deserialize;
use serde_json::json;

const FILTER: &str = "Logs_20140328.FilterLogEvents";
/// Events come to the log a moment after each other, in any order: what is younger is not read yet.
const SETTLED: Duration = Duration::from_secs(5);
/// How far back the latest events are sought.
const REACH: Duration = Duration::from_secs(24 * 60 * 60);
/// Answers that are read in search of events: one may be empty, and another one follow.
const PAGES: usize = 5;
/// Events that are looked at in search of those of a pattern: as many as are kept in memory.
const LOOK_BACK: u64 = 512;

/// A log group whose messages are events as EventBridge delivers them.
pub(crate) struct LogGroup {
    client: Client,
    name: String,
    clock: Arc<dyn Clock>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    #[serde(default)]
    events: Vec<Logged>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Logged {
    /// Digits, the last of which tell apart what was logged in one millisecond.
    event_id: String,
    timestamp: i64,
    ingestion_time: i64,
    message: String,
}

/// What is asked for, with times in milliseconds, both included.
struct Asked {
    from: i64,
    to: i64,
    is_forward: bool,
    limit: usize,
}

impl LogGroup {
    /// The group that the settings name, if they name one.
    ///
    /// # Errors
    /// If they name no region, or a malformed endpoint.
    pub(crate) async fn from_config(
        config: &Config,
        clock: Arc<dyn Clock>,
    ) -> Result<Option<Self>, ConfigError> {
        let Some(name) = config.get(name::EVENT_LOG_GROUP) else { return Ok(None) };
        let region = config.require(name::AWS_REGION)?;
        let url = endpoint(config, "logs").unwrap_or_else(|| of_aws(region));
        let client = Client::new(&sdk_config(config, "logs").await, CLOUDWATCH_LOGS, Some(&url));
        Ok(Some(Self { client, name: name.to_owned(), clock }))
    }

    /// The events of as many answers as it takes to have one, in the order of their positions.
    async fn filter(
        &self,
        asked: &Asked,
        is_wanted: impl Fn(Position) -> bool,
    ) -> anyhow::Result<Vec<LoggedEvent>> {
        let (mut found, mut next) = (Vec::new(), None);
        for _ in 0..PAGES {
            let Page { events, next_token } = self.page(asked, next.as_deref()).await?;
            let events = events.into_iter().filter_map(Logged::read);
            found.extend(events.filter(|event| is_wanted(event.position)));
            next = next_token;
            if found.len() >= asked.limit || next.is_none() {
                break;
            }
        }
        found.sort_by_key(|event| event.position);
        Ok(found)
    }

    async fn page(&self, asked: &Asked, next: Option<&str>) -> anyhow::Result<Page> {
        let mut body = json!({
            "logGroupName": self.name, "startTime": asked.from, "endTime": asked.to,
            "startFromHead": asked.is_forward, "limit": asked.limit,
        });
        if let Some(next) = next {
            body["nextToken"] = next.into();
        }
        let answer = self.client.call(FILTER, body.to_string().into_bytes()).await;
        answer.context("cannot read the log of events")
    }

    fn settled(&self) -> i64 {
        self.clock.now().before(SETTLED).as_millis()
    }
}

#[async_trait]
impl EventLog for LogGroup {
    async fn after(&self, position: Position, limit: usize) -> anyhow::Result<Vec<LoggedEvent>> {
        let (from, to) = (millis(position), self.settled());
        if to < from {
            return Ok(Vec::new());
        }
        let asked = Asked { from, to, is_forward: true, limit };
        let mut found = self.filter(&asked, |found| found > position).await?;
        found.truncate(limit);
        Ok(found)
    }

    async fn back(
        &self,
        before: Option<Position>,
        limit: usize,
    ) -> anyhow::Result<Vec<LoggedEvent>> {
        let to = before.map_or_else(|| self.settled(), millis);
        let from = Timestamp::from_millis(to).before(REACH).as_millis();
        let asked = Asked { from, to, is_forward: false, limit };
        let is_before = |found| before.is_none_or(|before| found < before);
        let mut found = self.filter(&asked, is_before).await?;
        found.reverse();
        found.truncate(limit);
        Ok(found)
    }

    async fn since(&self, time: Timestamp) -> anyhow::Result<Position> {
        Ok(Position(at(time.as_millis(), 0).0.saturating_sub(1)))
    }

    fn end(&self) -> Option<Position> {
        None
    }

    fn look_back(&self) -> u64 {
        LOOK_BACK
    }
}

impl Logged {
    /// `None` for a message that is no JSON.
    fn read(self) -> Option<LoggedEvent> {
        let last = self.event_id.len().saturating_sub(DIGITS);
        let number = self.event_id.get(last..)?.parse().ok()?;
        Some(LoggedEvent {
            position: at(self.timestamp, number),
            received_at: Timestamp::from_millis(self.ingestion_time),
            rules: Vec::new(),
            event: EventJson::parse(&self.message).ok()?,
        })
    }
}

/// As many digits as a number of 64 bits always holds.
const DIGITS: usize = 19;

/// A position: the time, and a number that tells apart what has the same one.
fn at(millis: i64, number: u64) -> Position {
    Position(u128::from(u64::try_from(millis).unwrap_or_default()) << 64 | u128::from(number))
}

fn millis(position: Position) -> i64 {
    i64::try_from(position.0 >> 64).unwrap_or(i64::MAX)
}

/// Source: "Amazon CloudWatch Logs endpoints and quotas" in the AWS General Reference.
fn of_aws(region: &str) -> String {
    let suffix = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
    format!("https://logs.{region}.{suffix}")
}

#[cfg(test)]
mod tests {
    use testing::ManualClock;

    use super::*;

    #[test]
    fn a_later_event_has_a_greater_position_and_keeps_its_time() {
        let (early, late) = (at(1_772_366_400_000, u64::MAX), at(1_772_366_400_001, 0));
        assert!(early < late);
        assert_eq!((millis(early), millis(late)), (1_772_366_400_000, 1_772_366_400_001));
    }

    #[tokio::test]
    async fn what_was_logged_at_a_time_comes_after_it() {
        let settings = [(name::AWS_REGION, "eu-west-1"), (name::EVENT_LOG_GROUP, "events")];
        let config = Config::from_map(settings);
        let log = LogGroup::from_config(&config, Arc::new(ManualClock::default())).await;
        let log = log.unwrap().unwrap();
        let position = log.since(Timestamp::from_millis(1_000)).await.unwrap();
        assert!(position < at(1_000, 0) && position >= at(999, 0));
        let none =
            LogGroup::from_config(&Config::default(), Arc::new(ManualClock::default())).await;
        assert!(none.unwrap().is_none());
    }

    #[test]
    fn a_message_that_is_no_event_is_left_out() {
        let logged = |event_id: &str, message: &str| Logged {
            event_id: event_id.to_owned(),
            timestamp: 1,
            ingestion_time: 2,
            message: message.to_owned(),
        };
        let id = "36541234567890123456789012345678901234567890123456789012";
        let read = logged(id, r#"{"source": "trip-saga"}"#).read().unwrap();
        assert_eq!(read.position, at(1, 4_567_890_123_456_789_012));
        assert_eq!(read.received_at, Timestamp::from_millis(2));
        assert!(logged(id, "no JSON").read().is_none());
        assert!(logged("", "{}").read().is_none());
    }

    #[test]
    fn a_region_s_service_has_its_own_address() {
        assert_eq!(of_aws("eu-west-1"), "https://logs.eu-west-1.amazonaws.com");
        assert_eq!(of_aws("cn-north-1"), "https://logs.cn-north-1.amazonaws.com.cn");
    }
}
