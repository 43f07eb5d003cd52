//! `trip on-failure redrive`.

use std::num::NonZeroU32;
use std::process::ExitCode;

use operator::{Pace, given_up};
use serde::Serialize;

use crate::address::Address;
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
    let at = args.address.installation().await?;
    let names = given_up::choose(&at, &args.batches).await?;
    let mut report = Report { dry_run: args.dry_run, redriven: Vec::new(), left: Vec::new() };
    let spinner = output.spinner(String::new());
    let pace = Pace::of(args.rate);
    for name in names {
        spinner.say(name.clone());
        if args.dry_run {
            report.redriven.push(name);
            continue;
        }
        pace.wait().await;
        match given_up::redrive(&at, &name).await {
            Ok(()) => report.redriven.push(name),
            Err(error) => report.left.push(Left { batch: name, reason: format!("{error:#}") }),
        }
    }
    drop(spinner);
    output.show(&report, Report::text)?;
    Ok(if report.left.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
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
