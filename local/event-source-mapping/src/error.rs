//! The failure of a store that a mapping depends on, and errors with their causes in one line.

use std::error::Error;

/// A store failed. The mapping tries again.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The store of positions.
    #[error("the store of positions failed")]
    Positions(#[source] Box<dyn Error + Send + Sync>),
    /// The store of discarded batches.
    #[error("the on-failure destination failed")]
    Destination(#[source] Box<dyn Error + Send + Sync>),
}

impl StorageError {
    /// With the own error of the store of positions.
    pub fn positions(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Positions(source.into())
    }

    /// With the destination's own error.
    pub fn destination(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Destination(source.into())
    }
}

/// The error and everything that caused it.
pub(crate) fn with_causes(error: &dyn Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        line = format!("{line}: {error}");
        cause = error.source();
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_told_with_its_causes() {
        let error = StorageError::positions(StorageError::positions("disk full"));
        let store = "the store of positions failed";
        assert_eq!(with_causes(&error), format!("{store}: {store}: disk full"));
    }
}
