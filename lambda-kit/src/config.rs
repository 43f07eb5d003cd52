//! Configuration as a value: read from the process once, or built by hand in tests and the local
//! runtime.

use std::collections::BTreeMap;
use std::str::FromStr;

use aws_smithy_runtime_api::client::http::SharedHttpConnector;

/// The names a function may be configured by.
pub mod name {
    /// The write model's table; `TripSagaTable` unless set.
    pub const TRIP_TABLE: &str = "TRIP_TABLE";
    /// The read model's table; `TripSearchTable` unless set.
    pub const SEARCH_TABLE: &str = "SEARCH_TABLE";
    /// A second table for the read model, which is written too and answers nothing: it is to take
    /// the place of the first. None unless set.
    pub const SHADOW_SEARCH_TABLE: &str = "SHADOW_SEARCH_TABLE";
    /// The sandbox suppliers' table; there is no sandbox unless set.
    pub const SANDBOX_TABLE: &str = "SANDBOX_TABLE";
    /// The most entries of one call to the event bus; 10 unless set, 100 on an ordered bus.
    pub const PUT_EVENTS_MAX_ENTRIES: &str = "PUT_EVENTS_MAX_ENTRIES";
    /// The most bytes of one call to the event bus; 1 MB unless set.
    pub const PUT_EVENTS_MAX_BYTES: &str = "PUT_EVENTS_MAX_BYTES";
    /// The event bus; `trip-saga` unless set. An ordered bus is named by its ARN:
    /// `arn:…:event-busv2/NAME/ID`.
    pub const EVENT_BUS: &str = "EVENT_BUS";
    /// The state machine that undoes a trip.
    pub const COMPENSATION_STATE_MACHINE_ARN: &str = "COMPENSATION_STATE_MACHINE_ARN";
    /// The region of every client.
    pub const AWS_REGION: &str = "AWS_REGION";
    /// The access key of every client; the environment's endpoint for credentials is asked unless
    /// set.
    pub const AWS_ACCESS_KEY_ID: &str = "AWS_ACCESS_KEY_ID";
    /// The secret that belongs to the access key.
    pub const AWS_SECRET_ACCESS_KEY: &str = "AWS_SECRET_ACCESS_KEY";
    /// The session token that belongs to a temporary access key.
    pub const AWS_SESSION_TOKEN: &str = "AWS_SESSION_TOKEN";
    /// The endpoint for credentials, if the environment has one: an `https` URL, or an `http` URL
    /// of this machine, ECS or EKS.
    pub const AWS_CONTAINER_CREDENTIALS_FULL_URI: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
    /// What authorises a request for credentials.
    pub const AWS_CONTAINER_AUTHORIZATION_TOKEN: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
    /// The same, in a file that is read before each request.
    pub const AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: &str =
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
    /// A file of certificates in PEM that are trusted beside Mozilla's roots, for example those of
    /// a proxy. Mozilla's roots are part of the function.
    pub const AWS_CA_BUNDLE: &str = "AWS_CA_BUNDLE";
    /// How many invocations Lambda hands to one process at once; one unless set. Lambda's managed
    /// instances set it.
    pub const AWS_LAMBDA_MAX_CONCURRENCY: &str = "AWS_LAMBDA_MAX_CONCURRENCY";
    /// The function's name as Lambda gives it.
    pub const AWS_LAMBDA_FUNCTION_NAME: &str = "AWS_LAMBDA_FUNCTION_NAME";
    /// Milliseconds a supplier's call may take; 5,000 unless set.
    pub const SUPPLIER_TIMEOUT_MS: &str = "SUPPLIER_TIMEOUT_MS";
    /// Milliseconds that a slow sandbox supplier takes; 2,000 unless set.
    pub const SANDBOX_SLOW_MS: &str = "SANDBOX_SLOW_MS";
    /// Days that a dispatched event is kept; 30 unless set.
    pub const OUTBOX_RETENTION_DAYS: &str = "OUTBOX_RETENTION_DAYS";
    /// Seconds after which the sweeper takes a pending event for missed by the stream; 900 unless
    /// set.
    pub const SWEEP_GRACE_SECONDS: &str = "SWEEP_GRACE_SECONDS";
    /// Seconds for which the bus may refuse an event while it takes others, before the event is
    /// parked; 86,400 unless set.
    pub const PARK_AFTER_SECONDS: &str = "PARK_AFTER_SECONDS";
    /// The keys that sign search cursors, as `ID:KEY` pairs with commas between: the first signs,
    /// all of them verify. A key is at least 32 random bytes in base64. Must be set for the read
    /// side.
    pub const CURSOR_KEYS: &str = "CURSOR_KEYS";
    /// The address at which the API serves the events' schemas, without a slash at its end: an
    /// event's `dataschema` begins with it. Unless set, events name their schemas instead:
    /// `urn:trip-saga:events:TYPE`.
    pub const EVENT_SCHEMAS: &str = "EVENT_SCHEMAS";
    /// The sites whose pages may read answers, as browsers name them, with commas between; none
    /// unless set.
    pub const CORS_ORIGINS: &str = "CORS_ORIGINS";
    /// Which installation this is: `dev`, `staging` or `prod`.
    pub const STAGE: &str = "STAGE";
    /// Where spans go, by OTLP over HTTP: a base URL. They go nowhere unless set.
    pub const OTEL_ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
    /// The same for spans alone: the URL as it is.
    pub const OTEL_TRACES_ENDPOINT: &str = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
    /// What the spans' service is called; the function's name unless set.
    pub const OTEL_SERVICE_NAME: &str = "OTEL_SERVICE_NAME";
    /// More of what the spans' service is, as `key=value` pairs with commas between.
    pub const OTEL_RESOURCE_ATTRIBUTES: &str = "OTEL_RESOURCE_ATTRIBUTES";
    /// Whose span a step's span is below, as a list with commas between. With `datadog` in it: the
    /// span that Datadog makes of the state that called the step; else the span that the
    /// invocation's X-Ray header names.
    pub const OTEL_PROPAGATORS: &str = "OTEL_PROPAGATORS";
    /// `true` keeps spans from being exported, whatever else is set.
    pub const OTEL_SDK_DISABLED: &str = "OTEL_SDK_DISABLED";
    /// What is logged: a level, or `target=level` pairs with commas between; `info` unless set.
    pub const RUST_LOG: &str = "RUST_LOG";
}

