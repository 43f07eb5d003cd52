//! Templates: JSON with variables in angle brackets.
//!
//! A variable outside of quotes becomes the value as JSON, with quotes if it is a text; inside of
//! quotes it becomes the text itself, and what is no text becomes its JSON, escaped, so that the
//! whole is always valid JSON. A variable whose path finds nothing is an empty text.

use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::value::RawValue;

use super::error::InputError;
use super::facts::EventFacts;
use super::fields::fields;
use super::path::Path;

/// Marks variables inside of quotes while a template is checked: no template can have it, since it
/// is no character of any language.
const MARK: char = '\u{fffff}';

#[derive(Clone, Debug)]
pub(super) struct Template(Vec<Part>);

#[derive(Clone, Debug)]
enum Part {
    Text(String),
    /// A variable in the place of a value.
    Value(Variable),
    /// A variable within a text.
    InText(Variable),
}

#[derive(Clone, Debug)]
enum Variable {
    At(Path),
    RuleArn,
    RuleName,
    IngestionTime,
    /// The event without its detail.
    Event,
    EventJson,
}

impl Template {
    pub(super) fn compile(
        paths: &BTreeMap<String, String>,
        template: &str,
    ) -> Result<Self, InputError> {
        let compiled = Self(parts(template, |name| variable(paths, name))?);
        compiled.check()?;
        Ok(compiled)
    }

    /// Refuses a template that makes no JSON.
    fn check(&self) -> Result<(), InputError> {
        let sample = self.0.iter().map(|part| match part {
            Part::Text(text) => text.clone(),
            Part::Value(_) => "null".to_owned(),
            Part::InText(_) => MARK.to_string(),
        });
        let sample: Value = serde_json::from_str(&sample.collect::<String>())
            .map_err(|error| InputError::Template(error.to_string()))?;
        if has_mark_in_a_key(&sample) { Err(InputError::Key) } else { Ok(()) }
    }

    pub(super) fn fill(&self, event: &RawValue, facts: &EventFacts<'_>) -> String {
        let parts = self.0.iter().map(|part| match part {
            Part::Text(text) => text.clone(),
            Part::Value(variable) => variable.value(event, facts),
            Part::InText(variable) => within_a_text(&variable.value(event, facts)),
        });
        parts.collect()
    }
}

/// The parts of a template, without white space outside of texts.
fn parts(
    template: &str,
    variable: impl Fn(&str) -> Result<Variable, InputError>,
) -> Result<Vec<Part>, InputError> {
    let (mut parts, mut text, mut in_text) = (Vec::new(), String::new(), false);
    let mut rest = template.chars();
    while let Some(next) = rest.next() {
        match next {
            '"' => in_text = !in_text,
            '\\' if in_text => {
                text.push('\\');
                text.extend(rest.next());
                continue;
            }
            '<' if rest.as_str().contains('>') => {
                let (name, after) = rest.as_str().split_once('>').unwrap_or_default();
                let variable = variable(name)?;
                parts.push(Part::Text(std::mem::take(&mut text)));
                parts.push(if in_text { Part::InText(variable) } else { Part::Value(variable) });
                rest = after.chars();
                continue;
            }
            _ if !in_text && next.is_ascii_whitespace() => continue,
            _ => {}
        }
        text.push(next);
    }
    parts.push(Part::Text(text));
    Ok(parts)
}

fn variable(paths: &BTreeMap<String, String>, name: &str) -> Result<Variable, InputError> {
    let reserved = match name {
        "aws.events.rule-arn" => Some(Variable::RuleArn),
        "aws.events.rule-name" => Some(Variable::RuleName),
        "aws.events.event.ingestion-time" => Some(Variable::IngestionTime),
        "aws.events.event" => Some(Variable::Event),
        "aws.events.event.json" => Some(Variable::EventJson),
        _ => None,
    };
    match (reserved, paths.get(name)) {
        (Some(variable), _) => Ok(variable),
        (None, Some(path)) => Ok(Variable::At(path.parse()?)),
        (None, None) => Err(InputError::Placeholder(name.to_owned())),
    }
}

fn has_mark_in_a_key(value: &Value) -> bool {
    match value {
        Value::Object(members) => {
            members.iter().any(|(key, value)| key.contains(MARK) || has_mark_in_a_key(value))
        }
        Value::Array(elements) => elements.iter().any(has_mark_in_a_key),
        _ => false,
    }
}

impl Variable {
    /// The value as JSON.
    fn value(&self, event: &RawValue, facts: &EventFacts<'_>) -> String {
        match self {
            Self::At(path) => path.select(event).unwrap_or_else(|| text("")),
            Self::RuleArn => text(facts.rule_arn),
            Self::RuleName => text(facts.rule_name),
            Self::IngestionTime => text(&format!("{:.0}", facts.received_at.as_jiff())),
            Self::Event => without_detail(event),
            Self::EventJson => event.get().to_owned(),
        }
    }
}

