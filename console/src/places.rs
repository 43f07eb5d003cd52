//! Where a system is, and the commands that reach it there.

use domain::TripId;
use maud::{Markup, html};

/// Where the tables of `trip up` are, unless it is told otherwise.
const USUAL_DYNAMODB: &str = "http://127.0.0.1:8000";
/// Where its AWS services are.
const USUAL_AWS: &str = "http://127.0.0.1:8081";

/// Where a system is.
#[derive(Clone, Debug)]
pub enum Place {
    /// On this machine.
    Here(Places),
    /// On AWS.
    OnAws {
        /// The API's URL, with its stage.
        api: String,
    },
}

/// Where the services of a system on one machine listen, as URLs.
#[derive(Clone, Debug)]
pub struct Places {
    /// The API, and the console.
    pub api: String,
    /// Tables and streams.
    pub dynamodb: String,
    /// EventBridge, Step Functions and Lambda.
    pub aws: String,
}

impl Place {
    /// Calls the API by `curl`; `method` is its option, such as ` -X POST`.
    pub(crate) fn curl(&self, method: &str, path: &str) -> String {
        match self {
            Self::Here(Places { api, .. }) => {
                format!("curl -s{method} {api}{path} -H 'Authorization: Bearer dev-operator'")
            }
            Self::OnAws { api } => {
                format!("curl -s{method} {api}{path} -H \"Authorization: Bearer $TRIP_TOKEN\"")
            }
        }
    }

    /// Calls the API by `trip`. An id may begin with a dash.
    pub(crate) fn trip(&self, command: &str, id: &TripId) -> String {
        let (Self::Here(Places { api, .. }) | Self::OnAws { api }) = self;
        format!("trip {command} --endpoint {api} -- {id}")
    }

    /// What the AWS CLI needs to reach the tables.
    pub(crate) fn tables_option(&self) -> String {
        match self {
            Self::Here(Places { dynamodb, .. }) => format!(" --endpoint-url {dynamodb}"),
            Self::OnAws { .. } => String::new(),
        }
    }

    /// What the AWS CLI needs to reach the other services.
    pub(crate) fn services_option(&self) -> String {
        match self {
            Self::Here(Places { aws, .. }) => format!(" --endpoint-url {aws}"),
            Self::OnAws { .. } => String::new(),
        }
    }

    /// What to do before the operator's commands that a page shows.
    pub(crate) fn note(&self) -> Markup {
        let variables = match self {
            Self::Here(places) => places.variables(),
            Self::OnAws { .. } => None,
        };
        html! {
            @if let Some(variables) = variables {
                p.note { "The commands reach this system after " code { "export " (variables) } "." }
            }
        }
    }

    /// What the commands that call the API need.
    pub(crate) fn token_note(&self) -> Markup {
        html! {
            @if let Self::OnAws { .. } = self {
                p.note { code { "TRIP_TOKEN" } " is the ID token of an operator." }
            }
        }
    }
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_need_to_be_told_only_of_unusual_places() {
        let place = |dynamodb: &str, aws: &str| {
            let (dynamodb, aws) = (dynamodb.to_owned(), aws.to_owned());
            Place::Here(Places { api: String::new(), dynamodb, aws })
        };
        assert_eq!(place(USUAL_DYNAMODB, USUAL_AWS).note().0, "");
        let other = place("http://127.0.0.1:1", USUAL_AWS).note().0;
        assert!(
            other.contains("export TRIP_DYNAMODB_ENDPOINT=http://127.0.0.1:1</code>"),
            "{other}"
        );
    }

    #[test]
    fn a_command_for_the_api_names_it() {
        let place = Place::OnAws { api: "https://a.example/prod".to_owned() };
        let id = TripId::parse("-V1").unwrap();
        assert_eq!(place.trip("get", &id), "trip get --endpoint https://a.example/prod -- -V1");
        assert!(place.curl("", "/trips/-V1").contains("https://a.example/prod/trips/-V1 -H"));
    }
}
