//! `PutRule`, `DeleteRule`, `DescribeRule` and `ListRules`.

use event_pattern::Pattern;
use serde::{Deserialize, Serialize};

use super::constraints::{bus_name_or_arn, characters, length, required, unsupported, violation};
use crate::bus::EventBus;
use crate::config::DEFAULT_BUS;
use crate::error::AwsError;
use crate::rules::{Rule, RuleState};

/// The longest pattern, in characters.
pub(super) const PATTERN_CHARS: usize = 4096;

/// The most rules in one answer of `ListRules`.
const PAGE: usize = 100;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PutRuleRequest {
    name: Option<String>,
    event_bus_name: Option<String>,
    event_pattern: Option<String>,
    state: Option<String>,
    description: Option<String>,
    schedule_expression: Option<String>,
    role_arn: Option<String>,
    #[serde(default)]
    tags: Vec<serde_json::Value>,
}

/// Names a rule: the request of `DescribeRule` and `DeleteRule`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct RuleRequest {
    name: Option<String>,
    event_bus_name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListRulesRequest {
    event_bus_name: Option<String>,
    name_prefix: Option<String>,
    next_token: Option<String>,
    limit: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PutRuleAnswer {
    rule_arn: String,
}

#[derive(Serialize)]
pub(super) struct DeleteRuleAnswer {}

/// A rule as `DescribeRule` and `ListRules` show it.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct RuleAnswer {
    name: String,
    arn: String,
    event_pattern: String,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    event_bus_name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListRulesAnswer {
    rules: Vec<RuleAnswer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

pub(super) async fn put_rule(
    bus: &EventBus,
    request: PutRuleRequest,
) -> Result<PutRuleAnswer, AwsError> {
    unsupported(&[
        ("ScheduleExpression", request.schedule_expression.is_some()),
        ("RoleArn", request.role_arn.is_some()),
        ("Tags", !request.tags.is_empty()),
    ])?;
    let rule = rule(bus, request)?;
    let rule_arn = bus.config().rule_arn(&rule.bus, &rule.name);
    bus.rules().put(rule).await?;
    Ok(PutRuleAnswer { rule_arn })
}

/// Deleting a rule that does not exist succeeds, as on EventBridge.
pub(super) async fn delete_rule(
    bus: &EventBus,
    request: RuleRequest,
) -> Result<DeleteRuleAnswer, AwsError> {
    let name = rule_name(request.name.as_deref())?;
    let bus_name = existing_bus(bus, request.event_bus_name.as_deref())?;
    bus.rules().delete(bus_name, name).await?;
    Ok(DeleteRuleAnswer {})
}

pub(super) fn describe_rule(bus: &EventBus, request: &RuleRequest) -> Result<RuleAnswer, AwsError> {
    let name = rule_name(request.name.as_deref())?;
    let bus_name = existing_bus(bus, request.event_bus_name.as_deref())?;
    let rule = bus.rules().get(bus_name, name);
    rule.map(|rule| describe(bus, rule)).ok_or_else(|| AwsError::no_such_rule(name, bus_name))
}

/// The next token is the name of the last rule listed, so that pages stay right while rules are
/// added and removed.
pub(super) fn list_rules(
    bus: &EventBus,
    request: &ListRulesRequest,
) -> Result<ListRulesAnswer, AwsError> {
    let limit = page_size(request.limit)?;
    let bus_name = existing_bus(bus, request.event_bus_name.as_deref())?;
    let prefix = request.name_prefix.as_deref().unwrap_or_default();
    let mut rules = bus.rules().list(bus_name, prefix, request.next_token.as_deref());
    let has_more = rules.len() > limit;
    rules.truncate(limit);
    let next_token = rules.last().filter(|_| has_more).map(|rule| rule.name.clone());
    let rules = rules.into_iter().map(|rule| describe(bus, rule)).collect();
    Ok(ListRulesAnswer { rules, next_token })
}

fn rule(bus: &EventBus, request: PutRuleRequest) -> Result<Rule, AwsError> {
    let name = rule_name(request.name.as_deref())?.to_owned();
    if let Some(description) = &request.description {
        length("description", description, 0..=512)?;
    }
    let pattern = pattern(request.event_pattern.as_deref())?;
    Ok(Rule {
        name,
        state: state(request.state.as_deref())?,
        bus: existing_bus(bus, request.event_bus_name.as_deref())?.to_owned(),
        text: pattern.as_str().to_owned(),
        pattern: Some(pattern),
        description: request.description,
        failure: None,
    })
}

fn pattern(text: Option<&str>) -> Result<Pattern, AwsError> {
    let message = "Parameter(s) EventPattern or ScheduleExpression must be specified.";
    let text = text.ok_or_else(|| AwsError::validation(message))?;
    length("eventPattern", text, 0..=PATTERN_CHARS)?;
    Ok(Pattern::parse(text)?)
}

fn state(name: Option<&str>) -> Result<RuleState, AwsError> {
    let Some(name) = name else { return Ok(RuleState::default()) };
    let rule = "Member must satisfy enum value set: \
                [ENABLED, DISABLED, ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS]";
    RuleState::named(name).ok_or_else(|| violation("state", name, rule))
}

fn rule_name(name: Option<&str>) -> Result<&str, AwsError> {
    let name = required("name", name)?;
    length("name", name, 1..=64)?;
    characters("name", name, ".-_")?;
    Ok(name)
}

fn existing_bus<'a>(bus: &'a EventBus, name: Option<&str>) -> Result<&'a str, AwsError> {
    bus_name_or_arn("eventBusName", name)?;
    let unknown = || AwsError::no_such_bus(name.unwrap_or(DEFAULT_BUS));
    bus.config().bus(name).ok_or_else(unknown)
}

fn page_size(limit: Option<usize>) -> Result<usize, AwsError> {
    match limit.unwrap_or(PAGE) {
        limit @ 1..=PAGE => Ok(limit),
        limit => {
            let rule = format!("Member must have value between 1 and {PAGE}");
            Err(violation("limit", &limit.to_string(), &rule))
        }
    }
}

fn describe(bus: &EventBus, rule: Rule) -> RuleAnswer {
    RuleAnswer {
        arn: bus.config().rule_arn(&rule.bus, &rule.name),
        name: rule.name,
        event_pattern: rule.text,
        state: rule.state.as_str(),
        description: describe_failure(rule.description, rule.failure),
        event_bus_name: rule.bus,
    }
}

/// EventBridge has no place for why a rule is off, so it is told at the end of the description.
fn describe_failure(description: Option<String>, failure: Option<String>) -> Option<String> {
    let Some(failure) = failure else { return description };
    let separator = if description.is_some() { " " } else { "" };
    let description = description.unwrap_or_default();
    Some(format!("{description}{separator}[Switched off by the local bus: {failure}]"))
}
