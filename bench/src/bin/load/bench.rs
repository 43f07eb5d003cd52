//! What is measured, and where.

use std::path::PathBuf;

/// What every measurement needs.
pub struct Bench {
    /// The command to measure.
    pub trip: PathBuf,
    /// Where the systems keep their files.
    pub parent: PathBuf,
    /// Whether figures are printed as JSON.
    pub json: bool,
}

impl Bench {
    /// An empty directory for a system.
    pub fn directory(&self) -> std::io::Result<tempfile::TempDir> {
        tempfile::TempDir::with_prefix_in("load-", &self.parent)
    }
}
