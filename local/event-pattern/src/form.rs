//! What a value of an event can be asked for: the forms that stand in the array of a pattern's
//! field, and which values they match.

use std::ops::RangeBounds;

use crate::ignoring_case::IgnoringCase;
use crate::leaves::Leaf;
use crate::operand::quoted;
use crate::wildcard::Wildcard;
use crate::{address, numeric};

/// One form. Texts are in quotes as far as they are whole: a prefix has no quote at its end, a
/// suffix none at its start.
#[derive(Clone, Debug)]
pub(crate) enum Form {
    /// The value as it is written, or a text in quotes.
    Exactly(String),
    /// A number, however it is written.
    Number(f64),
    Prefix(String),
    Suffix(String),
    IgnoringCase(IgnoringCase),
    PrefixIgnoringCase(IgnoringCase),
    SuffixIgnoringCase(IgnoringCase),
    Wildcard(Wildcard),
    Numeric(numeric::Range),
    Address(address::Range),
    /// Any leaf at all.
    Present,
    /// No leaf at all; a leaf never matches it.
    Absent,
    /// A leaf that none of these matches.
    AnythingBut(Vec<Form>),
}

/// The array of a field: a leaf has to match one of its forms.
#[derive(Clone, Debug)]
pub(crate) struct Forms {
    forms: Vec<Form>,
    /// How many there are, those inside `anything-but` included.
    pub(crate) count: usize,
    /// Whether no leaf at all is enough.
    pub(crate) allow_absent: bool,
    compare_numbers: bool,
}

impl Forms {
    pub(crate) fn of(forms: Vec<Form>) -> Self {
        let allow_absent = forms.iter().any(|form| matches!(form, Form::Absent));
        let compare_numbers = forms.iter().any(Form::compares_numbers);
        let count = forms.iter().map(Form::count).sum();
        Self { forms, count, allow_absent, compare_numbers }
    }

    pub(crate) fn match_leaf(&self, leaf: &Leaf<'_>) -> bool {
        self.forms.iter().any(|form| match form {
            Form::Address(range) => self.match_address(range, leaf),
            form => form.matches(leaf),
        })
    }

    /// Addresses are compared with a value's hexadecimal digits. EventBridge does so even with a
    /// number's digits, unless it has made a comparable number of it for another form.
    fn match_address(&self, range: &address::Range, leaf: &Leaf<'_>) -> bool {
        let is_compared = self.compare_numbers && leaf.number().is_some();
        let is_text = leaf.value.starts_with('"');
        match is_text {
            true => leaf.address().is_some_and(|digits| range.contains(&digits)),
            false => !is_compared && range.contains(&leaf.value),
        }
    }
}

impl Form {
    /// The text, and no other value.
    pub(crate) fn exactly(text: &str) -> Self {
        Self::Exactly(quoted(text))
    }

    fn matches(&self, leaf: &Leaf<'_>) -> bool {
        let value = &*leaf.value;
        match self {
            Self::Exactly(text) => value == text,
            Self::Number(number) => leaf.number() == Some(*number),
            Self::Prefix(text) => value.starts_with(text.as_str()),
            Self::Suffix(text) => value.ends_with(text.as_str()),
            Self::IgnoringCase(text) => text.is(value),
            Self::PrefixIgnoringCase(text) => text.starts(value),
            Self::SuffixIgnoringCase(text) => text.ends(value),
            Self::Wildcard(wildcard) => wildcard.matches(value),
            Self::Numeric(range) => leaf.number().is_some_and(|number| range.contains(&number)),
            Self::Address(range) => leaf.address().is_some_and(|digits| range.contains(&digits)),
            Self::Present => true,
            Self::Absent => false,
            Self::AnythingBut(forms) => !forms.iter().any(|form| form.matches(leaf)),
        }
    }

    fn compares_numbers(&self) -> bool {
        match self {
            Self::Number(_) | Self::Numeric(_) => true,
            Self::AnythingBut(forms) => forms.iter().any(Self::compares_numbers),
            _ => false,
        }
    }

    fn count(&self) -> usize {
        match self {
            Self::AnythingBut(forms) => forms.len(),
            _ => 1,
        }
    }
}
