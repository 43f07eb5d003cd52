//! `trip outbox redrive` and `trip outbox discard`.

use std::num::NonZeroU32;
use std::process::ExitCode;

use anyhow::bail;
use clap::ArgGroup;
use domain::{Clock, TripId};
use lambda_kit::clock::SystemClock;
use serde::Serialize;
use store::outbox::{OutboxKey, OutboxStatus, Parked};

use super::which::{EventName, OpenEvent, choose};
use crate::failure::NotFound;
use crate::operator::{Address, Installation, Pace, audit};
use crate::output::Output;
use crate::palette::Palette;
use crate::render::count;

/// Which parked events to change.
#[derive(Debug, clap::Args)]
#[command(group = ArgGroup::new("which").required(true).multiple(true))]
pub struct Args {
    /// Events, as `trip outbox list` names them
    #[arg(value_name = "EVENT", group = "which")]
    #[arg(conflicts_with_all = ["all", "trip", "event_type", "reason"])]
    events: Vec<EventName>,
    /// All parked events, or all that the other options choose
    #[arg(long, group = "which")]
    all: bool,
    /// Only events of this trip
    #[arg(long, value_name = "ID", group = "which")]
    #[arg(allow_hyphen_values = true, value_parser = TripId::parse)]
    trip: Option<TripId>,
    /// Only events of this type, such as hotel.reserved.v1
    #[arg(long = "type", value_name = "TYPE", group = "which")]
    event_type: Option<String>,
    /// Only events that are parked for a reason with this text in it
    #[arg(long, value_name = "TEXT", group = "which")]
    reason: Option<String>,
    /// Tell what would be changed, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Change at most so many a second
    #[arg(long, value_name = "N")]
    rate: Option<NonZeroU32>,
    #[command(flatten)]
    address: Address,
}

/// What to do with a parked event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Redrive,
    Discard,
}

impl Change {
    fn action(self) -> &'static str {
        match self {
            Self::Redrive => "outbox.redrive",
            Self::Discard => "outbox.discard",
        }
    }

    fn done(self) -> &'static str {
        match self {
            Self::Redrive => "redriven",
            Self::Discard => "discarded",
        }
    }
}

pub(super) async fn run(change: Change, args: &Args, output: &Output) -> anyhow::Result<ExitCode> {
    let at = Installation::at(&args.address).await?;
    let keys = args.keys(&at).await?;
    let mut report = Report { change, dry_run: args.dry_run, ..Report::of(change) };
    let spinner = output.spinner(String::new());
    let mut pace = Pace::of(args.rate);
    for key in keys {
        let event = key.to_string();
        spinner.say(event.clone());
        if args.dry_run {
            report.events.push(event);
            continue;
        }
        pace.wait().await;
        let changed = change.apply(&at, &key).await?;
        match changed {
            Parked::Done => report.events.push(event.clone()),
            Parked::NotApplicable => report.left.push(event.clone()),
        }
        let outcome = if changed == Parked::Done { change.done() } else { "no longer parked" };
        audit::note(&at, change.action(), &event, outcome);
    }
    drop(spinner);
    output.show(&report, Report::text)?;
    Ok(if report.left.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

impl Change {
    async fn apply(self, at: &Installation, key: &OutboxKey) -> anyhow::Result<Parked> {
        let changed = match self {
            Self::Redrive => at.outbox.redrive(key).await,
            Self::Discard => at.outbox.discard(key, SystemClock.now()).await,
        };
        changed.map_err(|error| at.place().unstored(error))
    }
}

impl Args {
    async fn keys(&self, at: &Installation) -> anyhow::Result<Vec<OutboxKey>> {
        if self.events.is_empty() {
            let wanted = |event: &OpenEvent| self.wants(event);
            let (events, _) = choose(at, OutboxStatus::Parked, usize::MAX, wanted).await?;
            return Ok(events.into_iter().filter_map(|event| event.key).collect());
        }
        for EventName(key) in &self.events {
            let status = at.outbox.status(key).await;
            match status.map_err(|error| at.place().unstored(error))? {
                None => {
                    let advice = format!("trip outbox list --parked{}", at.place().option());
                    return Err(NotFound::new(format!("there is no event {key}"), [advice]).into());
                }
                Some(Some(OutboxStatus::Parked)) => {}
                Some(Some(status)) => bail!("the event {key} is {}, not parked", status.as_str()),
                Some(None) => bail!("the event {key} is not parked; its status cannot be read"),
            }
        }
        Ok(self.events.iter().map(|EventName(key)| key.clone()).collect())
    }

    fn wants(&self, event: &OpenEvent) -> bool {
        let is_of = |trip: &TripId| event.key.as_ref().is_some_and(|key| key.trip_id == *trip);
        let has_type = |kind: &String| {
            event.content.as_ref().is_some_and(|content| content.event_type == *kind)
        };
        let says = |text: &String| event.reason.as_ref().is_some_and(|said| said.contains(text));
        self.trip.as_ref().is_none_or(is_of)
            && self.event_type.as_ref().is_none_or(has_type)
            && self.reason.as_ref().is_none_or(says)
    }
}

/// What was changed, or would be.
#[derive(Serialize)]
struct Report {
    #[serde(skip)]
    change: Change,
    dry_run: bool,
    events: Vec<String>,
    /// Events that were no longer parked when it came to them.
    left: Vec<String>,
}

impl Report {
    fn of(change: Change) -> Self {
        Self { change, dry_run: false, events: Vec::new(), left: Vec::new() }
    }

    fn text(&self, palette: Palette) -> String {
        let (done, would) = (self.change.done(), if self.dry_run { "would be " } else { "" });
        let mut lines: Vec<_> =
            self.events.iter().map(|event| format!("{event}  {would}{done}")).collect();
        let left = self.left.iter();
        lines.extend(left.map(|event| format!("{event}  {}", palette.bad("no longer parked"))));
        lines.push(format!("{} {would}{done}", count(self.events.len(), "event")));
        lines.join("\n")
    }
}
