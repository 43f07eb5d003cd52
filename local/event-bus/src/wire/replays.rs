//! `StartReplay`, `DescribeReplay`, `ListReplays` and `CancelReplay`.

use domain::Timestamp;
use serde::{Deserialize, Serialize};

use super::constraints::{arn, characters, length, required};
use super::listing::ListRequest;
use super::names::bus_of_arn;
use super::times;
use crate::bus::EventBus;
use crate::error::AwsError;
use crate::replays::{Replay, ReplayState};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct StartReplayRequest {
    replay_name: Option<String>,
    description: Option<String>,
    event_source_arn: Option<String>,
    event_start_time: Option<f64>,
    event_end_time: Option<f64>,
    destination: Option<Destination>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Destination {
    #[serde(skip_serializing_if = "Option::is_none")]
    arn: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    filter_arns: Vec<String>,
}

/// Names a replay.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ReplayRequest {
    replay_name: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct StartReplayAnswer {
    replay_arn: String,
    state: &'static str,
    replay_start_time: f64,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CancelReplayAnswer {
    replay_arn: String,
    state: &'static str,
}

/// A replay as both operations show it; `DescribeReplay` shows more.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ReplayAnswer {
    replay_name: String,
    event_source_arn: String,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    state_reason: Option<String>,
    event_start_time: f64,
    event_end_time: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_last_replayed_time: Option<f64>,
    replay_start_time: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    replay_end_time: Option<f64>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DescribeReplayAnswer {
    replay_arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    destination: Destination,
    #[serde(flatten)]
    replay: ReplayAnswer,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListReplaysAnswer {
    replays: Vec<ReplayAnswer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

pub(super) async fn start_replay(
    bus: &EventBus,
    request: StartReplayRequest,
) -> Result<StartReplayAnswer, AwsError> {
    let replay = replay(bus, request).await?;
    let answer = StartReplayAnswer {
        replay_arn: bus.config().replay_arn(&replay.name),
        state: replay.state.as_str(),
        replay_start_time: times::write(replay.started_at),
    };
    let name = replay.name.clone();
    if !bus.replays().create(replay).await? {
        return Err(AwsError::already_exists("Replay", &name));
    }
    bus.replay_news().notify_one();
    Ok(answer)
}

async fn replay(bus: &EventBus, request: StartReplayRequest) -> Result<Replay, AwsError> {
    let name = replay_name("replayName", request.replay_name.as_deref())?.to_owned();
    if let Some(description) = &request.description {
        length("description", description, 0..=512)?;
    }
    let source = required("eventSourceArn", request.event_source_arn.as_deref())?;
    arn("eventSourceArn", source)?;
    let from = times::read(required("eventStartTime", request.event_start_time)?);
    let to = times::read(required("eventEndTime", request.event_end_time)?);
    let destination = required("destination", request.destination.as_ref())?;
    let to_bus = destination_bus(bus, destination)?;
    let archive = bus.config().archive_named(source).unwrap_or(source);
    let kept =
        bus.archives().get(archive).await?.ok_or_else(|| {
            invalid("EventSourceArn", &format!("Archive {archive} does not exist."))
        })?;
    if kept.bus != to_bus {
        return Err(invalid("Destination.Arn", "Cross event bus replay is not permitted."));
    }
    if from > to {
        return Err(invalid("EventEndTime", "EventStartTime must be before EventEndTime."));
    }
    Ok(Replay {
        name,
        description: request.description,
        archive: kept.name,
        rules: rules(bus, to_bus, &destination.filter_arns)?,
        bus: kept.bus,
        from,
        to,
        state: ReplayState::Starting,
        reason: None,
        started_at: bus.config().clock.now(),
        ended_at: None,
        last_replayed: None,
        position: kept.after,
        end: bus.archive().end(),
    })
}

fn destination_bus<'a>(bus: &'a EventBus, destination: &Destination) -> Result<&'a str, AwsError> {
    let arn = required("destination.arn", destination.arn.as_deref())?;
    length("destination.arn", arn, 1..=1600)?;
    if !(arn.starts_with("arn:") && arn.contains(":event-bus/")) {
        return Err(invalid("Destination.Arn", "Must contain an event bus ARN."));
    }
    bus_of_arn(bus, arn)
}

/// The names of the rules that the replay is for. They must be there.
fn rules(bus: &EventBus, on: &str, arns: &[String]) -> Result<Vec<String>, AwsError> {
    let rule = |(arn, number): (&String, usize)| {
        length(&format!("destination.filterArns.{number}.member"), arn, 1..=1600)?;
        let name = bus.config().rule_named(arn, on).ok_or_else(|| {
            invalid("Destination.FilterArns", &format!("{arn} is not the ARN of a rule of {on}."))
        })?;
        match bus.rules().get(on, name) {
            Some(rule) => Ok(rule.name),
            None => Err(AwsError::no_such_rule(name, on)),
        }
    };
    arns.iter().zip(1..).map(rule).collect()
}

pub(super) async fn describe_replay(
    bus: &EventBus,
    request: &ReplayRequest,
) -> Result<DescribeReplayAnswer, AwsError> {
    let name = replay_name("replayName", request.replay_name.as_deref())?;
    let replay = bus.replays().get(name).await?.ok_or_else(|| no_such_replay(name))?;
    let config = bus.config();
    let filter_arns = replay.rules.iter().map(|rule| config.rule_arn(&replay.bus, rule)).collect();
    Ok(DescribeReplayAnswer {
        replay_arn: config.replay_arn(name),
        description: replay.description.clone(),
        destination: Destination { arn: Some(config.bus_arn(&replay.bus)), filter_arns },
        replay: shown(bus, replay),
    })
}

pub(super) async fn list_replays(
    bus: &EventBus,
    request: &ListRequest,
) -> Result<ListReplaysAnswer, AwsError> {
    let states = ReplayState::ALL.map(ReplayState::as_str);
    let limit = request.check("ListReplays", &states, replay_name)?;
    let source = request.event_source_arn.as_deref();
    let mut replays = bus.replays().all().await?;
    replays.retain(|replay| {
        request.wants(&replay.name, replay.state.as_str())
            && source.is_none_or(|arn| bus.config().archive_named(arn) == Some(&replay.archive))
    });
    let (replays, next_token) = request.page(replays, limit, |replay| &replay.name);
    let replays = replays.into_iter().map(|replay| shown(bus, replay)).collect();
    Ok(ListReplaysAnswer { replays, next_token })
}

/// What still waits for targets is dropped with it.
pub(super) async fn cancel_replay(
    bus: &EventBus,
    request: &ReplayRequest,
) -> Result<CancelReplayAnswer, AwsError> {
    let name = replay_name("replayName", request.replay_name.as_deref())?;
    let now = bus.config().clock.now();
    let cancel = move |replay: &Replay| {
        let (state, ended_at) = (ReplayState::Cancelled, Some(now));
        replay.state.is_open().then(|| Replay { state, ended_at, ..replay.clone() })
    };
    let was = bus.replays().change(name, cancel).await?.ok_or_else(|| no_such_replay(name))?;
    if !was.state.is_open() {
        let message = format!("Replay {name} is not in a valid state for this operation.");
        return Err(AwsError::new(400, "IllegalStatusException", message));
    }
    let state = ReplayState::Cancelling.as_str();
    Ok(CancelReplayAnswer { replay_arn: bus.config().replay_arn(name), state })
}

fn shown(bus: &EventBus, replay: Replay) -> ReplayAnswer {
    let time = |time: Option<Timestamp>| time.map(times::write);
    ReplayAnswer {
        replay_name: replay.name,
        event_source_arn: bus.config().archive_arn(&replay.archive),
        state: replay.state.as_str(),
        state_reason: replay.reason,
        event_start_time: times::write(replay.from),
        event_end_time: times::write(replay.to),
        event_last_replayed_time: time(replay.last_replayed),
        replay_start_time: times::write(replay.started_at),
        replay_end_time: time(replay.ended_at),
    }
}

fn replay_name<'a>(field: &str, name: Option<&'a str>) -> Result<&'a str, AwsError> {
    let name = required(field, name)?;
    length(field, name, 1..=64)?;
    characters(field, name, ".-_")?;
    Ok(name)
}

fn no_such_replay(name: &str) -> AwsError {
    AwsError::not_found(format!("Replay {name} does not exist."))
}

fn invalid(parameter: &str, reason: &str) -> AwsError {
    AwsError::validation(format!("Parameter {parameter} is not valid. Reason: {reason}"))
}
