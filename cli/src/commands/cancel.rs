//! `trip cancel`: starts to cancel a confirmed trip.

use std::process::ExitCode;

use super::one_trip::{Accepted, Args};
use crate::client::Api;
use crate::hint;
use crate::output::Output;
use crate::palette::Palette;

pub(crate) async fn run(args: &Args, output: &Output) -> anyhow::Result<ExitCode> {
    let answer = Api::new(&args.api)?.cancel(&args.trip).await?;
    output.answer(&answer, render)?;
    Ok(ExitCode::SUCCESS)
}

fn render(accepted: &Accepted, palette: Palette) -> String {
    accepted.render(&[hint::about("get", &accepted.trip_id)], palette)
}

#[cfg(test)]
mod tests {
    use domain::TripStatus;

    use super::*;
    use crate::commands::one_trip::tests::accepted;

    #[test]
    fn it_says_where_the_trip_stands_and_how_to_follow_it() {
        let accepted = accepted(TripStatus::Cancelling);
        assert_eq!(render(&accepted, Palette::PLAIN), "t-1  CANCELLING\n\n  trip get t-1");
    }
}
