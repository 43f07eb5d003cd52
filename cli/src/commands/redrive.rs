//! `trip redrive`: continues the execution of a trip where it failed.

use std::process::ExitCode;

use domain::TripId;
use serde::Serialize;

use super::in_flight::{load, relevant};
use crate::failure::{NotFound, Refusal};
use crate::hint;
use crate::operator::{Address, Installation, audit};
use crate::output::Output;
use crate::palette::Palette;

/// Which trip to continue, here and for `trip compensate`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The trip's id
    #[arg(value_name = "ID", allow_hyphen_values = true, value_parser = TripId::parse)]
    pub(super) trip: TripId,
    /// Tell what would be done, and do nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    #[command(flatten)]
    pub(super) address: Address,
}

pub(crate) async fn run(args: &Args, output: &Output) -> anyhow::Result<ExitCode> {
    let at = Installation::at(&args.address).await?;
    let (id, option) = (&args.trip, at.place().option());
    let trip = load(&at, id).await?;
    let executions = at.sagas.of(id, trip.as_ref()).await?;
    if trip.is_none() && executions.is_empty() {
        return Err(NotFound::trip(id).into());
    }
    let look = hint::about("timeline", id);
    let Some(execution) = relevant(executions) else {
        let why = format!("no execution of {id} has failed");
        return Err(Refusal::new(why, [look]).into());
    };
    if execution.is_running() {
        let why = format!("the execution of {id} is running: there is nothing to continue");
        return Err(Refusal::new(why, [look]).into());
    }
    if !execution.redrivable {
        let status = trip.map(|trip| trip.state().status);
        if let Some(status) = status.filter(|status| status.is_terminal()) {
            let why = format!("{id} is {status}: there is nothing to continue");
            return Err(Refusal::new(why, [look]).into());
        }
        let why = format!("the execution of {id} cannot be continued any more");
        let instead = hint::about(&format!("compensate{option}"), id);
        return Err(Refusal::new(why, [instead]).into());
    }
    if !args.dry_run {
        at.sagas.redrive(&execution).await?;
        audit::note(&at, "redrive", id, &execution.arn);
    }
    let next = hint::about("get", id);
    let done = Done { trip_id: id.clone(), dry_run: args.dry_run, execution: execution.arn, next };
    output.show(&done, |done, palette| done.text("redriven", palette))?;
    Ok(ExitCode::SUCCESS)
}

/// What was done to a trip, or would be.
#[derive(Serialize)]
pub(super) struct Done {
    pub(super) trip_id: TripId,
    pub(super) dry_run: bool,
    pub(super) execution: String,
    /// The command to type next.
    #[serde(skip)]
    pub(super) next: String,
}

impl Done {
    pub(super) fn text(&self, done: &str, palette: Palette) -> String {
        let would = if self.dry_run { "would be " } else { "" };
        let line = format!("{}  {would}{done}: {}", palette.strong(&self.trip_id), self.execution);
        format!("{line}\n\n  {}", palette.code(&self.next))
    }
}
