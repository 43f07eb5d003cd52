//! What is stuck, as it is shown.

use domain::{Clock, Timestamp};
use lambda_kit::clock::SystemClock;
use serde::Serialize;

use crate::commands::in_flight::Work;
use crate::operator::history::Fault;
use crate::palette::Palette;
use crate::render::{Table, age, count, outside};

/// Everything that is stuck.
#[derive(Serialize)]
pub(super) struct Report {
    /// The oldest trips.
    trips: Vec<Work>,
    /// How many more there are.
    more: usize,
    /// The events that wait for too long, if there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pending: Option<Waiting>,
    #[serde(skip)]
    option: String,
}

/// Events that wait to be published.
#[derive(Serialize)]
pub(super) struct Waiting {
    pub(super) events: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) oldest: Option<Timestamp>,
    /// The state of the dispatcher's mapping, in Lambda's words.
    pub(super) dispatcher: String,
    /// The command that lets them go, if one does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mend: Option<String>,
}

impl Report {
    pub(super) fn of(
        trips: Vec<Work>,
        all: usize,
        pending: Option<Waiting>,
        option: String,
    ) -> Self {
        let more = all.saturating_sub(trips.len());
        // Trips that ended meanwhile are no more than were left out by a limit.
        let more = if trips.is_empty() { 0 } else { more };
        Self { trips, more, pending, option }
    }

    pub(super) fn is_clean(&self) -> bool {
        self.trips.is_empty() && self.pending.is_none()
    }

    pub(super) fn text(&self, palette: Palette) -> String {
        if self.is_clean() {
            return palette.good("nothing is stuck");
        }
        let mut blocks = Vec::new();
        if !self.trips.is_empty() {
            blocks.push(self.table(palette));
            blocks.push(self.sum());
        }
        blocks.extend(self.pending.as_ref().map(|waiting| waiting.text(&self.option, palette)));
        blocks.join("\n\n")
    }

    fn table(&self, palette: Palette) -> String {
        let header = ["TRIP", "STATUS", "AGE", "STEP", "LAST ERROR", "NEXT"];
        let mut table = Table::with_header(header, palette);
        for work in &self.trips {
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

    fn sum(&self) -> String {
        let given_up = self.trips.iter().filter(|work| work.given_up).count();
        let trips = count(self.trips.len() + self.more, "trip");
        let mut sum =
            format!("{trips} in flight for too long; nothing works on {given_up} of them");
        if self.more > 0 {
            sum.push_str(&format!("; {} were not looked at: see --limit", self.more));
        }
        sum
    }
}

impl Waiting {
    fn text(&self, option: &str, palette: Palette) -> String {
        let since = self.oldest.map(|oldest| age(SystemClock.now().since(oldest)));
        let since = since.map(|age| format!(", the oldest for {age}")).unwrap_or_default();
        let events = count(self.events, "event");
        let next = match &self.mend {
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
}
