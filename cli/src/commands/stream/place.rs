//! Where tables and streams are, and with which credentials they are reached.

use anyhow::Error;
use aws_sdk_dynamodbstreams::Client;
use lambda_kit::clients::sdk_config;
use lambda_kit::config::{Config, name};
use local::account::REGION;
use operator::{root, usual_settings};
use stream_replay::StreamError;

use crate::client::{ClientError, Endpoint};

/// The option that names the tables' endpoint.
const OPTION: &str = "--dynamodb-endpoint";

/// What a local service takes where the environment names no credentials: those of `trip up`.
const LOCAL: [(&str, &str); 3] = [
    (name::AWS_REGION, REGION),
    (name::AWS_ACCESS_KEY_ID, "local"),
    (name::AWS_SECRET_ACCESS_KEY, "local"),
];

/// Which DynamoDB.
#[derive(Debug, clap::Args)]
pub struct Place {
    /// Where the tables and streams are
    #[arg(
        long,
        visible_alias = "endpoint",
        value_name = "URL",
        env = "TRIP_DYNAMODB_ENDPOINT",
        default_value = "http://127.0.0.1:8000"
    )]
    dynamodb_endpoint: Endpoint,
    /// Read from AWS, with the usual settings: environment, profile, single sign-on
    #[arg(long, conflicts_with = "dynamodb_endpoint")]
    aws: bool,
}

impl Place {
    /// A client of its streams.
    pub(super) async fn streams(&self) -> Client {
        let settings = match self.aws {
            true => usual_settings().await,
            false => sdk_config(&self.local(&Config::from_env()), "dynamodb").await,
        };
        Client::new(&settings)
    }

    /// The error, with what to do about it if nobody answered.
    pub(super) fn failed(&self, error: StreamError) -> anyhow::Error {
        if self.aws || error.code().is_some() {
            return Error::new(error).context(format!("cannot read the streams of {self}"));
        }
        ClientError::unreachable(&self.dynamodb_endpoint, OPTION, root(&error)).into()
    }

    /// The environment's credentials come first: DynamoDB Local keeps the tables of each apart.
    fn local(&self, environment: &Config) -> Config {
        let given = LOCAL.map(|(name, local)| (name, environment.get(name).unwrap_or(local)));
        let given = given.map(|(name, value)| (name, value.to_owned()));
        let endpoint = ("AWS_ENDPOINT_URL_DYNAMODB", self.dynamodb_endpoint.to_string());
        Config::from_map(given.into_iter().chain([endpoint]))
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.aws { f.write_str("AWS") } else { self.dynamodb_endpoint.fmt(f) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::tests::parsed;

    #[test]
    fn the_environments_credentials_come_before_those_of_trip_up() {
        let place: Place = parsed("x").unwrap();
        let somebody = Config::from_map([(name::AWS_ACCESS_KEY_ID, "mine")]);
        for (environment, key) in [(Config::default(), "local"), (somebody, "mine")] {
            let config = place.local(&environment);
            assert_eq!(config.get(name::AWS_ACCESS_KEY_ID), Some(key));
            assert_eq!(config.get(name::AWS_SECRET_ACCESS_KEY), Some("local"));
        }
    }
}
