//! How a row of the view may differ from its trip, and which differences are lag.

use std::fmt;

use lambda_kit::error::chain;
use store::view::{Held, SearchRow};

/// What is wrong with a row, apart from lag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Damage {
    /// It has its trip's version but other content.
    Wrong,
    /// Its version is higher than its trip's: the projector skips every change of the trip until
    /// the trip has caught up.
    Ahead,
    /// This release cannot read it, for this reason.
    Unreadable(String),
    /// It has no trip.
    Orphan,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wrong => f.write_str("the row says something else than its trip"),
            Self::Ahead => f.write_str("the row is ahead of its trip"),
            Self::Unreadable(reason) => write!(f, "the row cannot be read: {reason}"),
            Self::Orphan => f.write_str("the row has no trip"),
        }
    }
}

/// How a row differs from its trip.
#[expect(
    clippy::large_enum_variant,
    reason = "one at a time, for a moment: no allocation is saved"
)]
#[derive(Debug)]
pub(super) enum Gap {
    /// The row is missing or older: the projector catches up by itself.
    Behind(SearchRow),
    /// The row is wrong but not older.
    Damaged { trip: SearchRow, held: Held, damage: Damage },
    /// There is no trip.
    Orphan(Held),
}

impl Gap {
    /// Compares the trip in the write table with the row in the view.
    pub(super) fn between(trip: Option<SearchRow>, held: Option<Held>) -> Option<Self> {
        match (trip, held) {
            (None, None) => None,
            (Some(trip), None) => Some(Self::Behind(trip)),
            (None, Some(held)) => Some(Self::Orphan(held)),
            (Some(trip), Some(held)) => Self::of(trip, held),
        }
    }

    fn of(trip: SearchRow, held: Held) -> Option<Self> {
        if held.version().is_some_and(|version| version < trip.version) {
            return Some(Self::Behind(trip));
        }
        let damage = match &held.row {
            Ok(row) if *row == trip => return None,
            Ok(row) if row.version > trip.version => Damage::Ahead,
            Ok(_) => Damage::Wrong,
            Err(item) => Damage::Unreadable(chain(&item.source)),
        };
        Some(Self::Damaged { trip, held, damage })
    }
}

/// Whether the view shows this trip.
pub(super) fn is_shown(trip: Option<&SearchRow>, held: Option<&Held>) -> bool {
    let row = held.and_then(|held| held.row.as_ref().ok());
    trip.is_some_and(|trip| row == Some(trip))
}
