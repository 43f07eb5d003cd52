//! The captured records, read when the command line is: a file that is none is asked wrongly.

use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;

use stream_replay::Capture;

/// Standard input in place of a file.
const STDIN: &str = "-";

/// Reads a file's captured records.
pub(super) fn read(path: &str) -> Result<Arc<Capture>, String> {
    let mut text = String::new();
    let read = match path {
        STDIN => io::stdin().read_to_string(&mut text),
        path => File::open(path).and_then(|mut file| file.read_to_string(&mut text)),
    };
    read.map_err(|error| format!("cannot read it: {error}"))?;
    Capture::parse(&text).map(Arc::new).map_err(|error| error.to_string())
}
