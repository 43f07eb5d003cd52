//! `trip search`: trips by status, departure and customer.

use std::process::ExitCode;

use clap::ValueEnum;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use domain::TripStatus;

use crate::client::{Api, ApiArgs, Pages};
use crate::output::Output;
use crate::render::search;

/// The most trips that the API puts on a page.
const MAX_LIMIT: u32 = 100;

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
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    customer: Option<String>,
    /// Which departures come first: the earliest (asc), or the latest (desc)
    #[arg(long, value_name = "ORDER")]
    order: Option<Order>,
    /// Show at most so many trips
    #[arg(long, value_name = "N")]
    limit: Option<u32>,
    /// Go on where a page ended: what it gave as `next_cursor`, with the same options as before
    #[arg(long, value_name = "CURSOR")]
    cursor: Option<String>,
    /// Show all trips, however many pages they are; as JSON, one page a line
    #[arg(long, conflicts_with_all = ["limit", "cursor"])]
    all: bool,
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
    let api = Api::new(&args.api)?;
    if args.all {
        show_all(api.pages(args.parameters()), output).await?;
    } else {
        let answer = api.search(&args.parameters()).await?;
        output.answer(&answer, search::render)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// A program gets each page as it arrives; a person gets one table, whose column widths need all
/// pages.
async fn show_all(mut pages: Pages<'_>, output: &Output) -> anyhow::Result<()> {
    if !output.is_json() {
        return Ok(output.line(search::render(&pages.whole().await?, output.palette()))?);
    }
    while let Some((answer, _)) = pages.next().await? {
        output.line(answer.text())?;
    }
    Ok(())
}

impl Args {
    /// The route's parameters. The API checks their rules.
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
            ("limit", self.limit().map(|limit| limit.to_string())),
            ("cursor", self.cursor.clone()),
        ];
        let statuses = self.status.iter().map(|status| ("status", status.clone()));
        let single = single.into_iter().filter_map(|(name, value)| Some((name, value?)));
        statuses.chain(single).collect()
    }

    /// Requests all trips in as few pages as possible.
    fn limit(&self) -> Option<u32> {
        if self.all { Some(MAX_LIMIT) } else { self.limit }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::commands::tests::parsed;

    #[rstest]
    #[case("search", "")]
    #[case("search --status confirmed --status FAILED", "status=CONFIRMED status=FAILED")]
    #[case("search --from 2026-03-01 --to 2026-03-31", "from=2026-03-01 to=2026-03-31")]
    #[case("search --customer 1 --order desc --limit 5", "customer_id=1 order=desc limit=5")]
    #[case("search --all --order asc", "order=asc limit=100")]
    #[case("search --limit 5 --cursor 1.k.e30.AA", "limit=5 cursor=1.k.e30.AA")]
    fn options_become_the_routes_parameters(#[case] line: &str, #[case] expected: &str) {
        let parameters = parsed::<Args>(line).unwrap().parameters();
        let pairs: Vec<_> =
            parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(pairs.join(" "), expected);
    }

    #[rstest]
    #[case("search --all --limit 5")]
    #[case("search --all --cursor 1.k.e30.AA")]
    fn all_pages_are_neither_one_nor_the_rest(#[case] line: &str) {
        assert!(parsed::<Args>(line).is_err());
    }
}
