//! What must hold between the write table and the search view: every trip has one row with the same
//! content. Pure: rows in, differences out, each with the command that repairs it.

use std::collections::{BTreeMap, BTreeSet};

use lambda_kit::error::chain;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::UnreadableItem;
use store::view::SearchRow;

use crate::hint;

/// The field that distinguishes a late row from a wrong one.
const VERSION: &str = "version";

/// The content of one of the tables for a trip, if it can be read.
pub type Said = Result<SearchRow, UnreadableItem>;

/// One difference between the view and a trip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// The trip's id, from the items' keys.
    pub trip_id: String,
    /// The difference.
    #[serde(flatten)]
    pub kind: Kind,
    /// The command that repairs it; for a trip that cannot be read, the command that shows it.
    pub mend: String,
}

/// How a row may differ from its trip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "difference", rename_all = "snake_case")]
pub enum Kind {
    /// The trip has no row.
    MissingRow {
        /// The version that the row should show.
        version: u64,
    },
    /// The row has no trip.
    ExtraRow {
        /// The version that the row shows; absent if it cannot be read.
        #[serde(skip_serializing_if = "Option::is_none")]
        version: Option<u64>,
    },
    /// The row shows an older version of the trip.
    StaleVersion {
        /// The row's version.
        view: u64,
        /// The trip's version.
        trip: u64,
    },
    /// The row shows a version that the trip has not reached. Until it does, the row does not
    /// change.
    AheadVersion {
        /// The row's version.
        view: u64,
        /// The trip's version.
        trip: u64,
    },
    /// A field has another value.
    Field {
        /// The field's name in the row.
        field: String,
        /// The row's value; null if it has none.
        view: Value,
        /// The trip's value; null if it has none.
        trip: Value,
    },
    /// This release cannot read the row.
    UnreadableRow {
        /// Why.
        reason: String,
    },
    /// This release cannot read the trip, so it cannot say what the row should be.
    UnreadableTrip {
        /// Why.
        reason: String,
    },
}

/// Compares trips with the rows of the view, in any order; the differences are in the order of the
/// trips' ids. Where one id comes twice, the last counts.
///
/// # Errors
/// When a row cannot be written as JSON; none of our rows causes that.
pub fn compare(
    trips: impl IntoIterator<Item = Said>,
    rows: impl IntoIterator<Item = Said>,
) -> serde_json::Result<Vec<Difference>> {
    let mut pairs: BTreeMap<String, (Option<Said>, Option<Said>)> = BTreeMap::new();
    for trip in trips {
        let pair = pairs.entry(id(&trip)).or_default();
        pair.0 = Some(trip);
    }
    for row in rows {
        let pair = pairs.entry(id(&row)).or_default();
        pair.1 = Some(row);
    }
    let found = pairs.values().map(|(trip, row)| compare_one(trip.as_ref(), row.as_ref()));
    Ok(found.collect::<serde_json::Result<Vec<_>>>()?.into_iter().flatten().collect())
}

/// Compares one trip with its row.
///
/// # Errors
/// As [`compare`].
pub fn compare_one(trip: Option<&Said>, row: Option<&Said>) -> serde_json::Result<Vec<Difference>> {
    let Some(present) = trip.or(row) else { return Ok(Vec::new()) };
    let kinds = match (trip, row) {
        (Some(Err(item)), _) => vec![Kind::UnreadableTrip { reason: chain(&item.source) }],
        (Some(Ok(trip)), Some(Ok(row))) => fields(trip, row)?,
        (Some(Ok(_)), Some(Err(item))) => vec![Kind::UnreadableRow { reason: chain(&item.source) }],
        (Some(Ok(trip)), None) => vec![Kind::MissingRow { version: trip.version }],
        (None, row) => vec![without_trip(row)],
    };
    Ok(Difference::all(&id(present), kinds))
}

impl Difference {
    /// The differences of one trip, with the commands that repair them: the first explains the
    /// others.
    #[must_use]
    pub fn all(trip_id: &str, kinds: Vec<Kind>) -> Vec<Self> {
        let mend = kinds.first().map(|kind| kind.mend(trip_id)).unwrap_or_default();
        let difference = |kind| Self { trip_id: trip_id.to_owned(), kind, mend: mend.clone() };
        kinds.into_iter().map(difference).collect()
    }
}

impl Kind {
    fn mend(&self, trip_id: &str) -> String {
        match self {
            Self::MissingRow { .. } | Self::StaleVersion { .. } => hint::rebuild(trip_id, ""),
            Self::ExtraRow { .. } => hint::rebuild(trip_id, hint::REMOVE),
            Self::AheadVersion { .. } | Self::Field { .. } | Self::UnreadableRow { .. } => {
                hint::rebuild(trip_id, hint::FORCE)
            }
            Self::UnreadableTrip { .. } => hint::look_at_trip(trip_id),
        }
    }
}

fn id(said: &Said) -> String {
    match said {
        Ok(row) => row.trip_id.to_string(),
        Err(item) => item.trip_id.clone(),
    }
}

fn without_trip(row: Option<&Said>) -> Kind {
    Kind::ExtraRow { version: row.and_then(|row| Some(row.as_ref().ok()?.version)) }
}

/// Each field that differs; the version first if it explains the others.
fn fields(trip: &SearchRow, row: &SearchRow) -> serde_json::Result<Vec<Kind>> {
    let mut kinds: Vec<_> = versions(trip.version, row.version).into_iter().collect();
    let (trip, row) = (object(trip)?, object(row)?);
    let names: BTreeSet<_> = trip.keys().chain(row.keys()).collect();
    for field in names.into_iter().filter(|field| *field != VERSION) {
        let (trip, view) = (value(&trip, field), value(&row, field));
        if trip != view {
            kinds.push(Kind::Field { field: field.clone(), view, trip });
        }
    }
    Ok(kinds)
}

fn versions(trip: u64, view: u64) -> Option<Kind> {
    match view.cmp(&trip) {
        std::cmp::Ordering::Less => Some(Kind::StaleVersion { view, trip }),
        std::cmp::Ordering::Equal => None,
        std::cmp::Ordering::Greater => Some(Kind::AheadVersion { view, trip }),
    }
}

fn object(row: &SearchRow) -> serde_json::Result<Map<String, Value>> {
    serde_json::from_value(serde_json::to_value(row)?)
}

fn value(row: &Map<String, Value>, field: &str) -> Value {
    row.get(field).cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests;
