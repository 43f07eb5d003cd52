//! `trip events dead-letters`: what could not be delivered, in the file of the running system's
//! bus or of `trip events forward`.

mod report;
mod selection;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use event_delivery::{DeadLetter, DeadLetterFile, Destination, Request, Sender};
use lambda_kit::clock::SystemClock;
use uuid::Uuid;

use crate::client::Endpoint;
use crate::output::Output;
use crate::render::count;
use report::{Outcome, Report, Tally, list_text};
use selection::Selection;

/// How many letters are sent before those that were delivered leave the file.
const CHUNK: usize = 100;

/// What can be done with dead letters.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List the dead letters, the oldest first
    ///
    /// With --json each is a line as the file has it.
    List(ListArgs),
    /// Send dead letters to their targets again
    ///
    /// Each is sent once more, as it was sent before. One that is delivered leaves the file; exits
    /// with 1 where one is not. It needs no running system.
    Redrive(RedriveArgs),
    /// Remove dead letters without sending them
    Discard(DiscardArgs),
}

/// Which file.
#[derive(Debug, clap::Args)]
pub struct Source {
    /// The file; that of `trip events forward` is dead-letters.jsonl
    #[arg(long, value_name = "FILE", default_value = "./.trip/dead-letters.jsonl")]
    file: PathBuf,
}

/// What to list.
#[derive(Debug, clap::Args)]
pub struct ListArgs {
    #[command(flatten)]
    source: Source,
}

/// What to send.
#[derive(Debug, clap::Args)]
pub struct RedriveArgs {
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    source: Source,
    /// Send them to this HTTP address in place of their targets
    #[arg(long, value_name = "URL")]
    to: Option<Endpoint>,
    /// Say what would be sent, and send nothing
    #[arg(long)]
    dry_run: bool,
}

/// What to remove.
#[derive(Debug, clap::Args)]
pub struct DiscardArgs {
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    source: Source,
    /// Say what would be removed, and remove nothing
    #[arg(long)]
    dry_run: bool,
}

pub(crate) async fn run(command: &Command, output: &Output) -> anyhow::Result<ExitCode> {
    match command {
        Command::List(args) => list(args, output),
        Command::Redrive(args) => redrive(args, output).await,
        Command::Discard(args) => discard(args, output),
    }
}

fn list(args: &ListArgs, output: &Output) -> anyhow::Result<ExitCode> {
    let letters = args.source.letters(output)?;
    if output.is_json() {
        letters.iter().try_for_each(|letter| output.json(letter))?;
    } else {
        output.line(list_text(&letters, &args.source.file, output.palette()))?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn redrive(args: &RedriveArgs, output: &Output) -> anyhow::Result<ExitCode> {
    let letters = args.selection.of(args.source.letters(output)?, &args.source.file)?;
    let sender = Sender::new(Sender::PATIENCE, Arc::new(SystemClock))?;
    let mut tally = Tally::new(args.dry_run);
    for letters in letters.chunks(CHUNK) {
        let mut delivered = BTreeSet::new();
        for letter in letters {
            let outcome = args.send(letter, &sender).await;
            if matches!(outcome, Outcome::Delivered { .. }) {
                delivered.insert(letter.id);
            }
            tally.add(&outcome);
            let report = Report::new(letter, outcome);
            output.show(&report, |report, palette| report.text(palette))?;
        }
        args.source.remove(&delivered)?;
    }
    output.show(&tally, |tally, _| tally.text())?;
    Ok(if tally.has_failed() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn discard(args: &DiscardArgs, output: &Output) -> anyhow::Result<ExitCode> {
    let letters = args.selection.of(args.source.letters(output)?, &args.source.file)?;
    let mut tally = Tally::new(args.dry_run);
    for letter in &letters {
        tally.add(&Outcome::Discarded);
        let report = Report::new(letter, Outcome::Discarded);
        output.show(&report, |report, palette| report.text(palette))?;
    }
    if !args.dry_run {
        args.source.remove(&letters.iter().map(|letter| letter.id).collect())?;
    }
    output.show(&tally, |tally, _| tally.text())?;
    Ok(ExitCode::SUCCESS)
}

impl RedriveArgs {
    async fn send(&self, letter: &DeadLetter, sender: &Sender) -> Outcome {
        let Request { mut to, body } = letter.request();
        if let Some(elsewhere) = &self.to {
            to = Destination::http(elsewhere.url());
        }
        if self.dry_run {
            return Outcome::Sent { to: to.url.to_string() };
        }
        match sender.send(&Request { to, body }, &[]).await {
            Ok(status) => Outcome::Delivered { status },
            Err(failure) => Outcome::Failed { error: failure.error },
        }
    }
}

impl Source {
    fn file(&self) -> DeadLetterFile {
        DeadLetterFile::at(&self.file)
    }

    fn letters(&self, output: &Output) -> anyhow::Result<Vec<DeadLetter>> {
        let path = self.file.display();
        let kept = self.file().read().with_context(|| format!("cannot read {path}"))?;
        if kept.unreadable > 0 {
            let lines = count(kept.unreadable, "line");
            output.remark(format!("{lines} of {path} cannot be read; nothing was done to them"));
        }
        Ok(kept.letters)
    }

    fn remove(&self, ids: &BTreeSet<Uuid>) -> anyhow::Result<()> {
        if ids.is_empty() {
            return Ok(());
        }
        let path = self.file.display();
        self.file().remove(ids).with_context(|| format!("cannot write {path}"))
    }
}
