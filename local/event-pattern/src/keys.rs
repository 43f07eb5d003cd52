//! The keys that patterns name. What stands under any other key of an event matches no path, so it
//! is passed over.

use std::cmp::Ordering;

/// The keys in the paths of some patterns: each once, the shorter before the longer, so that most
/// keys of an event are told from them by their length.
#[derive(Clone, Debug, Default)]
pub struct Keys(Vec<String>);

impl Keys {
    pub(crate) fn of_paths<'a>(paths: impl IntoIterator<Item = &'a str>) -> Self {
        Self::of(paths.into_iter().flat_map(parts).map(str::to_owned).collect())
    }

    pub(crate) fn union<'a>(all: impl IntoIterator<Item = &'a Self>) -> Self {
        Self::of(all.into_iter().flat_map(|keys| keys.0.iter().cloned()).collect())
    }

    fn of(mut keys: Vec<String>) -> Self {
        keys.sort_by(|one, other| in_order(one, other));
        keys.dedup();
        Self(keys)
    }

    /// Whether a pattern may ask for what is under this key of an event. A key with dots can be
    /// several of a path's keys.
    pub(crate) fn may_lead_on(&self, key: &str) -> bool {
        self.contain(key) || key.contains('.') && parts(key).all(|key| self.contain(key))
    }

    /// Whether an empty key may.
    pub(crate) fn has_empty(&self) -> bool {
        self.contain("")
    }

    fn contain(&self, key: &str) -> bool {
        self.0.binary_search_by(|one| in_order(one, key)).is_ok()
    }
}

fn in_order(one: &str, other: &str) -> Ordering {
    one.len().cmp(&other.len()).then_with(|| one.cmp(other))
}

/// The keys that a path joins. As Java splits a text, empty keys at its end are left out.
fn parts(path: &str) -> impl Iterator<Item = &str> {
    let significant = path.trim_end_matches('.');
    let has_any = path.is_empty() || !significant.is_empty();
    has_any.then(|| significant.split('.')).into_iter().flatten()
}
