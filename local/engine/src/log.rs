//! The write-ahead log of the engine's file, and when it is on disk.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;
use std::sync::Arc;

/// SQLite's write-ahead log. Clones share it.
///
/// SQLite could sync it in every transaction, each of which would wait for the disk by itself. It
/// is synced here instead, once for all writes that wait for it.
#[derive(Clone)]
pub struct Log {
    /// None when nobody needs the writes after a power failure.
    file: Option<Arc<File>>,
}

impl Log {
    /// The log of the open database at `path`.
    pub(crate) fn of(path: &Path) -> io::Result<Self> {
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        let file = OpenOptions::new().write(true).open(log)?;
        Ok(Self { file: Some(Arc::new(file)) })
    }

    pub(crate) fn unsynced() -> Self {
        Self { file: None }
    }

    /// Returns once every write that was done before is on disk. Blocks.
    ///
    /// # Errors
    /// When the disk does not take them.
    pub fn sync(&self) -> io::Result<()> {
        self.file.as_ref().map_or(Ok(()), |file| file.sync_data())
    }
}
