//! Records cut into shards, as when a shard splits while items are written.

use std::hash::{DefaultHasher, Hash, Hasher};

use rand::Rng;
use rand::rngs::StdRng;
use serde_json::Value;
use testing::ScriptedStream;

use super::journal::item;

/// A stream's shards, parents before children.
#[derive(Clone)]
pub(super) struct Family(Vec<Shard>);

#[derive(Clone)]
struct Shard {
    id: &'static str,
    parent: Option<&'static str>,
    records: Vec<Value>,
}

impl Family {
    /// All records in one shard.
    pub(super) fn single(records: &[Value]) -> Self {
        Self(vec![Shard { id: "shard", parent: None, records: records.to_vec() }])
    }

    /// A shard that splits in two somewhere in the records, and one of the two that ends later and
    /// goes on in another. Of an item each record is in one line of descent.
    pub(super) fn split(records: &[Value], random: &mut StdRng) -> Self {
        let first = random.random_range(1..records.len() - 1);
        let second = random.random_range(first..records.len());
        let place = |(at, record): (usize, &Value)| match (at, is_left(record)) {
            (at, _) if at < first => "parent",
            (at, true) if at >= second => "grandchild",
            (_, true) => "left",
            (_, false) => "right",
        };
        let in_shard = |id: &str| {
            let placed = records.iter().enumerate().filter(|numbered| place(*numbered) == id);
            placed.map(|(_, record)| record.clone()).collect()
        };
        let tree = [
            ("parent", None),
            ("left", Some("parent")),
            ("right", Some("parent")),
            ("grandchild", Some("left")),
        ];
        Self(tree.map(|(id, parent)| Shard { id, parent, records: in_shard(id) }).into())
    }

    /// The stream of these shards. Those that have children are closed.
    pub(super) fn stream(&self) -> ScriptedStream {
        // Children are listed first: only what they say of their parents puts them behind these.
        let listed: Vec<_> = self.0.iter().rev().map(|shard| (shard.id, shard.parent)).collect();
        let stream = ScriptedStream::with_shards(&listed);
        for Shard { id, parent, records } in &self.0 {
            records.iter().for_each(|record| stream.append(id, record.clone()));
            parent.iter().for_each(|parent| stream.close(parent));
        }
        stream
    }

    /// The same shards with only those records.
    pub(super) fn of(&self, wanted: impl Fn(&Value) -> bool) -> Self {
        let mut family = self.clone();
        family.0.iter_mut().for_each(|shard| shard.records.retain(&wanted));
        family
    }

    /// Every record, the parents' before the children's.
    pub(super) fn records(&self) -> Vec<Value> {
        self.0.iter().flat_map(|shard| shard.records.clone()).collect()
    }

    pub(super) fn records_of(&self, shard: &str) -> &[Value] {
        self.0.iter().find(|found| found.id == shard).map_or(&[], |found| &found.records)
    }

    /// Each pair of a parent's and its child's records.
    pub(super) fn generations(&self) -> impl Iterator<Item = (&[Value], &[Value])> {
        let with_parent = |shard: &Shard| Some(self.records_of(shard.parent?));
        self.0.iter().filter_map(move |child| Some((with_parent(child)?, &child.records[..])))
    }
}

fn is_left(record: &Value) -> bool {
    let mut hasher = DefaultHasher::new();
    item(record).hash(&mut hasher);
    hasher.finish().is_multiple_of(2)
}
