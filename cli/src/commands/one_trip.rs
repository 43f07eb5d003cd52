//! What the commands about one trip share: the trip's id and the API's address.

use domain::{TripId, TripStatus};
use serde::Deserialize;

use crate::client::ApiArgs;
use crate::palette::Palette;

/// Which trip it is about.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The trip's id
    #[arg(value_name = "ID", allow_hyphen_values = true, value_parser = TripId::parse)]
    pub(crate) trip: TripId,
    #[command(flatten)]
    pub(crate) api: ApiArgs,
}

/// The API's answer to a request that it has accepted.
#[derive(Deserialize)]
pub(crate) struct Accepted {
    pub(crate) trip_id: TripId,
    pub(crate) status: TripStatus,
}

impl Accepted {
    /// The trip and its status, followed by the command to type next.
    pub(crate) fn render(&self, next: &[String], palette: Palette) -> String {
        let next = next.iter().map(|line| format!("\n  {}", palette.code(line)));
        let (trip, status) = (palette.strong(&self.trip_id), palette.status(self.status));
        format!("{trip}  {status}\n{}", next.collect::<String>())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The answer about trip `t-1`.
    pub(in crate::commands) fn accepted(status: TripStatus) -> Accepted {
        Accepted { trip_id: TripId::parse("t-1").unwrap(), status }
    }
}
