//! Page tokens: each belongs to one list, and continues no other.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::api::ApiError;

/// A list whose pages are asked for one by one.
pub(super) struct List(u64);

impl List {
    /// The list of what `asked` names: of what, filtered and ordered how.
    pub(super) fn of(asked: &impl Hash) -> Self {
        Self(digest(asked))
    }

    /// The token of the page after this place.
    pub(super) fn token(&self, place: &str) -> String {
        format!("{:016x}.{place}", digest(&(self.0, place)))
    }

    /// The place of a token of this list.
    pub(super) fn read<'a>(&self, token: &'a str) -> Result<&'a str, ApiError> {
        let place = token.split_once('.').map(|(_, place)| place);
        place.filter(|place| self.token(place) == token).ok_or(ApiError::InvalidToken)
    }
}

fn digest(what: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_by_its_own_list_alone_and_as_a_whole() {
        let (list, other) = (List::of(&("history", "a", true)), List::of(&("history", "a", false)));
        let token = list.token("12/arn");
        assert_eq!(list.read(&token).unwrap(), "12/arn");
        assert!(other.read(&token).is_err());
        for broken in ["", ".", "12/arn", "-1", &token[1..], &token[..token.len() - 1]] {
            assert!(list.read(broken).is_err(), "{broken}");
        }
    }
}
