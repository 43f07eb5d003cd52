//! `PutRule`, `DeleteRule`, `EnableRule`, `DisableRule`, `DescribeRule` and `ListRules`.

use event_pattern::Pattern;
use serde::{Deserialize, Serialize};

use super::buses::existing_bus;
use super::constraints::{length, next_token, page_size, unsupported, violation};
use super::names::{BUS, rule_name, rule_name_chars};
use super::patterns::PATTERN_CHARS;
use super::response::Done;
use crate::bus::EventBus;
use crate::error::AwsError;
use crate::rules::{Rule, RuleState};

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

/// Names a rule: the request of every operation on one that is there.
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

/// Deleting a rule that does not exist succeeds, as on EventBridge. One with targets is refused.
pub(super) async fn delete_rule(bus: &EventBus, request: RuleRequest) -> Result<Done, AwsError> {
    let name = rule_name("name", request.name.as_deref())?;
    let bus_name = existing_bus(bus, BUS, request.event_bus_name.as_deref())?;
    match bus.rules().delete(bus_name, name).await? {
        true => Ok(Done {}),
        false => Err(AwsError::validation("Rule can't be deleted since it has targets.")),
    }
}

/// Also enables a rule that the bus has switched off, unless this release refuses its pattern: that
/// one has to be put anew.
pub(super) async fn enable_rule(bus: &EventBus, request: &RuleRequest) -> Result<Done, AwsError> {
    Pattern::parse(&existing_rule(bus, request)?.text)?;
    switch(bus, request, RuleState::Enabled).await
}

pub(super) async fn disable_rule(bus: &EventBus, request: &RuleRequest) -> Result<Done, AwsError> {
    switch(bus, request, RuleState::Disabled).await
}

async fn switch(bus: &EventBus, request: &RuleRequest, state: RuleState) -> Result<Done, AwsError> {
    let Rule { bus: bus_name, name, .. } = existing_rule(bus, request)?;
    match bus.rules().switch(&bus_name, &name, state).await? {
        true => {
            bus.news().notify_one();
            Ok(Done {})
        }
        false => Err(AwsError::no_such_rule(&name, &bus_name)),
    }
}

pub(super) fn describe_rule(bus: &EventBus, request: &RuleRequest) -> Result<RuleAnswer, AwsError> {
    Ok(describe(bus, existing_rule(bus, request)?))
}

fn existing_rule(bus: &EventBus, request: &RuleRequest) -> Result<Rule, AwsError> {
    let name = rule_name("name", request.name.as_deref())?;
    let bus_name = existing_bus(bus, BUS, request.event_bus_name.as_deref())?;
    bus.rules().get(bus_name, name).ok_or_else(|| AwsError::no_such_rule(name, bus_name))
}

/// The next token is the name of the last rule listed, so that pages stay right while rules are
/// added and removed.
pub(super) fn list_rules(
    bus: &EventBus,
    request: &ListRulesRequest,
) -> Result<ListRulesAnswer, AwsError> {
    let limit = page_size(request.limit)?;
    next_token(request.next_token.as_deref())?;
    if let Some(prefix) = &request.name_prefix {
        rule_name_chars("namePrefix", prefix)?;
    }
    let bus_name = existing_bus(bus, BUS, request.event_bus_name.as_deref())?;
    let prefix = request.name_prefix.as_deref().unwrap_or_default();
    let mut rules = bus.rules().list(bus_name, prefix, request.next_token.as_deref());
    let has_more = rules.len() > limit;
    rules.truncate(limit);
    let next_token = rules.last().filter(|_| has_more).map(|rule| rule.name.clone());
    let rules = rules.into_iter().map(|rule| describe(bus, rule)).collect();
    Ok(ListRulesAnswer { rules, next_token })
}

fn rule(bus: &EventBus, request: PutRuleRequest) -> Result<Rule, AwsError> {
    let name = rule_name("name", request.name.as_deref())?.to_owned();
    if let Some(description) = &request.description {
        length("description", description, 0..=512)?;
    }
    let pattern = pattern(request.event_pattern.as_deref())?;
    Ok(Rule {
        name,
        state: state(request.state.as_deref())?,
        bus: existing_bus(bus, BUS, request.event_bus_name.as_deref())?.to_owned(),
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
