//! The alternatives of a pattern: the result of multiplying out its choices. Each is a plain
//! pattern, with one list of values per path, that `quamina` accepts unchanged.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::invalid::{InvalidPattern, refused, unsupported};

/// The most alternatives of one pattern. Source: "Using $or" in the EventBridge user guide.
const MOST_ALTERNATIVES: usize = 1000;

/// The keys from the root to a leaf.
pub(crate) type Path = Vec<String>;

/// A pattern without choices: an event matches when each path holds one of its values.
#[derive(Clone, Debug, Default)]
pub(crate) struct Alternative(BTreeMap<Path, Vec<Value>>);

/// What matches both one of `left` and one of `right`.
pub(crate) fn every(
    left: &[Alternative],
    right: &[Alternative],
) -> Result<Vec<Alternative>, InvalidPattern> {
    if left.len() * right.len() > MOST_ALTERNATIVES {
        return Err(too_many());
    }
    let pairs = left.iter().flat_map(|left| right.iter().map(move |right| (left, right)));
    pairs.map(|(left, right)| left.and(right)).collect()
}

/// What matches one of the `branches`.
pub(crate) fn either(
    branches: impl Iterator<Item = Result<Vec<Alternative>, InvalidPattern>>,
) -> Result<Vec<Alternative>, InvalidPattern> {
    let mut all = Vec::new();
    for branch in branches {
        all.extend(branch?);
        if all.len() > MOST_ALTERNATIVES {
            return Err(too_many());
        }
    }
    Ok(all)
}

impl Alternative {
    /// One path that holds one of `values`.
    pub(crate) fn leaf(path: Path, values: Vec<Value>) -> Self {
        Self(BTreeMap::from([(path, values)]))
    }

    fn and(&self, other: &Self) -> Result<Self, InvalidPattern> {
        let mut both = self.clone();
        for (path, values) in &other.0 {
            if both.0.insert(path.clone(), values.clone()).is_some() {
                return Err(unsupported(format!("{} given twice", path.join("."))));
            }
        }
        Ok(both)
    }

    /// The pattern as the nested object that `quamina` reads.
    pub(crate) fn render(self) -> Result<Value, InvalidPattern> {
        let mut root = Map::new();
        for (path, values) in self.0 {
            let place = path.join(".");
            insert(&mut root, path.into_iter(), values).ok_or_else(|| {
                unsupported(format!("{place} under a path that has values of its own"))
            })?;
        }
        Ok(Value::Object(root))
    }
}

/// Puts `values` at the end of `path`; `None` when there is already a value on the way. Paths come
/// in order, so a path comes after each of its prefixes.
fn insert(
    object: &mut Map<String, Value>,
    mut path: impl Iterator<Item = String>,
    values: Vec<Value>,
) -> Option<()> {
    let mut place = object.entry(path.next()?).or_insert_with(empty);
    for key in path {
        place = place.as_object_mut()?.entry(key).or_insert_with(empty);
    }
    *place = Value::Array(values);
    Some(())
}

fn empty() -> Value {
    Value::Object(Map::new())
}

fn too_many() -> InvalidPattern {
    refused(format!("more than {MOST_ALTERNATIVES} combinations of $or"))
}