/// Settings by name, fixed for the life of the function. An empty value counts as not set.
///
/// ```
/// use lambda_kit::config::{Config, name};
///
/// let config = Config::from_map([(name::STAGE, "dev"), (name::EVENT_BUS, "")]);
/// assert_eq!(config.require(name::STAGE), Ok("dev"));
/// assert_eq!(config.get_or(name::EVENT_BUS, "trip-saga"), "trip-saga");
/// assert_eq!(config.parse(name::SUPPLIER_TIMEOUT_MS, 5_000), Ok(5_000));
/// ```
#[derive(Clone, Default)]
pub struct Config {
    settings: BTreeMap<String, String>,
    connectors: BTreeMap<&'static str, SharedHttpConnector>,
}

/// Why a setting cannot be used. Never shows the value, which may be a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// A setting without a default is missing.
    #[error("{0} is not set")]
    Missing(String),
    /// A setting does not have the required form.
    #[error("{name} is not {expected}")]
    Malformed {
        /// The setting.
        name: String,
        /// The type it must read as.
        expected: &'static str,
    },
}

impl Config {
    /// The process's environment. Variables that are not Unicode are not ours and are left out.
    #[must_use]
    pub fn from_env() -> Self {
        let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Self::from_map(std::env::vars_os().filter_map(text))
    }

    /// Only the given settings.
    #[must_use]
    pub fn from_map<N: Into<String>, V: Into<String>>(
        settings: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let settings = settings.into_iter().map(|(name, value)| (name.into(), value.into()));
        Self { settings: settings.collect(), ..Self::default() }
    }

    /// The same settings; clients of `service` (`dynamodb`, `eventbridge`, `sfn`) send their
    /// requests through `connector`, such as one that answers within this process.
    #[must_use]
    pub fn with_connector(mut self, service: &'static str, connector: SharedHttpConnector) -> Self {
        self.connectors.insert(service, connector);
        self
    }

    /// The connector of that service's clients, if another than the usual one was given.
    #[must_use]
    pub fn connector(&self, service: &str) -> Option<SharedHttpConnector> {
        self.connectors.get(service).cloned()
    }

    /// The setting, if it is set.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.settings.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The setting, or `default` if it is not set.
    #[must_use]
    pub fn get_or<'a>(&'a self, name: &str, default: &'a str) -> &'a str {
        self.get(name).unwrap_or(default)
    }

    /// The setting, which must be set.
    ///
    /// # Errors
    /// [`ConfigError::Missing`].
    pub fn require(&self, name: &str) -> Result<&str, ConfigError> {
        self.get(name).ok_or_else(|| ConfigError::Missing(name.to_owned()))
    }

    /// The setting read as a `T`, or `default` if it is not set.
    ///
    /// # Errors
    /// [`ConfigError::Malformed`] if its value is not a `T`.
    pub fn parse<T: FromStr>(&self, name: &str, default: T) -> Result<T, ConfigError> {
        let malformed = |_| ConfigError::Malformed {
            name: name.to_owned(),
            expected: std::any::type_name::<T>(),
        };
        self.get(name).map_or(Ok(default), |value| value.parse().map_err(malformed))
    }
}

/// Shows names only: values may be secrets.
impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.settings.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> Config {
        Config::from_map([("STAGE", "dev"), ("SUPPLIER_TIMEOUT_MS", "250"), ("EVENT_BUS", "")])
    }

    #[test]
    fn a_setting_is_read_or_its_default_taken() {
        assert_eq!(config().require(name::STAGE), Ok("dev"));
        assert_eq!(config().parse(name::SUPPLIER_TIMEOUT_MS, 5_000), Ok(250));
        assert_eq!(config().parse(name::SANDBOX_SLOW_MS, 2_000), Ok(2_000));
        assert_eq!(config().get_or(name::TRIP_TABLE, "TripSagaTable"), "TripSagaTable");
    }

    #[test]
    fn an_empty_setting_counts_as_not_set() {
        assert_eq!(config().get(name::EVENT_BUS), None);
        assert_eq!(
            config().require(name::EVENT_BUS),
            Err(ConfigError::Missing("EVENT_BUS".into()))
        );
    }

    #[test]
    fn a_malformed_setting_is_an_error_and_its_value_is_not_shown() {
        let error = config().parse::<u32>(name::STAGE, 1).unwrap_err();
        assert_eq!(error.to_string(), "STAGE is not u32");
        assert!(!format!("{:?}", config()).contains("250"));
    }
}
