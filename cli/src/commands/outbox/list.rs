//! `trip outbox list`.

use std::process::ExitCode;

use domain::{Clock, Timestamp};
use lambda_kit::clock::SystemClock;
use operator::outbox::{self, OpenEvent, Selection};
use serde::Serialize;
use store::outbox::OutboxStatus;

use crate::address::Address;
use crate::output::Output;
use crate::palette::Palette;
use crate::render::{Table, age, count, outside};

/// Every event.
const ALL: Selection = Selection { trip: None, event_type: None, reason: None };

/// Which events to list.
#[derive(Debug, clap::Args)]
pub struct List {
    /// Only events that wait for an operator
    #[arg(long)]
    parked: bool,
    /// Show at most so many events of each status
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: usize,
    #[command(flatten)]
    address: Address,
}

pub(super) async fn run(args: &List, output: &Output) -> anyhow::Result<ExitCode> {
    let at = args.address.installation().await?;
    let spinner = output.spinner("reading the index of open work".to_owned());
    let list = |status| outbox::list(&at, status, args.limit, &ALL);
    let (mut events, mut more) = list(OutboxStatus::Parked).await?;
    if !args.parked {
        let (pending, more_pending) = list(OutboxStatus::Pending).await?;
        events.extend(pending);
        more |= more_pending;
    }
    drop(spinner);
    let report = Report { events, more, option: at.place().option(), now: SystemClock.now() };
    output.show(&report, Report::text)?;
    Ok(ExitCode::SUCCESS)
}

/// The open events.
#[derive(Serialize)]
struct Report {
    events: Vec<OpenEvent>,
    /// Whether there are more than were asked for.
    more: bool,
    #[serde(skip)]
    option: String,
    #[serde(skip)]
    now: Timestamp,
}

impl Report {
    fn text(&self, palette: Palette) -> String {
        let of = |status| self.events.iter().filter(|event| event.status == status).count();
        let (parked, pending) = (of(OutboxStatus::Parked), of(OutboxStatus::Pending));
        if self.events.is_empty() {
            return palette.good("every event is published").to_string();
        }
        let more = if self.more { "; there are more: see --limit" } else { "" };
        let sum = format!("{}, {pending} pending{more}", count(parked, "parked event"));
        let mut lines = vec![self.table(palette), String::new(), sum];
        if parked > 0 {
            let option = &self.option;
            for (command, means) in [
                (format!("trip outbox redrive --all{option}"), "once the reason is mended"),
                (format!("trip outbox discard EVENT{option}"), "to give one up"),
            ] {
                lines.push(format!("  {}  {}", palette.code(command), palette.faint(means)));
            }
        }
        lines.join("\n")
    }

    fn table(&self, palette: Palette) -> String {
        let header = ["STATUS", "AGE", "TYPE", "EVENT", "REASON"];
        let mut table = Table::with_header(header, palette);
        for event in &self.events {
            let status = match event.status {
                OutboxStatus::Parked => palette.bad(event.status.as_str()),
                _ => palette.busy(event.status.as_str()),
            };
            let content = event.content.as_ref();
            let old = content.map(|event| age(self.now.since(event.occurred_at)));
            let kind = content.map(|event| outside(&event.event_type));
            let reason = event.reason.as_deref().map(outside);
            let name = event.event.clone().unwrap_or_else(|| "(damaged key)".to_owned());
            table.row([
                status,
                old.unwrap_or_default(),
                kind.unwrap_or_default(),
                name,
                reason.unwrap_or_default(),
            ]);
        }
        table.text()
    }
}
