//! `PutTargets`, `RemoveTargets`, `ListTargetsByRule` and `ListRuleNamesByTarget`.

mod request;

use std::sync::Arc;

use event_delivery::Address;
use serde::{Deserialize, Serialize};

use self::request::TargetRequest;
use super::buses::existing_bus;
use super::constraints::{
    at_least, at_most, characters, length, next_token, page_size, required, violation,
};
use super::names::{BUS, rule_name};
use crate::bus::EventBus;
use crate::error::AwsError;
use crate::rules::Key;
use crate::targets::{Definition, Put, RuleTarget};

/// The most targets or ids in one request.
const MOST: usize = 100;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PutTargetsRequest {
    rule: Option<String>,
    event_bus_name: Option<String>,
    targets: Option<Vec<TargetRequest>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct RemoveTargetsRequest {
    rule: Option<String>,
    event_bus_name: Option<String>,
    ids: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListTargetsRequest {
    rule: Option<String>,
    event_bus_name: Option<String>,
    next_token: Option<String>,
    limit: Option<usize>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListRuleNamesRequest {
    target_arn: Option<String>,
    event_bus_name: Option<String>,
    next_token: Option<String>,
    limit: Option<usize>,
}

/// The entries of a request that failed while others succeeded.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct EntriesAnswer {
    failed_entry_count: usize,
    failed_entries: Vec<FailedEntry>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct FailedEntry {
    target_id: String,
    error_code: &'static str,
    error_message: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListTargetsAnswer {
    targets: Vec<TargetAnswer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct TargetAnswer {
    id: String,
    #[serde(flatten)]
    definition: Definition,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListRuleNamesAnswer {
    rule_names: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// A target that cannot be used fails the whole call, as on EventBridge.
pub(super) async fn put_targets(
    bus: &EventBus,
    request: PutTargetsRequest,
) -> Result<EntriesAnswer, AwsError> {
    let rule = rule_key(bus, request.rule.as_deref(), request.event_bus_name.as_deref())?;
    let targets = required("targets", request.targets)?;
    count("targets", targets.len())?;
    for (target, number) in targets.iter().zip(1..) {
        target.check(number, bus.dead_letters().path())?;
    }
    let targets = targets.into_iter().map(|target| usable(bus, target));
    let targets = targets.collect::<Result<Vec<_>, _>>()?;
    match bus.targets().put(rule.clone(), targets).await? {
        Put::Done => {
            bus.news().notify_one();
            Ok(EntriesAnswer { failed_entry_count: 0, failed_entries: Vec::new() })
        }
        Put::NoSuchRule => Err(AwsError::no_such_rule(&rule.1, &rule.0)),
        Put::TooMany => Err(AwsError::too_many()),
    }
}

fn usable(bus: &EventBus, request: TargetRequest) -> Result<RuleTarget, AwsError> {
    let (id, definition) = request.into_parts();
    let target =
        RuleTarget::new(id, definition).map_err(|error| AwsError::validation(error.to_string()))?;
    match &target.target.address {
        Address::Function { arn, .. } if bus.config().invoke_address.is_none() => {
            Err(AwsError::validation(format!(
                "Parameter {arn} is not valid. Reason: nobody serves functions here. Locally, \
                 start `trip up` with --invoke-address, such as the address of `cargo lambda \
                 watch`; or name an http:// or https:// address."
            )))
        }
        _ => Ok(target),
    }
}

/// What waits for a removed target is dropped.
pub(super) async fn remove_targets(
    bus: &EventBus,
    request: RemoveTargetsRequest,
) -> Result<EntriesAnswer, AwsError> {
    let rule = rule_key(bus, request.rule.as_deref(), request.event_bus_name.as_deref())?;
    let ids = required("ids", request.ids)?;
    count("ids", ids.len())?;
    for (id, number) in ids.iter().zip(1..) {
        target_id(&format!("ids.{number}.member"), id)?;
    }
    let unknown = bus.targets().remove(rule.clone(), ids).await?;
    let unknown = unknown.ok_or_else(|| AwsError::no_such_rule(&rule.1, &rule.0))?;
    let failed_entries: Vec<_> = unknown
        .into_iter()
        .map(|id| FailedEntry {
            error_code: "ResourceNotFoundException",
            error_message: format!("Rule '{}' does not have a target with the Id '{id}'.", rule.1),
            target_id: id,
        })
        .collect();
    Ok(EntriesAnswer { failed_entry_count: failed_entries.len(), failed_entries })
}

/// The next token is the id of the last target listed.
pub(super) fn list_targets_by_rule(
    bus: &EventBus,
    request: &ListTargetsRequest,
) -> Result<ListTargetsAnswer, AwsError> {
    let rule = rule_key(bus, request.rule.as_deref(), request.event_bus_name.as_deref())?;
    let limit = page_size(request.limit)?;
    next_token(request.next_token.as_deref())?;
    if bus.rules().get(&rule.0, &rule.1).is_none() {
        return Err(AwsError::no_such_rule(&rule.1, &rule.0));
    }
    let mut targets = bus.targets().of_rule(&rule, request.next_token.as_deref());
    let has_more = targets.len() > limit;
    targets.truncate(limit);
    let next_token = targets.last().filter(|_| has_more).map(|target| target.id.clone());
    let targets = targets.into_iter().map(Arc::unwrap_or_clone);
    let targets =
        targets.map(|target| TargetAnswer { id: target.id, definition: target.definition });
    Ok(ListTargetsAnswer { targets: targets.collect(), next_token })
}

/// The next token is the name of the last rule listed.
pub(super) fn list_rule_names_by_target(
    bus: &EventBus,
    request: &ListRuleNamesRequest,
) -> Result<ListRuleNamesAnswer, AwsError> {
    let arn = required("targetArn", request.target_arn.as_deref())?;
    length("targetArn", arn, 1..=1600)?;
    let limit = page_size(request.limit)?;
    next_token(request.next_token.as_deref())?;
    let bus_name = existing_bus(bus, BUS, request.event_bus_name.as_deref())?;
    let after = request.next_token.as_deref().unwrap_or_default();
    let mut rule_names = bus.targets().rules_to(bus_name, arn);
    rule_names.retain(|name| name.as_str() > after);
    let has_more = rule_names.len() > limit;
    rule_names.truncate(limit);
    let next_token = rule_names.last().filter(|_| has_more).cloned();
    Ok(ListRuleNamesAnswer { rule_names, next_token })
}

fn rule_key(bus: &EventBus, rule: Option<&str>, on: Option<&str>) -> Result<Key, AwsError> {
    let name = rule_name("rule", rule)?;
    Ok((existing_bus(bus, BUS, on)?.to_owned(), name.to_owned()))
}

fn count(field: &str, count: usize) -> Result<(), AwsError> {
    match count {
        0 => Err(violation(field, "[]", &at_least(1))),
        1..=MOST => Ok(()),
        _ => Err(violation(field, &format!("[{count} members]"), &at_most(MOST))),
    }
}

fn target_id(field: &str, id: &str) -> Result<(), AwsError> {
    length(field, id, 1..=64)?;
    characters(field, id, ".-_")
}
