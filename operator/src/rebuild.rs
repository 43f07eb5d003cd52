//! Brings the search view up to the write table.

use domain::TripId;
use projector::{Damage, Left, Rebuilt};
use serde::{Deserialize, Serialize};
use store::view::SearchView;

use crate::failure::NotFound;
use crate::pass::{Checkpoint, Found, How, Pass, Side, Told};
use crate::{Installation, Task, audit, hint};

pub use projector::Powers;

/// What a rebuild did, or would do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Whether nothing was written, whatever `written` and `removed` say.
    pub dry_run: bool,
    /// Trips that were read.
    pub read: usize,
    /// Rows that are written, or would be.
    pub written: usize,
    /// Rows that are left as they are, because they are right.
    pub unchanged: usize,
    /// Rows without a trip that are removed, or would be.
    pub removed: usize,
    /// Rows that are wrong but not replaced.
    pub left: Vec<Wrong>,
    /// Trips that cannot be read, and why.
    pub unreadable: Vec<String>,
}

/// A row that is wrong, the reason, and the command that repairs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wrong {
    /// The trip's id, from the row's key.
    pub trip_id: String,
    /// What is wrong.
    pub reason: String,
    /// The command.
    pub mend: String,
}

impl Report {
    /// The report of a rebuild; `option` is what a command needs to work on the same installation.
    #[must_use]
    pub fn of(rebuilt: Rebuilt, dry_run: bool, option: &str) -> Self {
        let Rebuilt { read, written, unchanged, removed, left, unreadable } = rebuilt;
        let left = left.into_iter().map(|left| Wrong::of(left, option)).collect();
        Self { dry_run, read, written, unchanged, removed, left, unreadable }
    }

    /// Whether the view matches the write table, as far as this can be known.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.left.is_empty() && self.unreadable.is_empty()
    }
}

impl Wrong {
    fn of(Left { trip_id, damage }: Left, option: &str) -> Self {
        let options = match damage {
            Damage::Wrong | Damage::Ahead | Damage::Unreadable(_) => hint::FORCE,
            Damage::Orphan => hint::REMOVE,
        };
        let mend = hint::with_option(&hint::rebuild(&trip_id, options), option);
        Self { trip_id, reason: damage.to_string(), mend }
    }
}

impl Found for Report {
    fn add(&mut self, more: Self) {
        self.dry_run = more.dry_run;
        self.read += more.read;
        self.written += more.written;
        self.unchanged += more.unchanged;
        self.removed += more.removed;
        self.left.extend(more.left);
        self.unreadable.extend(more.unreadable);
    }
}

/// Brings one trip's row in a view up to the write table.
///
/// # Errors
/// [`NotFound`] if there is neither a trip nor a row; or when a table cannot be read or written.
pub async fn one(
    at: &Installation,
    view: &SearchView,
    trip: &TripId,
    powers: Powers,
) -> anyhow::Result<Report> {
    let rebuilt = rebuild(at, view, powers).one(trip).await;
    let rebuilt = rebuilt.map_err(|error| at.place().unstored(error))?;
    let rebuilt = rebuilt.ok_or_else(|| NotFound::trip(trip))?;
    let report = Report::of(rebuilt, powers.dry_run, &at.option(view));
    note(at, &format!("{trip} in {}", view.table()), &report);
    Ok(report)
}

/// Brings all rows of a view up to the write table. It goes on `from` where an earlier rebuild was
/// cut off; `told` is told how far it is.
///
/// # Errors
/// When a table cannot be read or written, or `told` fails. What was written stays written.
pub fn all<'a>(
    at: &'a Installation,
    view: &'a SearchView,
    powers: Powers,
    how: How,
    from: Option<Checkpoint<Report>>,
    told: &'a Told<'a, Report>,
) -> Task<'a, Report> {
    Box::pin(async move {
        let Powers { force, remove_orphans, dry_run } = powers;
        let (rebuild, option) = (&rebuild(at, view, powers), &at.option(view));
        let name = format!(
            "rebuild {} force={force} remove_orphans={remove_orphans} dry_run={dry_run}",
            view.table()
        );
        let pass = Pass::new(at, &name, how, from, told)?;
        let report = &|rebuilt: Result<Rebuilt, _>| match rebuilt {
            Ok(rebuilt) => Ok(Report::of(rebuilt, dry_run, option)),
            Err(error) => Err(at.place().unstored(error)),
        };
        let trips = |read| async move { report(rebuild.trips(read).await) };
        pass.read(Side::Trips, |segment, after| at.trips.pages_of_trips(segment, after), trips)
            .await?;
        let rows = |read| async move { report(rebuild.rows(read).await) };
        pass.read(Side::Rows, |segment, after| view.pages_of_rows(segment, after), rows).await?;
        let report = Report { dry_run, ..pass.end() };
        note(at, view.table(), &report);
        Ok(report)
    })
}

fn rebuild(at: &Installation, view: &SearchView, powers: Powers) -> projector::Rebuild {
    projector::Rebuild::new(at.trips.clone(), view.clone(), powers)
}

fn note(at: &Installation, subject: &str, report: &Report) {
    if !report.dry_run {
        let Report { written, removed, .. } = report;
        audit::note(at, "rebuild", subject, format!("{written} rows written, {removed} removed"));
    }
}
