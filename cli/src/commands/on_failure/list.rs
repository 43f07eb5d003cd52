//! `trip on-failure list`.

use std::process::ExitCode;

use serde::Serialize;

use crate::operator::given_up::{BatchInfo, GivenUp, RequestContext};
use crate::operator::{Address, Installation};
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
    let at = Installation::at(&args.address).await?;
    let batches = at.given_up().await?;
    let names = batches.names().await?;
    let mut report = Report { all: names.len(), batches: Vec::new(), option: at.place().option() };
    for name in names.into_iter().take(args.limit) {
        if let Some(content) = batches.read(&name).await? {
            report.batches.push(Batch::of(name, &content));
        }
    }
    output.show(&report, Report::text)?;
    Ok(ExitCode::SUCCESS)
}

#[derive(Serialize)]
struct Report {
    batches: Vec<Batch>,
    /// How many there are.
    all: usize,
    #[serde(skip)]
    option: String,
}

/// One batch. What cannot be read is absent.
#[derive(Serialize)]
struct Batch {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    given_up_at: Option<String>,
    #[serde(flatten)]
    request: Option<RequestContext>,
    #[serde(flatten)]
    records: Option<BatchInfo>,
}

impl Batch {
    fn of(name: String, content: &[u8]) -> Self {
        match GivenUp::read(content) {
            Ok(GivenUp { request_context, timestamp, batch, .. }) => Self {
                name,
                given_up_at: Some(timestamp),
                request: Some(request_context),
                records: Some(batch),
            },
            Err(_) => Self { name, given_up_at: None, request: None, records: None },
        }
    }
}

impl Report {
    fn text(&self, palette: Palette) -> String {
        if self.batches.is_empty() {
            return palette.good("no batch was given up");
        }
        let header = ["GIVEN UP", "FUNCTION", "RECORDS", "WHY", "BATCH"];
        let mut table = Table::with_header(header, palette);
        for batch in &self.batches {
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
        let more = self.all.saturating_sub(self.batches.len());
        let more = if more > 0 { format!("; {more} more: see --limit") } else { String::new() };
        let next = palette.code(format!("trip on-failure redrive{}", self.option));
        format!("{}\n\n{}{more}\n  {next}", table.text(), count(self.all, "batch"))
    }
}
