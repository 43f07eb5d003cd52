//! `trip on-failure redrive`.

use std::num::NonZeroU32;
use std::process::ExitCode;

use anyhow::Context;
use serde::Serialize;

use crate::failure::NotFound;
use crate::operator::given_up::{Batches, GivenUp};
use crate::operator::{Address, Installation, Pace, audit};
use crate::output::Output;
use crate::palette::Palette;
use crate::render::{count, outside};

/// Which batches to redrive.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Batches, as `trip on-failure list` names them; all without any
    #[arg(value_name = "BATCH")]
    batches: Vec<String>,
    /// Tell what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Hand over at most so many batches a second
    #[arg(long, value_name = "N")]
    rate: Option<NonZeroU32>,
    #[command(flatten)]
    address: Address,
}

pub(super) async fn run(args: &Args, output: &Output) -> anyhow::Result<ExitCode> {
    let at = Installation::at(&args.address).await?;
    let batches = at.given_up().await?;
    let names = args.names(batches.as_ref(), &at).await?;
    let mut report = Report { dry_run: args.dry_run, redriven: Vec::new(), left: Vec::new() };
    let spinner = output.spinner(String::new());
    let mut pace = Pace::of(args.rate);
    for name in names {
        spinner.say(name.clone());
        if args.dry_run {
            report.redriven.push(name);
            continue;
        }
        pace.wait().await;
        match redrive(&at, batches.as_ref(), &name).await {
            Ok(()) => {
                audit::note(&at, "on-failure.redrive", &name, "processed");
                report.redriven.push(name);
            }
            Err(error) => {
                audit::note(&at, "on-failure.redrive", &name, "not processed");
                report.left.push(Left { batch: name, reason: format!("{error:#}") });
            }
        }
    }
    drop(spinner);
    output.show(&report, Report::text)?;
    Ok(if report.left.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Hands a batch over, unless it is gone: then somebody else has redriven it.
async fn redrive(at: &Installation, batches: &dyn Batches, name: &str) -> anyhow::Result<()> {
    let Some(content) = batches.read(name).await? else { return Ok(()) };
    let given_up = GivenUp::read(&content)?;
    let payload = given_up.payload.context("its records are not in it")?;
    let function = &given_up.request_context.function_arn;
    at.consumers.hand_over(function, payload.into_bytes()).await?;
    batches.remove(name).await
}

impl Args {
    async fn names(&self, batches: &dyn Batches, at: &Installation) -> anyhow::Result<Vec<String>> {
        let kept = batches.names().await?;
        if self.batches.is_empty() {
            return Ok(kept);
        }
        if let Some(missing) = self.batches.iter().find(|name| !kept.contains(name)) {
            let advice = format!("trip on-failure list{}", at.place().option());
            return Err(NotFound::new(format!("there is no batch {missing}"), [advice]).into());
        }
        Ok(self.batches.clone())
    }
}

/// What was redriven, or would be.
#[derive(Serialize)]
struct Report {
    dry_run: bool,
    redriven: Vec<String>,
    left: Vec<Left>,
}

/// A batch that its function still does not process.
#[derive(Serialize)]
struct Left {
    batch: String,
    reason: String,
}

impl Report {
    fn text(&self, palette: Palette) -> String {
        let left = self.left.iter().map(|Left { batch, reason }| {
            format!("{} {}", palette.bad(format!("{}:", outside(batch))), outside(reason))
        });
        let would = if self.dry_run { "would be " } else { "" };
        let mut sum = format!("{} {would}redriven", count(self.redriven.len(), "batch"));
        if !self.left.is_empty() {
            sum.push_str(&format!(", {} left", self.left.len()));
        }
        left.chain([sum]).collect::<Vec<_>>().join("\n")
    }
}
