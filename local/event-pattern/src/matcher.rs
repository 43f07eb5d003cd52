//! Decides whether an event matches the alternatives of a pattern.
//!
//! As in `event-ruler`, the fields of an alternative are taken in the order of their paths. Each
//! picks a leaf, and all picked leaves have to agree on the elements of the arrays that hold them.
//! A field that asks for no leaf looks only where the fields before it have led.

use std::cell::{Cell, OnceCell};
use std::collections::{BTreeSet, HashMap};

use crate::form::Forms;
use crate::invalid::Undecided;
use crate::keys::Keys;
use crate::leaves::{Event, Leaf, Place};
use crate::picks::{Index, Picks, join};

/// The most steps of one match: a form and a value compared, or two places in arrays. A match of
/// that many takes about a tenth of a second.
pub(crate) const MOST_STEPS: usize = 1_000_000;

/// A step for every so many bytes of a value, since long texts take longer.
const BYTES_A_STEP: usize = 64;

/// A field of a pattern: a path, and what a leaf there has to be.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) path: String,
    pub(crate) forms: Forms,
}

#[derive(Clone, Debug)]
pub(crate) struct Matcher {
    fields: Vec<Field>,
    /// Fields by number, in the order of their paths.
    alternatives: Vec<Vec<usize>>,
    /// The keys of the fields' paths.
    pub(crate) keys: Keys,
}

/// One match under way.
struct Match<'m, 'e> {
    matcher: &'m Matcher,
    event: &'m Event<'e>,
    /// By field, what was found; alternatives share it.
    found: Vec<OnceCell<Found<'m, 'e>>>,
    steps: Cell<usize>,
}

/// What a field has found in the event.
enum Found<'m, 'e> {
    /// No element of an array holds any of its leaves: what counts is whether it is satisfied.
    Plain(bool),
    /// The leaves at the field's path, and whether each matches.
    InArrays(Vec<(&'m Leaf<'e>, bool)>),
}

impl Matcher {
    pub(crate) fn of(fields: Vec<Field>, alternatives: Vec<Vec<usize>>) -> Self {
        let keys = Keys::of_paths(fields.iter().map(|field| field.path.as_str()));
        Self { fields, alternatives, keys }
    }

    pub(crate) fn matches(&self, event: &Event<'_>) -> Result<bool, Undecided> {
        let found = self.fields.iter().map(|_| OnceCell::new()).collect();
        let one = Match { matcher: self, event, found, steps: Cell::new(0) };
        for alternative in &self.alternatives {
            if one.alternative(alternative)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl<'m, 'e> Match<'m, 'e> {
    fn alternative(&self, fields: &[usize]) -> Result<bool, Undecided> {
        let mut last_use = None;
        let mut states = None;
        for (at, &number) in fields.iter().enumerate() {
            match self.found(number)? {
                None | Some((_, Found::Plain(false))) => return Ok(false),
                Some((_, Found::Plain(true))) => {}
                Some((field, Found::InArrays(leaves))) => {
                    let last_use = match &mut last_use {
                        Some(known) => known,
                        unknown => unknown.insert(self.last_use(fields)?),
                    };
                    let is_needed = |place| last_use.get(&place).is_some_and(|&last| last > at);
                    let before = states.unwrap_or_else(|| vec![Picks::new()]);
                    let after = self.step(&before, leaves, field.forms.allow_absent, is_needed)?;
                    if after.is_empty() {
                        return Ok(false);
                    }
                    states = Some(after);
                }
            }
        }
        Ok(true)
    }

    /// What the field finds, compared once.
    fn found(&self, number: usize) -> Result<Option<(&'m Field, &Found<'m, 'e>)>, Undecided> {
        let (Some(field), Some(cell)) = (self.matcher.fields.get(number), self.found.get(number))
        else {
            return Ok(None);
        };
        if let Some(found) = cell.get() {
            return Ok(Some((field, found)));
        }
        let found = self.look(field)?;
        Ok(Some((field, cell.get_or_init(|| found))))
    }

    fn look(&self, field: &'m Field) -> Result<Found<'m, 'e>, Undecided> {
        if self.leaves(field).any(|leaf| leaf.element > 0) {
            let leaves = self.leaves(field).map(|leaf| Ok((leaf, self.compare(field, leaf)?)));
            return Ok(Found::InArrays(leaves.collect::<Result<_, _>>()?));
        }
        let mut is_absent = true;
        for leaf in self.leaves(field) {
            is_absent = false;
            if self.compare(field, leaf)? {
                return Ok(Found::Plain(true));
            }
        }
        Ok(Found::Plain(is_absent && field.forms.allow_absent))
    }

    fn compare(&self, field: &Field, leaf: &Leaf<'_>) -> Result<bool, Undecided> {
        self.spend(field.forms.count * (1 + leaf.value.len() / BYTES_A_STEP))?;
        Ok(field.forms.match_leaf(leaf))
    }

    fn leaves(&self, field: &'m Field) -> impl Iterator<Item = &'m Leaf<'e>> {
        let sees_all = self.matcher.keys.has_empty();
        self.event.at(&field.path).filter(move |leaf| sees_all || !leaf.below_empty_key)
    }

    /// For each place in arrays, the last of the fields whose leaves are held there. Later fields
    /// do not care which element was picked.
    fn last_use(&self, fields: &[usize]) -> Result<HashMap<Place, usize>, Undecided> {
        let mut last_use = HashMap::new();
        for (at, &number) in fields.iter().enumerate() {
            let field = self.matcher.fields.get(number);
            for leaf in field.into_iter().flat_map(|field| self.leaves(field)) {
                for (place, _) in self.event.links(leaf) {
                    self.spend(1)?;
                    last_use.insert(place, at);
                }
            }
        }
        Ok(last_use)
    }

    /// The picks that remain possible after one more field.
    fn step(
        &self,
        states: &[Picks],
        leaves: &[(&Leaf<'_>, bool)],
        allow_absent: bool,
        is_needed: impl Fn(Place) -> bool,
    ) -> Result<Vec<Picks>, Undecided> {
        let index = Index::of(states, |steps| self.spend(steps))?;
        let mut has_leaf = vec![false; states.len()];
        let mut next = BTreeSet::new();
        for (leaf, matches) in leaves {
            if !matches && !allow_absent {
                continue;
            }
            let links = self.event.links(leaf);
            for (state, picks) in index.candidates(links.clone()) {
                self.spend(1 + picks.len())?;
                let Some(joined) = join(picks, links.clone(), &is_needed) else { continue };
                if let Some(has_leaf) = has_leaf.get_mut(state) {
                    *has_leaf = true;
                }
                if *matches {
                    next.insert(joined);
                }
            }
        }
        if allow_absent {
            let without = states.iter().zip(has_leaf).filter(|(_, has_leaf)| !has_leaf);
            next.extend(without.filter_map(|(picks, _)| join(picks, [], &is_needed)));
        }
        Ok(next.into_iter().collect())
    }

    fn spend(&self, steps: usize) -> Result<(), Undecided> {
        self.steps.set(self.steps.get() + steps);
        if self.steps.get() > MOST_STEPS {
            return Err(Undecided::Work(MOST_STEPS));
        }
        Ok(())
    }
}
