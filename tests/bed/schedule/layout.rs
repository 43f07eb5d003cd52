//! Lays the records of a stream out in shards, in an order that a stream may give them.

use std::collections::BTreeMap;

use rand::Rng;
use rand::rngs::StdRng;
use serde_json::Value;

use super::shard::Shard;
use super::{Disturbance, Disturbances};

/// Most shards that the stream begins with, and most that follow one another.
const ROOTS: usize = 3;
const GENERATIONS: usize = 3;

/// The shards, a parent before its children. Records that belong together stay together and in
/// order: those of one item, and without [`Disturbance::Reorder`] those of one partition key.
pub(super) fn shards(
    records: &[&Value],
    disturbances: &Disturbances,
    random: &mut StdRng,
) -> Vec<Shard> {
    let reorder = disturbances.include(Disturbance::Reorder);
    let families: Vec<String> = records.iter().map(|record| family(record, reorder)).collect();
    let mut order: Vec<usize> = (0..records.len()).collect();
    if reorder {
        order = shuffle(&families, random);
    }
    let mut layout = Layout { families: &families, shards: Vec::new(), random };
    if disturbances.include(Disturbance::Roll) {
        let roots = layout.random.random_range(1..=ROOTS);
        for (number, root) in layout.divide(&order, roots).into_iter().enumerate() {
            layout.grow(number.to_string(), None, root, GENERATIONS);
        }
    } else {
        layout.shards.push(Shard::new("0".to_owned(), None, order));
    }
    layout.shards
}

/// What keeps its order: a partition, or only an item.
fn family(record: &Value, by_item: bool) -> String {
    let key = |name: &str| record["dynamodb"]["Keys"][name]["S"].as_str().unwrap_or_default();
    if by_item { format!("{} {}", key("PK"), key("SK")) } else { key("PK").to_owned() }
}

/// Families drawn at random, the next record of the family each time.
fn shuffle(families: &[String], random: &mut StdRng) -> Vec<usize> {
    let mut left = BTreeMap::<&str, Vec<usize>>::new();
    for (record, family) in families.iter().enumerate().rev() {
        left.entry(family).or_default().push(record);
    }
    let mut left: Vec<Vec<usize>> = left.into_values().collect();
    let mut order = Vec::with_capacity(families.len());
    while !left.is_empty() {
        let drawn = random.random_range(0..left.len());
        order.extend(left[drawn].pop());
        left.retain(|family| !family.is_empty());
    }
    order
}

struct Layout<'a> {
    families: &'a [String],
    shards: Vec<Shard>,
    random: &'a mut StdRng,
}

impl Layout<'_> {
    /// A shard with some of the records, and its descendants with the rest.
    fn grow(&mut self, name: String, parent: Option<usize>, records: Vec<usize>, left: usize) {
        let kept = match left {
            1 => records.len(),
            _ => self.random.random_range(0..=records.len()),
        };
        let (own, rest) = records.split_at(kept);
        let place = self.shards.len();
        self.shards.push(Shard::new(name.clone(), parent, own.to_vec()));
        if rest.is_empty() {
            return;
        }
        let children = self.random.random_range(1..=2);
        for (number, records) in self.divide(rest, children).into_iter().enumerate() {
            self.grow(format!("{name}.{number}"), Some(place), records, left - 1);
        }
    }

    /// The records in so many parts, each family in one of them.
    fn divide(&mut self, records: &[usize], parts: usize) -> Vec<Vec<usize>> {
        let mut homes = BTreeMap::<&str, usize>::new();
        let mut divided = vec![Vec::new(); parts];
        for &record in records {
            let drawn = self.random.random_range(0..parts);
            divided[*homes.entry(&self.families[record]).or_insert(drawn)].push(record);
        }
        divided
    }
}
