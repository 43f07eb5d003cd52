//! Where a system listens, and the commands that reach it there.

use maud::{Markup, html};

/// Where the tables of `trip up` are, unless it is told otherwise.
const USUAL_DYNAMODB: &str = "http://127.0.0.1:8000";
/// Where its AWS services are.
const USUAL_AWS: &str = "http://127.0.0.1:8081";

/// Where the services of a system listen, as URLs.
#[derive(Clone, Debug)]
pub struct Places {
    /// The API, and the console.
    pub api: String,
    /// Tables and streams.
    pub dynamodb: String,
    /// EventBridge, Step Functions and Lambda.
    pub aws: String,
}

impl Places {
    /// What `trip` has to be told to reach this system; nothing where it listens as usual.
    fn variables(&self) -> Option<String> {
        let places = [
            ("TRIP_DYNAMODB_ENDPOINT", &self.dynamodb, USUAL_DYNAMODB),
            ("TRIP_AWS_ENDPOINT", &self.aws, USUAL_AWS),
        ];
        let unusual = places.into_iter().filter(|(_, place, usual)| place.as_str() != *usual);
        let set: Vec<_> = unusual.map(|(name, place, _)| format!("{name}={place}")).collect();
        (!set.is_empty()).then(|| set.join(" "))
    }

    /// What to do before the commands that a page shows.
    pub(crate) fn note(&self) -> Markup {
        html! {
            @if let Some(variables) = self.variables() {
                p.note { "The commands reach this system after " code { "export " (variables) } "." }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_need_to_be_told_only_of_unusual_places() {
        let places = |dynamodb: &str, aws: &str| Places {
            api: String::new(),
            dynamodb: dynamodb.to_owned(),
            aws: aws.to_owned(),
        };
        assert_eq!(places(USUAL_DYNAMODB, USUAL_AWS).note().0, "");
        let other = places("http://127.0.0.1:1", USUAL_AWS).note().0;
        assert!(
            other.contains("export TRIP_DYNAMODB_ENDPOINT=http://127.0.0.1:1</code>"),
            "{other}"
        );
    }
}
