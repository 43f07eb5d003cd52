//! All orders in which two steps can take turns, but for those that nobody can tell apart.

use std::collections::BTreeMap;

/// A call, as far as others can notice it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Turn {
    /// The item that it is about.
    pub(super) item: String,
    /// Whether it writes there.
    pub(super) writes: bool,
}

impl Turn {
    /// Whether it matters which of two calls comes first.
    fn conflicts(&self, other: &Self) -> bool {
        self.item == other.item && (self.writes || other.writes)
    }
}

/// An order of turns: `true` is a turn of the second step.
pub(super) type Order = Vec<bool>;

/// One order for each way in which the calls of the one can meet those of the other: of orders that
/// differ only in calls that do not notice each other, the first.
pub(super) fn orders(first: &[Turn], second: &[Turn]) -> Vec<Order> {
    let mut kinds = BTreeMap::new();
    for order in mixes(first.len(), second.len()) {
        kinds.entry(meetings(first, second, &order)).or_insert(order);
    }
    kinds.into_values().collect()
}

/// Every order of so many turns of the first step and of the second.
fn mixes(first: usize, second: usize) -> Vec<Order> {
    if first == 0 || second == 0 {
        return vec![[vec![false; first], vec![true; second]].concat()];
    }
    let ending_with = |who: bool, mixes: Vec<Order>| {
        mixes.into_iter().map(move |order| [order, vec![who]].concat())
    };
    let first_last = ending_with(false, mixes(first - 1, second));
    first_last.chain(ending_with(true, mixes(first, second - 1))).collect()
}

/// For each two calls that notice each other, whether the first step's comes first.
fn meetings(first: &[Turn], second: &[Turn], order: &[bool]) -> Vec<bool> {
    let places = |who| {
        let of = move |(_, turn): &(usize, &bool)| **turn == who;
        order.iter().enumerate().filter(of).map(|(place, _)| place).collect::<Vec<_>>()
    };
    let (ours, theirs) = (places(false), places(true));
    let pairs = first
        .iter()
        .zip(&ours)
        .flat_map(|one| second.iter().zip(&theirs).map(move |other| (one, other)));
    let noticed = pairs.filter(|((turn, _), (other, _))| turn.conflicts(other));
    noticed.map(|((_, place), (_, other))| place < other).collect()
}

#[test]
fn turns_mix_in_every_way() {
    for (first, second, expected) in [(1, 1, 2), (2, 2, 6), (4, 4, 70), (4, 6, 210), (0, 3, 1)] {
        let mut found = mixes(first, second);
        found.sort();
        found.dedup();
        assert_eq!(found.len(), expected);
    }
}

#[test]
fn orders_that_nobody_can_tell_apart_are_tried_once() {
    let turn = |item: &str, writes| Turn { item: item.to_owned(), writes };
    let (read, write, elsewhere) = (turn("a", false), turn("a", true), turn("b", true));
    let count = |first: &[&Turn], second: &[&Turn]| {
        let owned = |turns: &[&Turn]| turns.iter().map(|turn| (*turn).clone()).collect::<Vec<_>>();
        orders(&owned(first), &owned(second)).len()
    };
    assert_eq!(count(&[&write], &[&write]), 2);
    assert_eq!(count(&[&read], &[&read]), 1);
    assert_eq!(count(&[&write], &[&elsewhere]), 1);
    assert_eq!(count(&[&read, &write], &[&read, &write]), 4);
}
