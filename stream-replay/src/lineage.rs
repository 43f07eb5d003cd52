//! The family tree of a stream's shards: a shard is read after its parent has been read to its end.

use std::collections::BTreeSet;

use crate::stream::Shard;

/// Which shards exist, and which of them have been started and finished.
#[derive(Debug, Default)]
pub struct Lineage {
    listed: Vec<Shard>,
    started: BTreeSet<String>,
    finished: BTreeSet<String>,
}

impl Lineage {
    /// Updates the tree with the shards that the stream lists now.
    pub fn list(&mut self, shards: Vec<Shard>) {
        self.listed = shards;
    }

    /// The shards that may start: those whose parent is finished, or is no longer listed because
    /// all its records have been trimmed.
    #[must_use]
    pub fn ready(&self) -> Vec<String> {
        let waiting = self.listed.iter().filter(|shard| !self.started.contains(&shard.id));
        waiting.filter(|shard| self.parent_is_done(shard)).map(|shard| shard.id.clone()).collect()
    }

    /// Notes that a shard is being read.
    pub fn start(&mut self, shard: &str) {
        self.started.insert(shard.to_owned());
    }

    /// Notes that a shard has been read to its end.
    pub fn finish(&mut self, shard: &str) {
        self.finished.insert(shard.to_owned());
    }

    /// The shards that were started, the finished ones among them.
    #[must_use]
    pub fn started(&self) -> &BTreeSet<String> {
        &self.started
    }

    /// The shards that were read to their ends.
    #[must_use]
    pub fn finished(&self) -> &BTreeSet<String> {
        &self.finished
    }

    fn parent_is_done(&self, shard: &Shard) -> bool {
        let Some(parent) = &shard.parent else { return true };
        self.finished.contains(parent) || !self.listed.iter().any(|other| other.id == *parent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lineage(shards: &[(&str, Option<&str>)]) -> Lineage {
        let shard = |(id, parent): &(&str, Option<&str>)| Shard {
            id: (*id).to_owned(),
            parent: parent.map(str::to_owned),
            has_ended: false,
        };
        let mut lineage = Lineage::default();
        lineage.list(shards.iter().map(shard).collect());
        lineage
    }

    #[test]
    fn children_wait_for_their_own_parent() {
        let mut tree = lineage(&[
            ("d", Some("b")),
            ("b", Some("a")),
            ("c", Some("a")),
            ("a", None),
            ("x", None),
        ]);
        assert_eq!(tree.ready(), ["a", "x"]);
        tree.start("a");
        tree.start("x");
        assert_eq!(tree.ready(), [""; 0]);
        tree.finish("x");
        assert_eq!(tree.ready(), [""; 0]);
        tree.finish("a");
        assert_eq!(tree.ready(), ["b", "c"]);
        tree.start("b");
        tree.finish("b");
        assert_eq!(tree.ready(), ["d", "c"]);
    }

    #[test]
    fn a_shard_whose_parent_is_trimmed_away_is_ready() {
        assert_eq!(lineage(&[("b", Some("a"))]).ready(), ["b"]);
    }
}
