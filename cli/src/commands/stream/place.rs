//! Where tables and streams are, and with which credentials they are reached.

use anyhow::Error;
use aws_sdk_dynamodbstreams::Client;
use lambda_kit::clients::sdk_config;
use lambda_kit::config::{Config, name};
use local::account::REGION;
use stream_replay::StreamError;

use crate::client::{ClientError, Endpoint, root};

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
    /// Read from AWS, with the environment's `AWS_REGION`, `AWS_ACCESS_KEY_ID`,
    /// `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`
    #[arg(long, conflicts_with = "dynamodb_endpoint")]
    aws: bool,
}

impl Place {
    /// A client of its streams.
    pub(super) async fn streams(&self) -> Client {
        Client::new(&sdk_config(&self.config(&Config::from_env()), "dynamodb").await)
    }

    /// Whether it can be reached with what the environment has.
    pub(super) fn check(&self) -> Result<(), &'static str> {
        let config = self.config(&Config::from_env());
        let keys = [name::AWS_ACCESS_KEY_ID, name::AWS_CONTAINER_CREDENTIALS_FULL_URI];
        let has_keys = keys.into_iter().any(|name| config.get(name).is_some());
        if has_keys && config.get(name::AWS_REGION).is_some() {
            return Ok(());
        }
        Err(
            "--aws needs AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment",
        )
    }

    /// The error, with what to do about it if nobody answered.
    pub(super) fn failed(&self, error: StreamError) -> anyhow::Error {
        if self.aws || error.code().is_some() {
            return Error::new(error).context(format!("cannot read the streams of {self}"));
        }
        ClientError::unreachable(&self.dynamodb_endpoint, OPTION, root(&error)).into()
    }

    fn config(&self, environment: &Config) -> Config {
        let names = [
            name::AWS_SESSION_TOKEN,
            name::AWS_CONTAINER_CREDENTIALS_FULL_URI,
            name::AWS_CONTAINER_AUTHORIZATION_TOKEN,
            name::AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE,
            name::AWS_CA_BUNDLE,
        ];
        let given = names.into_iter().chain(LOCAL.map(|(name, _)| name));
        let given = given.filter_map(|name| Some((name, environment.get(name)?.to_owned())));
        if self.aws {
            return Config::from_map(given);
        }
        let local = LOCAL.map(|(name, value)| (name, value.to_owned()));
        let endpoint = ("AWS_ENDPOINT_URL_DYNAMODB", self.dynamodb_endpoint.to_string());
        Config::from_map(local.into_iter().chain(given).chain([endpoint]))
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
    fn the_environments_credentials_come_before_those_of_trip_up_and_alone_on_aws() {
        let nobody = Config::default();
        let somebody = Config::from_map([(name::AWS_ACCESS_KEY_ID, "mine")]);
        let (local, aws): (Place, Place) = (parsed("x").unwrap(), parsed("x --aws").unwrap());
        for (place, environment, key) in [
            (&local, &nobody, Some("local")),
            (&local, &somebody, Some("mine")),
            (&aws, &nobody, None),
            (&aws, &somebody, Some("mine")),
        ] {
            let config = place.config(environment);
            assert_eq!(config.get(name::AWS_ACCESS_KEY_ID), key, "{place}");
            let endpoint = config.get("AWS_ENDPOINT_URL_DYNAMODB");
            assert_eq!(endpoint.is_some(), !place.aws);
        }
    }
}
