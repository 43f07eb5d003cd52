//! The file of events that could not be delivered.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Serialize;
use serde_json::value::RawValue;

/// A file that is only appended to. It is made for the first dead letter.
pub(super) struct DeadLetters(PathBuf);

/// An event that could not be delivered: one line of the file.
#[derive(Serialize)]
pub(super) struct DeadLetter<'a> {
    /// Its position in the archive.
    pub(super) position: i64,
    /// How often it was sent.
    pub(super) attempts: u32,
    /// What happened last.
    pub(super) error: &'a str,
    /// The event as it was sent.
    pub(super) event: &'a RawValue,
}

impl DeadLetters {
    pub(super) fn at(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// Appends a dead letter. It is on disk when this returns.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(super) fn add(&self, letter: &DeadLetter<'_>) -> anyhow::Result<()> {
        let line = serde_json::to_string(letter)? + "\n";
        self.append(line.as_bytes()).with_context(|| {
            let (path, position) = (self.0.display(), letter.position);
            format!("cannot write the dead letter at position {position} to {path}")
        })
    }

    fn append(&self, line: &[u8]) -> io::Result<()> {
        let mut file = OpenOptions::new().append(true).create(true).open(&self.0)?;
        file.write_all(line)?;
        file.sync_data()
    }
}
