//! `trip search`: trips by status, departure and customer.

use std::process::ExitCode;

use clap::ValueEnum;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use domain::TripStatus;

use crate::client::{Api, ApiArgs};
use crate::output::Output;
use crate::render::search;

/// Which trips to find.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only trips of this status; may be repeated
    #[arg(long, value_name = "STATUS", ignore_case = true, value_parser = statuses())]
    status: Vec<String>,
    /// The earliest departure: a date, or a local time such as 2026-03-01T10:00
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// The latest departure; a date means its whole day
    #[arg(long, value_name = "DATE")]
    to: Option<String>,
    /// Only trips of this customer
    #[arg(long, value_name = "ID")]
    customer: Option<String>,
    /// Which departures come first: the earliest (asc), or the latest (desc)
    #[arg(long, value_name = "ORDER")]
    order: Option<Order>,
    /// Show at most so many trips
    #[arg(long, value_name = "N")]
    limit: Option<u32>,
    #[command(flatten)]
    api: ApiArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Order {
    Asc,
    Desc,
}

fn statuses() -> impl TypedValueParser<Value = String> {
    let known = TripStatus::ALL.iter().map(|status| status.as_str());
    PossibleValuesParser::new(known).map(|status| status.to_ascii_uppercase())
}

pub(crate) async fn run(args: &Args, output: &Output) -> anyhow::Result<ExitCode> {
    let answer = Api::new(&args.api)?.search(&args.parameters()).await?;
    output.answer(&answer, search::render)?;
    Ok(ExitCode::SUCCESS)
}

impl Args {
    /// The route's parameters. Their rules are the API's to check.
    fn parameters(&self) -> Vec<(&'static str, String)> {
        let order = self.order.map(|order| match order {
            Order::Asc => "asc".to_owned(),
            Order::Desc => "desc".to_owned(),
        });
        let single = [
            ("from", self.from.clone()),
            ("to", self.to.clone()),
            ("customer_id", self.customer.clone()),
            ("order", order),
            ("limit", self.limit.map(|limit| limit.to_string())),
        ];
        let statuses = self.status.iter().map(|status| ("status", status.clone()));
        let single = single.into_iter().filter_map(|(name, value)| Some((name, value?)));
        statuses.chain(single).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;
    use rstest::rstest;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: Args,
    }

    #[rstest]
    #[case("search", "")]
    #[case("search --status confirmed --status FAILED", "status=CONFIRMED status=FAILED")]
    #[case("search --from 2026-03-01 --to 2026-03-31", "from=2026-03-01 to=2026-03-31")]
    #[case("search --customer 1 --order desc --limit 5", "customer_id=1 order=desc limit=5")]
    fn options_become_the_routes_parameters(#[case] line: &str, #[case] expected: &str) {
        let Line { args } = Line::try_parse_from(line.split(' ')).unwrap();
        let parameters = args.parameters();
        let pairs: Vec<_> =
            parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(pairs.join(" "), expected);
    }
}
