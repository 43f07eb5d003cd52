//! How the search view follows the table.

/// How the search view follows the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Following {
    /// It has seen nothing yet.
    NotBegun,
    /// Its projector is paused.
    Paused,
    /// It is so many milliseconds behind; zero if it has caught up.
    Behind(u64),
}
