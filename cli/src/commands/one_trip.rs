//! The commands about one trip: `trip get` and `trip cancel`.

use std::process::ExitCode;

use domain::{TripId, TripStatus};
use operator::hint;
use serde::Deserialize;

use crate::client::{Api, ApiArgs};
use crate::output::Output;
use crate::palette::Palette;
use crate::render::trip;

/// Which trip it is about.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The trip's id
    #[arg(value_name = "ID", allow_hyphen_values = true, value_parser = TripId::parse)]
    pub(crate) trip: TripId,
    #[command(flatten)]
    pub(crate) api: ApiArgs,
}

/// Shows the trip in its present state.
pub(crate) async fn get(args: &Args, output: &Output) -> anyhow::Result<ExitCode> {
    let answer = Api::new(&args.api)?.trip(&args.trip).await?;
    output.answer(&answer, trip::render)?;
    Ok(ExitCode::SUCCESS)
}

/// Starts to cancel a confirmed trip.
pub(crate) async fn cancel(args: &Args, output: &Output) -> anyhow::Result<ExitCode> {
    let answer = Api::new(&args.api)?.cancel(&args.trip).await?;
    output.answer(&answer, cancelling)?;
    Ok(ExitCode::SUCCESS)
}

fn cancelling(accepted: &Accepted, palette: Palette) -> String {
    accepted.render(&[hint::about("get", &accepted.trip_id)], palette)
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

    #[test]
    fn it_says_where_the_trip_stands_and_how_to_follow_it() {
        let accepted = accepted(TripStatus::Cancelling);
        assert_eq!(cancelling(&accepted, Palette::PLAIN), "t-1  CANCELLING\n\n  trip get t-1");
    }
}
