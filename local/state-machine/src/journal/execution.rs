//! One execution in the journal.

use jiff::Timestamp;
use rusqlite::Row;

use super::columns::Millis;
use crate::api::Status;
use crate::interpret::Position;

#[derive(Debug, Clone)]
pub(crate) struct Execution {
    pub(crate) arn: String,
    pub(crate) machine_arn: String,
    pub(crate) name: String,
    /// The input exactly as it was sent: a second start is compared with it.
    pub(crate) input: String,
    pub(crate) trace_header: Option<String>,
    pub(crate) started: Timestamp,
    pub(crate) status: Status,
    pub(crate) position: Position,
    pub(crate) stopped: Option<Timestamp>,
    pub(crate) output: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) cause: Option<String>,
    pub(crate) redrive_count: u32,
    pub(crate) redriven: Option<Timestamp>,
}

impl Execution {
    pub(super) fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let time = |column| {
            Ok::<_, rusqlite::Error>(row.get::<_, Option<Millis>>(column)?.map(|millis| millis.0))
        };
        Ok(Self {
            arn: row.get("arn")?,
            machine_arn: row.get("machine_arn")?,
            name: row.get("name")?,
            input: row.get("input")?,
            trace_header: row.get("trace_header")?,
            started: row.get::<_, Millis>("started")?.0,
            status: row.get("status")?,
            position: row.get("position")?,
            stopped: time("stopped")?,
            output: row.get("output")?,
            error: row.get("error")?,
            cause: row.get("cause")?,
            redrive_count: row.get("redrive_count")?,
            redriven: time("redriven")?,
        })
    }
}
