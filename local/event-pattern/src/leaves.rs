//! An event as patterns see it: its leaves by path, and the place of each leaf in the event's
//! arrays.

use std::borrow::Cow;
use std::cell::OnceCell;

use crate::{address, numeric};

/// So many leaves are looked through one by one.
const FEW: usize = 64;

/// The leaves of an event: its texts, numbers, `true`, `false` and `null`. An empty object or array
/// has none. Made once, an event can be matched with any number of patterns.
#[derive(Debug)]
pub struct Event<'a> {
    leaves: Vec<Leaf<'a>>,
    /// The leaves in the order of their paths, where there are so many that a look at all of them
    /// takes longer than a search.
    by_path: OnceCell<Vec<usize>>,
    /// The paths of all leaves, one after the other.
    paths: String,
    /// The elements of arrays that hold leaves further down; the first stands for the event.
    elements: Vec<Element>,
}

/// One leaf.
#[derive(Debug)]
pub(crate) struct Leaf<'a> {
    /// The value as EventBridge compares it: a text in quotes, anything else as it is written.
    pub(crate) value: Cow<'a, str>,
    /// The innermost element of an array that holds it.
    pub(crate) element: usize,
    /// Whether an empty key is on the way to it.
    pub(crate) below_empty_key: bool,
    /// Where its path begins and ends in the paths of all leaves.
    pub(crate) path: (usize, usize),
    pub(crate) number: OnceCell<Option<f64>>,
}

/// An element of an array: an object, or another array.
#[derive(Debug)]
pub(crate) struct Element {
    pub(crate) parent: usize,
    pub(crate) place: Place,
}

/// Which array of the event's structure an element is in. Arrays of different objects are at one
/// place when they have the same path, so that the elements of one place exclude each other.
pub(crate) type Place = usize;

/// An array's place, and which element of it.
pub(crate) type Link = (Place, usize);

impl<'a> Event<'a> {
    pub(crate) fn new(leaves: Vec<Leaf<'a>>, paths: String, elements: Vec<Element>) -> Self {
        Self { leaves, by_path: OnceCell::new(), paths, elements }
    }

    /// Whether there is a text at the path, with keys joined by dots.
    #[must_use]
    pub fn has_text(&self, path: &str) -> bool {
        self.at(path).any(|leaf| leaf.value.starts_with('"'))
    }

    /// The leaves at a path.
    pub(crate) fn at(&self, path: &str) -> impl Iterator<Item = &Leaf<'a>> {
        let (few, many) = match self.leaves.len() {
            ..=FEW => (self.leaves.as_slice(), [].as_slice()),
            _ => ([].as_slice(), self.search(path)),
        };
        let few = few.iter().filter(move |leaf| self.path(leaf) == path);
        few.chain(many.iter().filter_map(|&number| self.leaves.get(number)))
    }

    fn search(&self, path: &str) -> &[usize] {
        let key = |&number: &usize| self.leaves.get(number).map_or("", |leaf| self.path(leaf));
        let by_path = self.by_path.get_or_init(|| {
            let mut numbers: Vec<_> = (0..self.leaves.len()).collect();
            numbers.sort_by(|one, other| key(one).cmp(key(other)));
            numbers
        });
        let start = by_path.partition_point(|number| key(number) < path);
        let end = by_path.partition_point(|number| key(number) <= path);
        by_path.get(start..end).unwrap_or_default()
    }

    /// The elements that hold a leaf, from the innermost to the outermost.
    pub(crate) fn links(&self, leaf: &Leaf<'_>) -> impl Iterator<Item = Link> + Clone + '_ {
        let up = |&at: &usize| self.elements.get(at).map(|element| element.parent);
        std::iter::successors(Some(leaf.element), up)
            .take_while(|&at| at > 0)
            .filter_map(|at| self.elements.get(at).map(|element| (element.place, at)))
    }

    fn path(&self, leaf: &Leaf<'_>) -> &str {
        self.paths.get(leaf.path.0..leaf.path.1).unwrap_or_default()
    }
}

impl Leaf<'_> {
    /// The value as a number that can be compared, if it is one.
    pub(crate) fn number(&self) -> Option<f64> {
        *self.number.get_or_init(|| numeric::comparable(&self.value))
    }

    /// The hexadecimal digits of the address that the value spells, if it is one.
    pub(crate) fn address(&self) -> Option<String> {
        address::digits(self.value.strip_prefix('"')?.strip_suffix('"')?)
    }
}
