//! What can go wrong with the journal.

/// Why the journal could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// SQLite refused.
    #[error("the journal's database failed")]
    Database(#[from] rusqlite::Error),
    /// The file was written by another version of this program.
    #[error("the journal has schema version {0}, which this version does not read")]
    Version(i64),
    /// The writing thread could not be started.
    #[error("the journal's thread did not start")]
    Thread(#[from] std::io::Error),
    /// The writing thread has ended.
    #[error("the journal is closed")]
    Closed,
}
