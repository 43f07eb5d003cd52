//! Tells the repeats among the entries of a call from what is new.

use std::collections::HashMap;

use domain::Timestamp;

use crate::outcome::{Accepted, Failure, Outcome};
use crate::recent::{Key, Recent};
use crate::wire::Entry;

/// What is done with an entry. Places are those among the fresh ones.
enum Plan {
    /// It repeats this event of the last minutes.
    Known(Accepted),
    /// It repeats an earlier entry of the call.
    Repeat(usize),
    Fresh(usize, Option<Key>),
}

/// The plans for the entries of a call.
pub(crate) struct Plans(Vec<Plan>);

/// The entries that are new, and the plans for all.
pub(crate) fn told_apart(
    entries: Vec<Entry>,
    recent: &Recent,
    now: Timestamp,
) -> (Vec<Entry>, Plans) {
    let (mut fresh, mut first, mut plans) = (Vec::new(), HashMap::new(), Vec::new());
    for entry in entries {
        let key = entry.key();
        let known = key.as_ref().and_then(|key| recent.known(key, now));
        let earlier = key.as_ref().and_then(|key| first.get(key).copied());
        plans.push(match (known, earlier) {
            (Some(accepted), _) => Plan::Known(accepted),
            (None, Some(place)) => Plan::Repeat(place),
            (None, None) => {
                first.extend(key.clone().map(|key| (key, fresh.len())));
                fresh.push(entry);
                Plan::Fresh(fresh.len() - 1, key)
            }
        });
    }
    (fresh, Plans(plans))
}

impl Plans {
    /// What became of each entry, by the answers for those that were new. These are remembered.
    pub(crate) fn carried_out(
        self,
        answers: &[Result<Accepted, Failure>],
        recent: &mut Recent,
        now: Timestamp,
    ) -> Vec<Outcome> {
        let answer = |place: usize| {
            answers.get(place).cloned().unwrap_or_else(|| Err("InternalException".to_owned()))
        };
        let mut outcome = |plan| match plan {
            Plan::Known(accepted) => Outcome::Deduplicated(accepted),
            Plan::Repeat(place) => {
                answer(place).map_or_else(Outcome::Failed, Outcome::Deduplicated)
            }
            Plan::Fresh(place, key) => match answer(place) {
                Ok(accepted) => {
                    key.into_iter().for_each(|key| recent.note(key, accepted.clone(), now));
                    Outcome::Published(accepted)
                }
                Err(failure) => Outcome::Failed(failure),
            },
        };
        self.0.into_iter().map(&mut outcome).collect()
    }
}
