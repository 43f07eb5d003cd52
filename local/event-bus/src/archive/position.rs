//! Positions in the archive.

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use rusqlite::ToSql;
use rusqlite::types::{FromSql, FromSqlResult, ToSqlOutput, ValueRef};
use serde::{Deserialize, Serialize};

/// A position in the archive. Later events have greater positions; a position is never used twice,
/// and there may be gaps. A subscriber that stores the position of the last event that it has
/// processed can continue from there.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Position(i64);

impl Position {
    /// The position before the first event.
    pub const START: Self = Self(0);

    /// A position that no event reaches.
    pub(super) const END: Self = Self(i64::MAX);

    /// The position just before this one.
    pub(crate) fn before(self) -> Self {
        Self(self.0.saturating_sub(1))
    }

    /// The position as the table has it.
    pub(crate) fn row_id(self) -> i64 {
        self.0
    }

    pub(super) fn from_row_id(row_id: i64) -> Self {
        Self(row_id)
    }
}

impl From<i64> for Position {
    fn from(position: i64) -> Self {
        Self(position)
    }
}

impl From<Position> for i64 {
    fn from(position: Position) -> Self {
        position.0
    }
}

impl FromStr for Position {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        text.parse().map(Self)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl ToSql for Position {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

impl FromSql for Position {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        i64::column_result(value).map(Self)
    }
}
