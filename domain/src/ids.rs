//! Identifiers that cannot hold a bad value: private text, one `parse` each.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::text::text_value;

/// The text is not an identifier; the message is the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct IdFormat(&'static str);

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $rule:expr, $fits:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// What a text must be to be a valid id.
            pub const RULE: &'static str = $rule;

            /// Reads the identifier.
            ///
            /// # Errors
            /// [`IdFormat`] with the rule, for a text that breaks it.
            pub fn parse(text: &str) -> Result<Self, IdFormat> {
                let fits: fn(&str) -> bool = $fits;
                fits(text).then(|| Self(text.to_owned())).ok_or(IdFormat(Self::RULE))
            }

            /// The text itself.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        text_value!($name, IdFormat, read by parse);
    };
}

text_id!(
    /// A trip's id. Also the idempotency key of its booking and the execution's name.
    ///
    /// `search` is not a trip's id: `GET /trips/search` is the search.
    TripId,
    "must be 1 to 64 letters, digits, '-' or '_', and not the word search",
    |text| {
        text != "search"
            && within(text, 64, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    }
);

text_id!(
    /// Who travels and pays: a customer, by the subject of their claims, or an operator who books
    /// for themselves.
    ///
    /// Customers and operators have separate name spaces: [`CustomerId::of_customer`] and
    /// [`CustomerId::of_operator`] never give the same id.
    CustomerId,
    "must be 1 to 128 letters, digits or any of '-_.:@|'",
    |text| within(text, 128, |byte| byte.is_ascii_alphanumeric() || b"-_.:@|".contains(&byte))
);

/// The prefix of every operator's id, and of no customer's.
const OPERATOR: &str = "operator:";

impl CustomerId {
    /// The id of the customer that `subject` names.
    ///
    /// # Errors
    /// [`IdFormat`] for a text that breaks the rule, or that begins with the prefix of operators'
    /// ids.
    pub fn of_customer(subject: &str) -> Result<Self, IdFormat> {
        if subject.starts_with(OPERATOR) {
            return Err(IdFormat("must not begin with 'operator:', which operators' ids do"));
        }
        Self::parse(subject)
    }

    /// The id under which the operator that `subject` names makes bookings.
    ///
    /// # Errors
    /// [`IdFormat`] for a text that breaks the rule.
    pub fn of_operator(subject: &str) -> Result<Self, IdFormat> {
        Self::parse(subject)?;
        Self::parse(&format!("{OPERATOR}{subject}"))
    }
}

text_id!(
    /// The saga that owns a trip: its execution's name and start time.
    SagaId,
    "must be 1 to 160 visible ASCII characters",
    |text| within(text, 160, |byte| byte.is_ascii_graphic())
);

/// All bytes are looked at, whatever the first is: so they are looked at sixteen at once.
fn within(text: &str, longest: usize, allowed: impl Fn(u8) -> bool) -> bool {
    let others = text.bytes().filter(|byte| !allowed(*byte)).count();
    (1..=longest).contains(&text.len()) && others == 0
}

/// An event's id: a `UUIDv7`, given once when the event is committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventId(Uuid);

impl EventId {
    /// Wraps the UUID that the caller generated: the domain itself generates nothing at random.
    #[must_use]
    pub fn new(uuid: Uuid) -> Self {
        Self(uuid)
    }

    /// Reads the hyphenated form.
    ///
    /// # Errors
    /// [`IdFormat`] for a text that is not a UUID.
    pub fn parse(text: &str) -> Result<Self, IdFormat> {
        text.parse().map(Self).map_err(|_| IdFormat("must be a UUID"))
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("trip-0001", true)]
    #[case("A_b-9", true)]
    #[case("", false)]
    #[case("trip#1", false)]
    #[case("trip\n1", false)]
    #[case("trip\0", false)]
    #[case("旅", false)]
    #[case("search", false)]
    #[case("searches", true)]
    fn a_trip_id_has_letters_digits_dash_and_underscore(#[case] text: &str, #[case] fits: bool) {
        assert_eq!(TripId::parse(text).is_ok(), fits);
    }

    #[rstest]
    #[case("operator")]
    #[case("1")]
    #[case("a:b")]
    fn a_customer_and_an_operator_of_one_name_have_two_ids(#[case] subject: &str) {
        let customer = CustomerId::of_customer(subject).unwrap();
        let operator = CustomerId::of_operator(subject).unwrap();
        assert_eq!(customer.as_str(), subject);
        assert_eq!(operator.as_str(), format!("operator:{subject}"));
        assert!(CustomerId::of_customer(operator.as_str()).is_err());
    }

    #[test]
    fn an_operator_is_named_by_a_subject() {
        for subject in ["", "a b", &"a".repeat(128)] {
            assert!(CustomerId::of_operator(subject).is_err(), "{subject}");
        }
    }

    #[test]
    fn a_trip_id_has_at_most_64_characters() {
        assert!(TripId::parse(&"a".repeat(64)).is_ok());
        let error = TripId::parse(&"a".repeat(65)).unwrap_err();
        assert_eq!(error.to_string(), TripId::RULE);
    }
}
