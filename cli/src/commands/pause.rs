//! `trip pause` and `trip resume`: whether a consumer reads the stream.

use std::process::ExitCode;

use operator::consumers::Consumer;
use operator::pause;
use serde::Serialize;

use super::consumer;
use crate::address::Address;
use crate::output::Output;
use crate::palette::Palette;

/// Which consumer.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The consumer of the stream
    #[arg(value_parser = consumer::parser())]
    consumer: Consumer,
    /// Tell what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    address: Address,
}

pub(crate) async fn pause(args: &Args, output: &Output) -> anyhow::Result<ExitCode> {
    run(args, false, output).await
}

pub(crate) async fn resume(args: &Args, output: &Output) -> anyhow::Result<ExitCode> {
    run(args, true, output).await
}

async fn run(args: &Args, enabled: bool, output: &Output) -> anyhow::Result<ExitCode> {
    let at = args.address.installation().await?;
    let consumer = args.consumer;
    let before = at.consumers.mapping(consumer).await?.state;
    if !args.dry_run {
        let spinner = output.spinner(format!("the {consumer} was {before}"));
        match enabled {
            true => pause::resume(&at, consumer).await?,
            false => pause::pause(&at, consumer).await?,
        }
        drop(spinner);
    }
    let (dry_run, option) = (args.dry_run, at.place().option());
    let done = Done { consumer, enabled, dry_run, before, option };
    output.show(&done, Done::text)?;
    Ok(ExitCode::SUCCESS)
}

/// What was done, or would be.
#[derive(Serialize)]
struct Done {
    consumer: Consumer,
    enabled: bool,
    dry_run: bool,
    /// The state before, in Lambda's words.
    before: String,
    #[serde(skip)]
    option: String,
}

impl Done {
    fn text(&self, palette: Palette) -> String {
        let Self { consumer, option, .. } = self;
        let would = if self.dry_run { "would be " } else { "is " };
        if self.enabled {
            return format!("the {consumer} {would}resumed: it goes on where it was paused");
        }
        let next = palette.code(format!("trip resume {consumer}{option}"));
        let warning = "the stream keeps its records for 24 hours";
        format!("the {consumer} {would}paused; {warning}\n\n  {next}")
    }
}
