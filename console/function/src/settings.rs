//! What the function is told by its environment.

use lambda_kit::config::{Config, ConfigError, name};
use lambda_kit::http::OPERATORS;
use operator::Names;
use store::Tables;

/// The settings.
pub(crate) struct Settings {
    /// The installation's stage.
    pub(crate) stage: String,
    /// Its resources.
    pub(crate) names: Names,
    /// The API's address.
    pub(crate) api: String,
    /// How people sign in.
    pub(crate) sign_in: sign_in::Settings,
}

impl Settings {
    /// # Errors
    /// If one is not set.
    pub(crate) fn from_config(config: &Config) -> Result<Self, ConfigError> {
        let text = |name: &str| config.require(name).map(str::to_owned);
        let tables = Tables::default();
        Ok(Self {
            stage: text(name::STAGE)?,
            names: Names {
                trips: config.get_or(name::TRIP_TABLE, &tables.trips).to_owned(),
                search: config.get_or(name::SEARCH_TABLE, &tables.search).to_owned(),
                booking: text(name::BOOKING_STATE_MACHINE_ARN)?,
                compensation: text(name::COMPENSATION_STATE_MACHINE_ARN)?,
                dispatcher: text(name::DISPATCHER_FUNCTION)?,
                projector: text(name::PROJECTOR_FUNCTION)?,
            },
            api: text(name::API_URL)?,
            sign_in: sign_in::Settings {
                origin: text(name::CONSOLE_URL)?,
                issuer: text(name::USER_POOL_ISSUER)?,
                hosted: text(name::SIGN_IN_URL)?,
                client_id: text(name::SIGN_IN_CLIENT_ID)?,
                group: OPERATORS.to_owned(),
            },
        })
    }
}
