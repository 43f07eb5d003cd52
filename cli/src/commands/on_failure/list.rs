//! `trip on-failure list`.

use std::process::ExitCode;

use operator::given_up::{self, Listed};

use crate::address::Address;
use crate::output::Output;
use crate::palette::Palette;
use crate::render::{Table, count, outside};

/// Which batches to list.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Show at most so many batches
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: usize,
    #[command(flatten)]
    address: Address,
}

pub(super) async fn run(args: &Args, output: &Output) -> anyhow::Result<ExitCode> {
    let at = args.address.installation().await?;
    let listed = given_up::list(&at, args.limit).await?;
    let option = at.place().option();
    output.show(&listed, |listed, palette| text(listed, &option, palette))?;
    Ok(ExitCode::SUCCESS)
}

fn text(listed: &Listed, option: &str, palette: Palette) -> String {
    if listed.batches.is_empty() {
        return palette.good("no batch was given up");
    }
    let header = ["GIVEN UP", "FUNCTION", "RECORDS", "WHY", "BATCH"];
    let mut table = Table::with_header(header, palette);
    for batch in &listed.batches {
        let request = batch.request.as_ref();
        let records = batch.records.as_ref().map(|batch| batch.batch_size.to_string());
        table.row([
            outside(batch.given_up_at.as_deref().unwrap_or_default()),
            request.map(|request| outside(request.function())).unwrap_or_default(),
            records.unwrap_or_else(|| palette.bad("cannot be read")),
            request.map(|request| outside(&request.condition)).unwrap_or_default(),
            outside(&batch.name),
        ]);
    }
    let more = listed.all.saturating_sub(listed.batches.len());
    let more = if more > 0 { format!("; {more} more: see --limit") } else { String::new() };
    let next = palette.code(format!("trip on-failure redrive{option}"));
    format!("{}\n\n{}{more}\n  {next}", table.text(), count(listed.all, "batch"))
}
