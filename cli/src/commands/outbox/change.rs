//! `trip outbox redrive` and `trip outbox discard`.

use std::num::NonZeroU32;
use std::process::ExitCode;

use clap::ArgGroup;
use domain::TripId;
use operator::outbox::{self, Change, EventName, Selection};
use operator::{Installation, NotFound, Pace};
use serde::Serialize;
use store::outbox::{OutboxKey, Parked};

use crate::address::Address;
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

pub(super) async fn run(change: Change, args: &Args, output: &Output) -> anyhow::Result<ExitCode> {
    let at = args.address.installation().await?;
    let keys = args.keys(&at).await?;
    let mut report = Report { change, dry_run: args.dry_run, ..Report::of(change) };
    let spinner = output.spinner(String::new());
    let pace = Pace::of(args.rate);
    for key in keys {
        let event = key.to_string();
        spinner.say(event.clone());
        if args.dry_run {
            report.events.push(event);
            continue;
        }
        pace.wait().await;
        match outbox::change(&at, change, &key).await? {
            Parked::Done => report.events.push(event),
            Parked::NotApplicable => report.left.push(event),
        }
    }
    drop(spinner);
    output.show(&report, Report::text)?;
    Ok(if report.left.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

impl Args {
    async fn keys(&self, at: &Installation) -> anyhow::Result<Vec<OutboxKey>> {
        if self.events.is_empty() {
            let selection = self.selection();
            let keys = outbox::parked(at, &selection).await?;
            if keys.is_empty() && selection != Selection::default() {
                let advice = format!("trip outbox list --parked{}", at.place().option());
                return Err(NotFound::new("no parked event is like that", [advice]).into());
            }
            return Ok(keys);
        }
        for EventName(key) in &self.events {
            outbox::check_parked(at, key).await?;
        }
        Ok(self.events.iter().map(|EventName(key)| key.clone()).collect())
    }

    fn selection(&self) -> Selection {
        Selection {
            trip: self.trip.clone(),
            event_type: self.event_type.clone(),
            reason: self.reason.clone(),
        }
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
