//! A capture as text: a record a line, or the event that Lambda hands to a function.

use std::io::{self, Write};

use serde_json::{Map, Value};

use super::Capture;
use crate::captured::Captured;

/// A file cannot be read as a capture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {kind}")]
pub struct FileError {
    /// The line or the record, counted from 1: `line 3`.
    pub place: String,
    /// What is wrong there.
    pub kind: FileErrorKind,
}

/// What is wrong with a capture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileErrorKind {
    /// There is nothing to replay.
    #[error("there is no record")]
    Empty,
    /// It cannot be read as JSON.
    #[error("not JSON: {0}")]
    NotJson(String),
    /// A record lacks this member, or it has another type.
    #[error("a stream record needs {0}")]
    Lacking(&'static str),
}

impl Capture {
    /// Reads any of three forms: a captured record a line, as [`Capture::write`] writes them; a
    /// record in Lambda's form a line; or one event, `{"Records": […]}`.
    ///
    /// ```
    /// use stream_replay::Capture;
    ///
    /// let record = r#"{"dynamodb": {"Keys": {"id": {"S": "1"}}, "SequenceNumber": "700"}}"#;
    /// let captured = format!(r#"{{"shard": "s", "sequence_number": "700", "record": {record}}}"#);
    /// let event = format!(r#"{{"Records": [{record}]}}"#);
    /// for text in [captured.as_str(), record, &event] {
    ///     assert_eq!(Capture::parse(text)?.0[0].sequence_number, "700");
    /// }
    /// let error = Capture::parse(r#"{"dynamodb": {"Keys": {}}}"#).unwrap_err();
    /// let needed = "line 1: a stream record needs dynamodb.SequenceNumber, a text";
    /// assert_eq!(error.to_string(), needed);
    /// # Ok::<(), stream_replay::FileError>(())
    /// ```
    ///
    /// # Errors
    /// When it has another form, a record lacks its keys or its sequence number, or there is no
    /// record.
    pub fn parse(text: &str) -> Result<Self, FileError> {
        let records: Vec<Captured> = match serde_json::from_str::<Event>(text) {
            Ok(event) => {
                let records = (1..).zip(event.records);
                let records =
                    records.map(|(n, record)| at(format!("record {n}"), of_lambda(record)));
                records.collect::<Result<_, _>>()?
            }
            Err(_) => {
                let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
                lines
                    .map(|(n, line)| at(format!("line {n}"), of_line(line)))
                    .collect::<Result<_, _>>()?
            }
        };
        if records.is_empty() {
            return at("the file".to_owned(), Err(FileErrorKind::Empty));
        }
        Ok(Self(records))
    }

    /// Writes a line of JSON a record: `{"shard": …, "sequence_number": …, "record": …}`.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&self, mut to: impl Write) -> io::Result<()> {
        self.0.iter().try_for_each(|captured| captured.write(&mut to))
    }
}

/// What Lambda hands to a function.
#[derive(serde::Deserialize)]
struct Event {
    #[serde(rename = "Records")]
    records: Vec<Value>,
}

fn at<T>(place: String, read: Result<T, FileErrorKind>) -> Result<T, FileError> {
    read.map_err(|kind| FileError { place, kind })
}

fn of_line(line: &str) -> Result<Captured, FileErrorKind> {
    let not_json = |error: serde_json::Error| FileErrorKind::NotJson(error.to_string());
    let mut line: Map<String, Value> = serde_json::from_str(line).map_err(not_json)?;
    let Some(record) = line.remove("record") else { return of_lambda(Value::Object(line)) };
    let shard = line.get("shard").and_then(Value::as_str).unwrap_or_default().to_owned();
    Ok(Captured { shard, ..of_lambda(record)? })
}

fn of_lambda(record: Value) -> Result<Captured, FileErrorKind> {
    let change = &record["dynamodb"];
    if !change["Keys"].is_object() {
        return Err(FileErrorKind::Lacking("dynamodb.Keys, an object"));
    }
    let number = change["SequenceNumber"].as_str().filter(|number| !number.is_empty());
    let number = number.ok_or(FileErrorKind::Lacking("dynamodb.SequenceNumber, a text"))?;
    Ok(Captured { shard: String::new(), sequence_number: number.to_owned(), record })
}
