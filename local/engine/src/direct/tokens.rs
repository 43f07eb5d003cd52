//! The tokens of transactions, so that one that is sent again is done once.
//!
//! `dynoxide` has such a memory too, and walks through all of it at each transaction. This one only
//! looks at its oldest tokens.

use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long a token is remembered.
///
/// Source: `ClientRequestToken` in DynamoDB's API reference of `TransactWriteItems`.
const WINDOW: Duration = Duration::from_secs(10 * 60);

/// The transactions of the last ten minutes.
#[derive(Default)]
pub(super) struct Tokens {
    done: HashMap<String, u64>,
    by_age: VecDeque<(Instant, String)>,
}

/// What is known about a token.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// Nothing.
    New,
    /// Its transaction was done.
    Done,
    /// Another transaction was done with it.
    Other,
}

impl Tokens {
    pub(super) fn look_up(&mut self, token: &str, request: u64, now: Instant) -> Known {
        while let Some((_, oldest)) =
            self.by_age.pop_front_if(|(at, _)| now.duration_since(*at) > WINDOW)
        {
            self.done.remove(&oldest);
        }
        match self.done.get(token) {
            None => Known::New,
            Some(known) if *known == request => Known::Done,
            Some(_) => Known::Other,
        }
    }

    pub(super) fn remember(&mut self, token: String, request: u64, now: Instant) {
        self.by_age.push_back((now, token.clone()));
        self.done.insert(token, request);
    }
}

/// A number that stands for a request, in whichever order it lists the members of its objects.
pub(super) fn digest(request: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    match request {
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| hash_of(&(name, digest(value)));
            members.iter().map(member).fold(0_u64, u64::wrapping_add).hash(&mut hasher);
        }
        Value::Array(values) => values.iter().for_each(|value| digest(value).hash(&mut hasher)),
        plain => plain.hash(&mut hasher),
    }
    hasher.finish()
}

fn hash_of(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_token_is_known_for_ten_minutes_and_then_forgotten() {
        let (mut tokens, start) = (Tokens::default(), Instant::now());
        tokens.remember("a".to_owned(), 1, start);
        tokens.remember("b".to_owned(), 2, start + Duration::from_secs(1));
        assert_eq!(tokens.look_up("a", 1, start + WINDOW), Known::Done);
        assert_eq!(tokens.look_up("a", 2, start + WINDOW), Known::Other);
        let later = start + WINDOW + Duration::from_millis(1);
        assert_eq!(tokens.look_up("a", 1, later), Known::New);
        assert_eq!((tokens.done.len(), tokens.by_age.len()), (1, 1));
        assert_eq!(tokens.look_up("b", 2, later), Known::Done);
    }

    #[test]
    fn the_order_of_members_does_not_count_and_all_else_does() {
        let request = digest(&json!({"a": {"N": "12"}, "b": [{"S": "x"}, {"S": "y"}]}));
        assert_eq!(digest(&json!({"b": [{"S": "x"}, {"S": "y"}], "a": {"N": "12"}})), request);
        for other in [
            json!({"a": {"N": "21"}, "b": [{"S": "x"}, {"S": "y"}]}),
            json!({"a": {"N": "12"}, "b": [{"S": "y"}, {"S": "x"}]}),
            json!({"b": {"N": "12"}, "a": [{"S": "x"}, {"S": "y"}]}),
            json!({"a": {"S": "12"}, "b": [{"S": "x"}, {"S": "y"}]}),
            json!({"a": {"N": "12"}, "b": [[{"S": "x"}, {"S": "y"}]]}),
        ] {
            assert_ne!(digest(&other), request, "{other}");
        }
    }
}
