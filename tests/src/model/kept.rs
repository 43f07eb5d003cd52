//! A shared value whose hash is taken once: a state of the model is cloned and hashed millions of
//! times, and a trip is large.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

/// A value that does not change any more.
pub(super) struct Kept<T> {
    value: Arc<T>,
    hash: u64,
}

impl<T: Hash> Kept<T> {
    pub(super) fn new(value: T) -> Self {
        // Begins the same each time, so that a run can be repeated.
        let mut hasher = DefaultHasher::new();
        value.hash(&mut hasher);
        Self { value: Arc::new(value), hash: hasher.finish() }
    }
}

impl<T> Clone for Kept<T> {
    fn clone(&self) -> Self {
        Self { value: Arc::clone(&self.value), hash: self.hash }
    }
}

impl<T> Deref for Kept<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: PartialEq> PartialEq for Kept<T> {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash && (Arc::ptr_eq(&self.value, &other.value) || **self == **other)
    }
}

impl<T: Eq> Eq for Kept<T> {}

impl<T> Hash for Kept<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

impl<T: fmt::Debug> fmt::Debug for Kept<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}
