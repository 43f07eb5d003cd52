//! What the functions work with, built once and shared by all invocations.

use std::sync::Arc;
use std::time::Duration;

use domain::Clock;
use lambda_kit::clients::sdk_config;
use lambda_kit::clock::SystemClock;
use lambda_kit::config::{Config, ConfigError, name};
use lambda_kit::http::cors::Sites;
use store::sandbox::Ledger;
use store::schema::Tables;
use store::{Client, TripStore};

use crate::suppliers::Suppliers;
use crate::{CompensationChain, Operation, SandboxSuppliers, StartError};

const PRODUCTION: &str = "prod";

/// The write side's store, suppliers and state machine.
#[derive(Clone, Debug)]
pub struct Deps {
    pub(crate) trips: TripStore,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) supplier_timeout: Duration,
    pub(crate) sites: Sites,
    suppliers: Option<Suppliers>,
    chain: Option<CompensationChain>,
}

impl Deps {
    /// With trips, and without what only some operations need.
    #[must_use]
    pub fn new(trips: TripStore, clock: Arc<dyn Clock>, supplier_timeout: Duration) -> Self {
        let sites = Sites::default();
        Self { trips, clock, supplier_timeout, sites, suppliers: None, chain: None }
    }

    /// The same, with another clock.
    #[must_use]
    pub fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    /// The same, with the suppliers that the steps call.
    #[must_use]
    pub fn with_suppliers(self, suppliers: Suppliers) -> Self {
        Self { suppliers: Some(suppliers), ..self }
    }

    /// Clients, tables, suppliers and state machine from the configuration.
    ///
    /// # Errors
    /// [`StartError`] for malformed settings, and for sandbox suppliers in production.
    pub async fn from_config(config: &Config) -> Result<Self, StartError> {
        let client = store::client(&sdk_config(config, "dynamodb").await);
        let table = config.get_or(name::TRIP_TABLE, &Tables::default().trips).to_owned();
        let trips = TripStore::new(client.clone(), table);
        let trips = match schemas(config)? {
            Some(schemas) => trips.with_schemas_at(schemas),
            None => trips,
        };
        let timeout = millis(config, name::SUPPLIER_TIMEOUT_MS, 5_000)?;
        Ok(Self {
            suppliers: suppliers(config, client)?,
            chain: CompensationChain::from_config(config).await?,
            sites: Sites::from_config(config, name::CORS_ORIGINS)?,
            ..Self::new(trips, Arc::new(SystemClock), timeout)
        })
    }

    /// Checks that everything that `operation` needs is present: a function without it must not
    /// start and then fail at every invocation.
    ///
    /// # Errors
    /// [`StartError`] naming what is missing.
    pub fn check(&self, operation: Operation) -> Result<(), StartError> {
        match operation {
            Operation::TripCancel => self.chain().map(drop),
            Operation::TripNote => Ok(()),
            _ => self.suppliers().map(drop),
        }
    }

    pub(crate) fn suppliers(&self) -> Result<&Suppliers, StartError> {
        self.suppliers.as_ref().ok_or(StartError::NoSuppliers)
    }

    pub(crate) fn chain(&self) -> Result<&CompensationChain, StartError> {
        let missing = || ConfigError::Missing(name::COMPENSATION_STATE_MACHINE_ARN.to_owned());
        Ok(self.chain.as_ref().ok_or_else(missing)?)
    }
}

/// The sandbox is the only adapter so far; without its table there are no suppliers.
fn suppliers(config: &Config, client: Client) -> Result<Option<Suppliers>, StartError> {
    let Some(table) = config.get(name::SANDBOX_TABLE) else {
        return Ok(None);
    };
    if config.get(name::STAGE) == Some(PRODUCTION) {
        return Err(StartError::SandboxInProduction);
    }
    let slow = millis(config, name::SANDBOX_SLOW_MS, 2_000)?;
    let sandbox = SandboxSuppliers::new(Ledger::new(client, table), slow);
    Ok(Some(Suppliers::sandbox(sandbox)))
}

/// Where the API serves the events' schemas. Subscribers' libraries refuse an event whose
/// `dataschema` is not a whole address.
fn schemas(config: &Config) -> Result<Option<&str>, ConfigError> {
    let is_address = |text: &str| {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let is_plain =
            |rest: &str| rest.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#');
        rest.is_some_and(|rest| !rest.is_empty() && !rest.ends_with('/') && is_plain(rest))
    };
    match config.get(name::EVENT_SCHEMAS) {
        Some(text) if !is_address(text) => Err(ConfigError::Malformed {
            name: name::EVENT_SCHEMAS.to_owned(),
            expected: "an http or https URL without a slash at its end",
        }),
        schemas => Ok(schemas),
    }
}

fn millis(config: &Config, name: &str, default: u64) -> Result<Duration, ConfigError> {
    config.parse(name, default).map(Duration::from_millis)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    /// The result of starting a function with these settings, added to those that every start
    /// needs.
    async fn start(settings: &[(&str, &str)], operation: Operation) -> Result<(), StartError> {
        let always = [
            (name::AWS_REGION, "eu-west-1"),
            (name::AWS_ACCESS_KEY_ID, "local"),
            (name::AWS_SECRET_ACCESS_KEY, "local"),
        ];
        let settings = always.into_iter().chain(settings.iter().copied());
        Deps::from_config(&Config::from_map(settings)).await?.check(operation)
    }

    const SANDBOX: (&str, &str) = (name::SANDBOX_TABLE, "SandboxTable");
    const CHAIN: (&str, &str) = (name::COMPENSATION_STATE_MACHINE_ARN, "arn:aws:states:chain");

    #[rstest]
    #[case(&[SANDBOX], Operation::FlightReserve)]
    #[case(&[SANDBOX, (name::STAGE, "staging")], Operation::PaymentRefund)]
    #[case(&[SANDBOX, (name::EVENT_SCHEMAS, "https://a.example/dev/events/schemas")], Operation::FlightReserve)]
    #[case(&[CHAIN], Operation::TripCancel)]
    #[case(&[], Operation::TripNote)]
    #[case(&[CHAIN, (name::STAGE, "prod")], Operation::TripCancel)]
    #[tokio::test]
    async fn a_function_starts_with_what_its_operation_needs(
        #[case] settings: &[(&str, &str)],
        #[case] operation: Operation,
    ) {
        start(settings, operation).await.unwrap();
    }

    #[rstest]
    #[case(&[CHAIN], Operation::HotelReserve, "no suppliers")]
    #[case(&[SANDBOX], Operation::TripCancel, "COMPENSATION_STATE_MACHINE_ARN")]
    #[case(&[SANDBOX, (name::STAGE, "prod")], Operation::FlightReserve, "production")]
    #[case(&[SANDBOX, (name::STAGE, "prod")], Operation::TripCancel, "production")]
    #[case(&[SANDBOX, (name::SUPPLIER_TIMEOUT_MS, "5s")], Operation::FlightReserve, "SUPPLIER_TIMEOUT_MS")]
    #[case(&[SANDBOX, (name::EVENT_SCHEMAS, "/events/schemas")], Operation::FlightReserve, "EVENT_SCHEMAS")]
    #[case(&[SANDBOX, (name::EVENT_SCHEMAS, "https://a/b/")], Operation::FlightReserve, "EVENT_SCHEMAS")]
    #[tokio::test]
    async fn a_function_that_could_not_serve_does_not_start(
        #[case] settings: &[(&str, &str)],
        #[case] operation: Operation,
        #[case] named: &str,
    ) {
        let error = start(settings, operation).await.unwrap_err().to_string();
        assert!(error.contains(named), "{error}");
    }
}
