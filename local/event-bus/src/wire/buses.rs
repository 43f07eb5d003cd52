//! `ListEventBuses` and `DescribeEventBus`. The buses are those of the configuration.

use serde::{Deserialize, Serialize};

use super::constraints::{bus_name_or_arn, characters, length, next_token, page_size};
use crate::bus::EventBus;
use crate::config::DEFAULT_BUS;
use crate::error::AwsError;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListEventBusesRequest {
    name_prefix: Option<String>,
    next_token: Option<String>,
    limit: Option<usize>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DescribeEventBusRequest {
    name: Option<String>,
}

/// A bus as both operations show it. It has no policy, and nothing records when it was made.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct EventBusAnswer {
    name: String,
    arn: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListEventBusesAnswer {
    event_buses: Vec<EventBusAnswer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// The next token is the name of the last bus listed.
pub(super) fn list_event_buses(
    bus: &EventBus,
    request: &ListEventBusesRequest,
) -> Result<ListEventBusesAnswer, AwsError> {
    let limit = page_size(request.limit)?;
    next_token(request.next_token.as_deref())?;
    let prefix = request.name_prefix.as_deref();
    if let Some(prefix) = prefix {
        length("namePrefix", prefix, 1..=256)?;
        characters("namePrefix", prefix, "/.-_")?;
    }
    let (prefix, after) = (prefix.unwrap_or_default(), request.next_token.as_deref());
    let is_wanted = |name: &&String| {
        name.starts_with(prefix) && after.is_none_or(|after| name.as_str() > after)
    };
    let mut wanted = bus.config().buses.iter().filter(is_wanted);
    let event_buses: Vec<_> = wanted.by_ref().take(limit).map(|name| shown(bus, name)).collect();
    let has_more = wanted.next().is_some();
    let next_token = event_buses.last().filter(|_| has_more).map(|last| last.name.clone());
    Ok(ListEventBusesAnswer { event_buses, next_token })
}

pub(super) fn describe_event_bus(
    bus: &EventBus,
    request: &DescribeEventBusRequest,
) -> Result<EventBusAnswer, AwsError> {
    existing_bus(bus, "name", request.name.as_deref()).map(|name| shown(bus, name))
}

/// The name of the bus that a request's `field` means by its name, its ARN or nothing at all.
pub(super) fn existing_bus<'a>(
    bus: &'a EventBus,
    field: &str,
    name: Option<&str>,
) -> Result<&'a str, AwsError> {
    bus_name_or_arn(field, name)?;
    let unknown = || AwsError::no_such_bus(name.unwrap_or(DEFAULT_BUS));
    bus.config().bus(name).ok_or_else(unknown)
}

fn shown(bus: &EventBus, name: &str) -> EventBusAnswer {
    EventBusAnswer { name: name.to_owned(), arn: bus.config().bus_arn(name) }
}