/// The event's other members. EventBridge spells one of them differently here.
fn without_detail(event: &RawValue) -> String {
    let fields = fields(event).unwrap_or_default();
    let members = fields.iter().filter(|(name, _)| name != "detail").map(|(name, value)| {
        let name = if name == "detail-type" { "detailType" } else { name };
        format!("{}:{}", text(name), value.get())
    });
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

/// What stands for a value between the quotes of a text.
fn within_a_text(value: &str) -> String {
    let quoted = if value.starts_with('"') { value.to_owned() } else { text(value) };
    quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default().to_owned()
}

/// A text as JSON.
fn text(text: &str) -> String {
    Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const EVENT: &str = r#"{"version":"0","id":"e-1","detail-type":"trip.confirmed.v1","source":"trip-saga",
        "resources":[],"detail":{"id":"i-1","state":"RUNNING","n":80000.0,"said":"a \"b\" \\ c\n","on":true,
        "none":null,"list":[1,"x"],"object":{"a":"b"}}}"#;

    fn paths() -> BTreeMap<String, String> {
        let detail = ["id", "state", "n", "said", "on", "none", "list", "object", "missing"];
        let detail = detail.map(|name| (name.to_owned(), format!("$.detail.{name}")));
        let mut paths = BTreeMap::from(detail);
        paths.insert("detail-type".to_owned(), "$.detail-type".to_owned());
        paths
    }

    fn fill(template: &str) -> Result<String, InputError> {
        let facts = EventFacts {
            rule_arn: "arn:aws:events:us-east-1:000000000000:rule/trip-saga/all",
            rule_name: "all",
            received_at: "2026-03-01T01:00:00.500Z".parse().unwrap(),
        };
        let event: &RawValue = serde_json::from_str(EVENT).unwrap();
        Ok(Template::compile(&paths(), template)?.fill(event, &facts))
    }

    /// The first rows are the user guide's examples.
    #[rstest]
    #[case(r#""instance <id> is in <state>""#, r#""instance i-1 is in RUNNING""#)]
    #[case(r#""instance \"<id>\" is in <state>""#, r#""instance \"i-1\" is in RUNNING""#)]
    #[case(r#"{ "instance" : <id>, "state": <state> }"#, r#"{"instance":"i-1","state":"RUNNING"}"#)]
    #[case(
        "{\n \"instance\" : <id>,\n \"state\": \"<state>\",\n \"s\": \"instance \\\"<id>\\\" is in <state>\"\n}",
        r#"{"instance":"i-1","state":"RUNNING","s":"instance \"i-1\" is in RUNNING"}"#
    )]
    #[case(
        r#"{"state": [ 9, <state>, true ], "T" : "Yes"}"#,
        r#"{"state":[9,"RUNNING",true],"T":"Yes"}"#
    )]
    #[case(r#""<aws.events.rule-name> triggered""#, r#""all triggered""#)]
    #[case(
        r#"[<aws.events.rule-arn>, "<aws.events.rule-arn>", <aws.events.event.ingestion-time>]"#,
        r#"["arn:aws:events:us-east-1:000000000000:rule/trip-saga/all","arn:aws:events:us-east-1:000000000000:rule/trip-saga/all","2026-03-01T01:00:00Z"]"#
    )]
    #[case(
        r#"{"e": <aws.events.event>}"#,
        r#"{"e":{"version":"0","id":"e-1","detailType":"trip.confirmed.v1","source":"trip-saga","resources":[]}}"#
    )]
    #[case("<aws.events.event.json>", EVENT)]
    // Recorded on AWS: a variable that finds nothing is an empty text.
    #[case(r#""at <missing>.""#, r#""at .""#)]
    #[case(r#"{"c": <missing>}"#, r#"{"c":""}"#)]
    #[case(r#""{[/Check <detail-type>""#, r#""{[/Check trip.confirmed.v1""#)]
    // Values of every kind, outside and inside of quotes.
    #[case("[<n>,<on>,<none>,<list>,<object>]", r#"[80000.0,true,null,[1,"x"],{"a":"b"}]"#)]
    #[case(r#""<n> <on> <none>""#, r#""80000.0 true null""#)]
    #[case(r#""<list> <object>""#, r#""[1,\"x\"] {\"a\":\"b\"}""#)]
    #[case(r#"[<said>, "<said>"]"#, r#"["a \"b\" \\ c\n","a \"b\" \\ c\n"]"#)]
    #[case("<id>", r#""i-1""#)]
    #[case(r#"" a  b ""#, r#"" a  b ""#)]
    #[case(r#""1 < 2""#, r#""1 < 2""#)]
    #[case(r#""<id>: \\""#, r#""i-1: \\""#)]
    fn variables_are_filled_in_by_where_they_stand(#[case] template: &str, #[case] expected: &str) {
        let filled = fill(template).unwrap();
        assert_eq!(filled, expected);
        serde_json::from_str::<&RawValue>(&filled).unwrap();
    }

    #[rstest]
    #[case(r#""<other>""#, "contains invalid placeholder other.")]
    #[case(r#""<>""#, "contains invalid placeholder .")]
    #[case(r#""<b>bold</b>""#, "contains invalid placeholder b.")]
    #[case(r#""<aws.events.other>""#, "contains invalid placeholder aws.events.other.")]
    #[case(r#"{<id>: 1}"#, "not a template of valid JSON")]
    #[case(r#"{"<id>": 1}"#, "a placeholder cannot be used as an object key")]
    #[case(r#"[{"a": {"x<id>": 1}}]"#, "a placeholder cannot be used as an object key")]
    #[case("<id> is in <state>", "not a template of valid JSON")]
    #[case("instance", "not a template of valid JSON")]
    #[case(r#"{"a": <id>"#, "not a template of valid JSON")]
    #[case("1 < 2", "not a template of valid JSON")]
    fn a_template_that_makes_no_json_is_refused(#[case] template: &str, #[case] reason: &str) {
        let refused = fill(template).unwrap_err().to_string();
        assert!(refused.starts_with(reason), "{refused}");
    }

    #[test]
    fn a_variables_path_is_checked_where_it_is_used() {
        let paths = BTreeMap::from([("a".to_owned(), "$.a['b']".to_owned())]);
        assert_eq!(Template::compile(&paths, "<a>").unwrap_err(), InputError::Path);
    }
}
