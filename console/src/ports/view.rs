//! How the search view follows the table.

use async_trait::async_trait;
use domain::Timestamp;

/// Looks at how the search view follows the table.
#[async_trait]
pub trait View: Send + Sync {
    /// How it follows at this time, while so many trips are in flight.
    ///
    /// # Errors
    /// When that cannot be read.
    async fn following(&self, now: Timestamp, in_flight: u64) -> anyhow::Result<Following>;
}

/// How the search view follows the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Following {
    /// It has seen nothing yet.
    NotBegun,
    /// Its projector is paused.
    Paused,
    /// Its projector cannot process its batches.
    Failing,
    /// It is so many milliseconds behind; zero if it has caught up.
    Behind(u64),
    /// It shows the last change of every trip in flight that was looked at.
    InStep,
}
