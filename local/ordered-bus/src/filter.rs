//! Which events a subscriber wants.

use event_pattern::{EventJson, Pattern};
use serde_json::Value;

use crate::event::{Envelope, Stored};
use crate::refusal::Refusal;
use crate::wire::settings::{Filter, FilterConfiguration, Scope};

/// The filters of a subscriber: an event must match all of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filters(Vec<(Scope, Pattern)>);

impl Filters {
    /// The filters of a configuration.
    pub(crate) fn of(configuration: Option<&FilterConfiguration>) -> Result<Self, Refusal> {
        let filters = configuration.map_or(&[][..], |configuration| &configuration.filters);
        let all: Vec<_> = filters.iter().map(compiled).collect::<Result<_, _>>()?;
        let has_twice = |(place, (scope, _)): (usize, &(Scope, Pattern))| {
            all[..place].iter().any(|(other, _)| other == scope)
        };
        match all.iter().enumerate().any(has_twice) {
            true => Err(Refusal::invalid("FilterConfiguration.Filters: at most one of each Scope")),
            false => Ok(Self(all)),
        }
    }

    /// Whether the event matches every filter. One that cannot be decided does not match.
    pub(crate) fn admit(&self, event: &Stored) -> bool {
        self.0.iter().all(|(scope, pattern)| {
            let part = match scope {
                Scope::Data => Ok(event.event.clone()),
                // An event of PutEvents has none.
                Scope::Metadata => return false,
                Scope::SystemMetadata => EventJson::of(&Envelope::metadata(event, false)),
            };
            part.is_ok_and(|part| pattern.matches(&part).unwrap_or(false))
        })
    }
}

fn compiled(Filter { pattern, scope }: &Filter) -> Result<(Scope, Pattern), Refusal> {
    let place = "FilterConfiguration.Filters.Pattern";
    let refused = |error: &dyn std::fmt::Display| Refusal::invalid(format!("{place}: {error}"));
    let compiled: Pattern = pattern.parse().map_err(|error| refused(&error))?;
    let value: Value = serde_json::from_str(pattern).map_err(|error| refused(&error))?;
    match has_wildcard(&value) {
        true => Err(refused(&"a subscriber's filter has no wildcard")),
        false => Ok((*scope, compiled)),
    }
}

/// Whether a match expression with a wildcard is in it: these stand in arrays.
fn has_wildcard(value: &Value) -> bool {
    match value {
        Value::Object(members) => members.values().any(has_wildcard),
        Value::Array(elements) => elements.iter().any(|element| match element {
            Value::Object(members) => {
                members.contains_key("wildcard")
                    || members.get("anything-but").is_some_and(|it| it.get("wildcard").is_some())
                    || has_wildcard(element)
            }
            _ => false,
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use domain::Timestamp;
    use rstest::rstest;

    use super::*;

    fn filters(pattern: &str, scope: Scope) -> Result<Filters, Refusal> {
        let filters = vec![Filter { pattern: pattern.to_owned(), scope }];
        Filters::of(Some(&FilterConfiguration { language: None, filters }))
    }

    fn event() -> Stored {
        Stored {
            position: 7,
            event_id: "e-7".to_owned(),
            received_at: Timestamp::from_millis(1_500),
            group: Some("g".to_owned()),
            deduplication_id: None,
            source: "s".to_owned(),
            detail_type: "t".to_owned(),
            event: EventJson::parse(r#"{"source": "s", "detail": {"n": 3}}"#).unwrap(),
        }
    }

    #[rstest]
    #[case(Scope::Data, r#"{"detail": {"n": [{"numeric": [">", 2]}]}}"#, true)]
    #[case(Scope::Data, r#"{"detail": {"n": [4]}}"#, false)]
    #[case(Scope::SystemMetadata, r#"{"EventGroupId": ["g"], "aws:Source": ["s"]}"#, true)]
    #[case(Scope::SystemMetadata, r#"{"ContentType": ["application/json"]}"#, false)]
    #[case(Scope::Metadata, r#"{"n": [3]}"#, false)]
    fn each_scope_sees_its_part(#[case] scope: Scope, #[case] pattern: &str, #[case] is: bool) {
        assert_eq!(filters(pattern, scope).unwrap().admit(&event()), is);
    }

    #[rstest]
    #[case(r#"{"a": [{"wildcard": "b*"}]}"#)]
    #[case(r#"{"a": [{"anything-but": {"wildcard": "b*"}}]}"#)]
    #[case(r#"{"$or": [{"a": [1]}, {"a": [{"wildcard": "b*"}]}]}"#)]
    #[case(r#"{"a": 1}"#)]
    fn what_no_subscriber_may_ask_is_refused(#[case] pattern: &str) {
        assert!(filters(pattern, Scope::Data).is_err());
    }
}
