//! Brings the search view up to the write table.

use domain::TripId;
use projector::{Damage, Left, Rebuilt};
use serde::Serialize;

use crate::failure::NotFound;
use crate::{Installation, audit, hint};

pub use projector::Powers;

/// What a rebuild did, or would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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

/// Brings one trip's row up to the write table.
///
/// # Errors
/// [`NotFound`] if there is neither a trip nor a row; or when a table cannot be read or written.
pub async fn one(at: &Installation, trip: &TripId, powers: Powers) -> anyhow::Result<Report> {
    let rebuilt = rebuild(at, powers).one(trip).await;
    let rebuilt = rebuilt.map_err(|error| at.place().unstored(error))?;
    let rebuilt = rebuilt.ok_or_else(|| NotFound::trip(trip))?;
    Ok(told(at, trip.as_str(), rebuilt, powers))
}

/// Brings all rows up to the write table; `progress` is told what is done so far.
///
/// # Errors
/// When a table cannot be read or written. What was written stays written.
pub async fn all(
    at: &Installation,
    powers: Powers,
    progress: impl FnMut(&Rebuilt),
) -> anyhow::Result<Report> {
    let rebuilt = rebuild(at, powers).all(progress).await;
    let rebuilt = rebuilt.map_err(|error| at.place().unstored(error))?;
    Ok(told(at, "the view", rebuilt, powers))
}

fn rebuild(at: &Installation, powers: Powers) -> projector::Rebuild {
    projector::Rebuild::new(at.trips.clone(), at.view.clone(), powers)
}

fn told(at: &Installation, subject: &str, rebuilt: Rebuilt, powers: Powers) -> Report {
    if !powers.dry_run {
        let Rebuilt { written, removed, .. } = rebuilt;
        audit::note(at, "rebuild", subject, format!("{written} rows written, {removed} removed"));
    }
    Report::of(rebuilt, powers.dry_run, &at.place().option())
}
