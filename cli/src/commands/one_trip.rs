//! What the commands about one trip share: which trip it is, and where the API is.

use domain::{TripId, TripStatus};
use serde::Deserialize;

use crate::client::ApiArgs;

/// Which trip it is about.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The trip's id
    #[arg(value_name = "ID", allow_hyphen_values = true, value_parser = TripId::parse)]
    pub(crate) trip: TripId,
    #[command(flatten)]
    pub(crate) api: ApiArgs,
}

/// What the API answers to a request that it has taken up.
#[derive(Deserialize)]
pub(crate) struct Accepted {
    pub(crate) trip_id: TripId,
    pub(crate) status: TripStatus,
}
