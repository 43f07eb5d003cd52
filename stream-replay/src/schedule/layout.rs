//! Lays the records of a stream out in shards, in an order that a stream may give them.

use std::collections::BTreeMap;

use rand::Rng;
use rand::rngs::StdRng;
use serde_json::Value;

use super::shard::Shard;
use super::{Disturbance, Plan};

/// Most shards that the stream begins with, and most that follow one another.
const ROOTS: usize = 3;
const GENERATIONS: usize = 3;

/// The shards, a parent before its children. Records that belong together stay together and in
/// order: those of one item, and without [`Disturbance::Reorder`] those of one partition key, or
/// all where the key's name is not known.
pub(super) fn shards(records: &[&Value], plan: &Plan, random: &mut StdRng) -> Vec<Shard> {
    let reorder = plan.disturbances.include(Disturbance::Reorder);
    let families: Vec<String> = records.iter().map(|record| family(record, plan)).collect();
    let mut order: Vec<usize> = (0..records.len()).collect();
    if reorder {
        order = shuffle(&families, random);
    }
    let mut layout = Layout { families: &families, shards: Vec::new(), random };
    if plan.disturbances.include(Disturbance::Roll) {
        let roots = layout.random.random_range(1..=ROOTS);
        for (number, root) in layout.divide(&order, roots).into_iter().enumerate() {
            layout.grow(number.to_string(), None, root, GENERATIONS);
        }
    } else {
        layout.shards.push(Shard::new("0".to_owned(), None, order));
    }
    layout.shards
}

/// What keeps its order: an item, a partition, or everything.
fn family(record: &Value, plan: &Plan) -> String {
    let keys = &record["dynamodb"]["Keys"];
    match &plan.partition_key {
        _ if plan.disturbances.include(Disturbance::Reorder) => item(keys),
        Some(name) => keys[name.as_str()].to_string(),
        None => String::new(),
    }
}

/// The keys in an order of their names: JSON has none.
fn item(keys: &Value) -> String {
    let keys = keys.as_object().into_iter().flatten();
    let keys: BTreeMap<_, _> = keys.map(|(name, value)| (name, value.to_string())).collect();
    format!("{keys:?}")
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
