//! What can go wrong in the engine outside the requests it serves.

use std::path::{Path, PathBuf};

/// A failure of the engine itself. A failed request is answered to its client.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The engine needs its file's path as UTF-8.
    #[error("the database path is not UTF-8: {}", .0.display())]
    Path(PathBuf),
    /// The file could not be opened, or is not a database of this engine.
    #[error("cannot open the database {}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Why it failed.
        source: dynoxide::DynoxideError,
    },
    /// Stream records could not be indexed or trimmed, or expired items not be found.
    #[error("the database cannot be maintained")]
    Maintenance(#[from] rusqlite::Error),
    /// The text is not a sequence number of this engine.
    #[error("{0:?} is not a sequence number of this engine")]
    SequenceNumber(String),
    /// Expired items could not be deleted.
    #[error("expired items cannot be deleted")]
    Sweep(#[source] dynoxide::DynoxideError),
    /// The server's threads or its listener failed.
    #[error("the DynamoDB server cannot run")]
    Start(#[from] std::io::Error),
    /// The server stopped by itself.
    #[error("the DynamoDB server stopped: {0}")]
    Stopped(String),
}

impl EngineError {
    pub(crate) fn open(path: &Path, source: dynoxide::DynoxideError) -> Self {
        let path = path.to_path_buf();
        Self::Open { path, source }
    }
}
