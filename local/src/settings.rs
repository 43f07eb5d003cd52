//! The configuration that the functions get in place of Lambda's environment variables.

use engine::{Caller, Direct};
use event_bus::EventBus;
use lambda_kit::clients::connector;
use lambda_kit::config::{Config, name};

use crate::account::{COMPENSATION_MACHINE, REGION, machine_arn, ordered_bus_arn};
use crate::in_process;
use crate::options::{BusKind, Options};

/// Where the AWS services are.
pub(crate) struct Endpoints<'a> {
    pub(crate) dynamodb: &'a str,
    pub(crate) aws: &'a str,
    /// The API itself.
    pub(crate) api: &'a str,
}

/// The functions' settings, which differ in how their clients reach the engine.
pub(crate) struct Configs {
    /// For what serves requests and sagas.
    pub(crate) trips: Config,
    /// For what follows the stream.
    pub(crate) stream: Config,
}

impl Configs {
    /// The same settings for all, with clients over HTTP.
    pub(crate) fn over_http(config: &Config) -> Self {
        Self { trips: config.clone(), stream: config.clone() }
    }

    /// The same settings for all, with clients that call the bus and, if there is one, the engine
    /// within this process.
    pub(crate) fn in_process(config: &Config, bus: &EventBus, engine: Option<&Direct>) -> Self {
        let config = config.clone().with_connector("eventbridge", in_process::events(bus.clone()));
        let Some(engine) = engine else { return Self::over_http(&config) };
        let http = connector(&config);
        let of = |caller| {
            let client = in_process::tables(engine.clone(), caller, http.clone());
            config.clone().with_connector("dynamodb", client)
        };
        Self { trips: of(Caller::Trips), stream: of(Caller::Stream) }
    }
}

/// The functions' settings. Credentials are placeholders: the local services do not check them.
pub(crate) fn config(options: &Options, endpoints: &Endpoints<'_>, cursor_keys: &str) -> Config {
    let pace = options.pace;
    let bus = match options.bus {
        BusKind::Classic => "trip-saga".to_owned(),
        BusKind::Ordered => ordered_bus_arn(),
    };
    let millis = |duration: std::time::Duration| duration.as_millis().to_string();
    let shadow = options.tables.shadow.clone();
    let shadow = shadow.map(|table| (name::SHADOW_SEARCH_TABLE, table));
    let settings = [
        (name::AWS_REGION, REGION.to_owned()),
        (name::AWS_ACCESS_KEY_ID, options.access_key.clone()),
        (name::AWS_SECRET_ACCESS_KEY, "local".to_owned()),
        ("AWS_ENDPOINT_URL_DYNAMODB", endpoints.dynamodb.to_owned()),
        ("AWS_ENDPOINT_URL_EVENTBRIDGE", endpoints.aws.to_owned()),
        ("AWS_ENDPOINT_URL_EVENTBRIDGEV2", endpoints.aws.to_owned()),
        ("AWS_ENDPOINT_URL_SFN", endpoints.aws.to_owned()),
        (name::TRIP_TABLE, options.tables.trips.clone()),
        (name::SEARCH_TABLE, options.tables.search.clone()),
        (name::SANDBOX_TABLE, options.tables.sandbox.clone()),
        (name::EVENT_BUS, bus),
        (name::COMPENSATION_STATE_MACHINE_ARN, machine_arn(COMPENSATION_MACHINE)),
        (name::SUPPLIER_TIMEOUT_MS, millis(pace.supplier_timeout)),
        (name::SANDBOX_SLOW_MS, millis(pace.sandbox_slow)),
        (name::SWEEP_GRACE_SECONDS, pace.sweep_grace.as_secs().to_string()),
        (name::EVENT_SCHEMAS, format!("{}/events/schemas", endpoints.api)),
        (name::CURSOR_KEYS, cursor_keys.to_owned()),
        (name::STAGE, "dev".to_owned()),
    ];
    Config::from_map(settings.into_iter().chain(shadow))
}
