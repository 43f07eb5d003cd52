//! What is stuck, as it is shown.

use domain::Clock;
use lambda_kit::clock::SystemClock;
use operator::history::Fault;
use operator::in_flight::Work;
use operator::stuck::{Stuck, Waiting};

use crate::palette::Palette;
use crate::render::{Table, age, count, outside};

/// The trips and the events; `option` names the installation in commands.
pub(super) fn text(stuck: &Stuck, option: &str, palette: Palette) -> String {
    if stuck.is_clean() {
        return palette.good("nothing is stuck");
    }
    let mut blocks = Vec::new();
    if !stuck.trips.is_empty() {
        blocks.push(table(&stuck.trips, palette));
        blocks.push(sum(stuck));
    }
    blocks.extend(stuck.pending.as_ref().map(|waiting| events(waiting, option, palette)));
    blocks.join("\n\n")
}

fn table(trips: &[Work], palette: Palette) -> String {
    let header = ["TRIP", "STATUS", "AGE", "STEP", "LAST ERROR", "NEXT"];
    let mut table = Table::with_header(header, palette);
    for work in trips {
        let next = match &work.mend {
            Some(mend) => palette.code(mend),
            None => palette.faint("wait: it is still tried"),
        };
        table.row([
            work.trip_id.to_string(),
            palette.status(work.status),
            age(SystemClock.now().since(work.created_at)),
            outside(work.step.as_deref().unwrap_or("(no execution)")),
            work.last_error.as_ref().map(Fault::line).unwrap_or_default(),
            next,
        ]);
    }
    table.text()
}

fn sum(Stuck { trips, more, .. }: &Stuck) -> String {
    let given_up = trips.iter().filter(|work| work.given_up).count();
    let mut sum =
        format!("{} stuck; nothing works on {given_up} of them", count(trips.len(), "trip"));
    if *more > 0 {
        sum.push_str(&format!("; {more} in flight were not looked at: see --limit"));
    }
    sum
}

fn events(waiting: &Waiting, option: &str, palette: Palette) -> String {
    let since = waiting.oldest.map(|oldest| age(SystemClock.now().since(oldest)));
    let since = since.map(|age| format!(", the oldest for {age}")).unwrap_or_default();
    let events = count(waiting.events, "event");
    let next = match &waiting.mend {
        Some(mend) => format!("the dispatcher is paused:\n  {}", palette.code(mend)),
        None => {
            let list = format!("trip outbox list{option}");
            format!(
                "the sweeper publishes them within minutes unless the bus refuses them:\n  {}",
                palette.code(list)
            )
        }
    };
    format!("{} to be published{since}; {next}", palette.busy(format!("{events} waiting")))
}
