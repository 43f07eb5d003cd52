//! `trip cost`: what bookings cost on AWS.

use std::process::ExitCode;

use crate::cost::Estimate;
use crate::output::Output;

/// The largest number of bookings: more than a whole industry's.
const MOST: u64 = 1_000_000_000_000;

/// How many bookings.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Bookings a month
    #[arg(
        long, value_name = "N", default_value_t = 1_000_000, value_parser = bookings,
        allow_negative_numbers = true
    )]
    pub(crate) bookings: u64,
}

fn bookings(text: &str) -> Result<u64, String> {
    let number = text.parse().ok().filter(|number| (0..=MOST).contains(number));
    number.ok_or_else(|| format!("must be a whole number from 0 to {MOST}"))
}

/// Shows the estimate.
pub(crate) fn run(args: &Args, output: &Output) -> anyhow::Result<ExitCode> {
    output.show(&Estimate::of(args.bookings)?, Estimate::text)?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::commands::tests::parsed;

    #[rstest]
    #[case("--bookings 0", Some(0))]
    #[case("--bookings 1000000000000", Some(MOST))]
    #[case("--bookings 1000000000001", None)]
    #[case("--bookings=-1", None)]
    #[case("--bookings -1", None)]
    #[case("--bookings 1e6", None)]
    #[case("--bookings many", None)]
    fn bookings_are_a_whole_number(#[case] line: &str, #[case] expected: Option<u64>) {
        let args = parsed::<Args>(&format!("cost {line}"));
        assert_eq!(args.ok().map(|args| args.bookings), expected);
    }
}
