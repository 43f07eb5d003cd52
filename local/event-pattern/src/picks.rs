//! Which elements of an event's arrays the fields of a pattern have picked so far. Fields agree
//! when they have picked the same element wherever they went through one array.

use std::collections::HashMap;

use crate::leaves::{Link, Place};

/// The picked elements, in the order of their places. Of nested arrays, all are there.
pub(crate) type Picks = Vec<Link>;

/// What agrees with both: `None` when the links to a leaf lead through another element of a place
/// than the picks do. Places that are not needed any more are left out.
pub(crate) fn join(
    picks: &Picks,
    links: impl IntoIterator<Item = Link>,
    is_needed: impl Fn(Place) -> bool,
) -> Option<Picks> {
    let mut joined = picks.clone();
    for (place, element) in links {
        match picks.iter().find(|(picked, _)| *picked == place) {
            Some((_, picked)) if *picked != element => return None,
            Some(_) => {}
            None => joined.push((place, element)),
        }
    }
    joined.retain(|&(place, _)| is_needed(place));
    joined.sort_unstable();
    Some(joined)
}

/// Finds the picks that may agree with a leaf without a look at all others.
pub(crate) struct Index<'a> {
    picks: &'a [Picks],
    /// By place, the picks with each of its elements, and those without any.
    places: HashMap<Place, ByElement>,
}

#[derive(Default)]
struct ByElement {
    with: HashMap<usize, Vec<usize>>,
    without: Vec<usize>,
}

impl<'a> Index<'a> {
    /// `spend` is told how many steps this takes, and can forbid them.
    pub(crate) fn of<E>(
        picks: &'a [Picks],
        spend: impl Fn(usize) -> Result<(), E>,
    ) -> Result<Self, E> {
        let mut places: HashMap<Place, ByElement> = HashMap::new();
        for (number, picks) in picks.iter().enumerate() {
            for &(place, element) in picks {
                places.entry(place).or_default().with.entry(element).or_default().push(number);
            }
        }
        spend(picks.len() * places.len())?;
        for (place, elements) in &mut places {
            let is_without = |picks: &Picks| picks.iter().all(|(picked, _)| picked != place);
            let without = picks.iter().enumerate().filter(|(_, picks)| is_without(picks));
            elements.without = without.map(|(number, _)| number).collect();
        }
        Ok(Self { picks, places })
    }

    /// The picks that may agree with the links to a leaf, by number. The innermost place that is
    /// known decides, since it is in one element of each place around it.
    pub(crate) fn candidates(
        &self,
        mut links: impl Iterator<Item = Link>,
    ) -> impl Iterator<Item = (usize, &'a Picks)> + '_ {
        let known = links.find_map(|(place, element)| {
            self.places.get(&place).map(|by_element| (by_element, element))
        });
        let all = known.is_none().then_some(0..self.picks.len());
        let some = known.into_iter().flat_map(|(by_element, element)| {
            let with = by_element.with.get(&element).into_iter().flatten();
            with.chain(&by_element.without).copied()
        });
        let numbers = all.into_iter().flatten().chain(some);
        numbers.filter_map(|number| Some((number, self.picks.get(number)?)))
    }
}
