//! A record that was captured, and its line in a file.

use std::io::{self, Write};

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A record of a stream, and where it stood there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Captured {
    /// The shard's id. Empty in a capture of records that were kept without it.
    pub shard: String,
    /// Its place in the shard; see [`rank`](crate::rank).
    pub sequence_number: String,
    /// As Lambda hands it to a function.
    pub record: Value,
}

impl Captured {
    /// Writes it as one line of JSON.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&self, mut to: impl Write) -> io::Result<()> {
        serde_json::to_writer(&mut to, self)?;
        to.write_all(b"\n")
    }
}
