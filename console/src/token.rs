//! The token against forged requests: every form of a page carries it, and no other site's page
//! can read it.

use maud::{Markup, html};
use uuid::Uuid;

/// The name of the form field.
const FIELD: &str = "token";

/// The token of this process. There are no sessions, since everybody here is the operator.
pub(crate) struct Token(String);

impl Token {
    /// A fresh token, from the system's randomness.
    pub(crate) fn draw() -> Self {
        Self(Uuid::new_v4().simple().to_string())
    }

    /// The hidden field of a form.
    pub(crate) fn field(&self) -> Markup {
        html! { input type="hidden" name=(FIELD) value=(self.0); }
    }

    /// Whether a sent form has the token.
    pub(crate) fn is_in(&self, fields: &[(String, String)]) -> bool {
        fields.iter().any(|(name, value)| name == FIELD && *value == self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_needs_the_token_of_this_process() {
        let (token, earlier) = (Token::draw(), Token::draw());
        let sent = |value: &str| [(FIELD.to_owned(), value.to_owned())];
        assert!(token.is_in(&sent(&token.0)));
        assert!(!token.is_in(&sent(&earlier.0)));
        assert!(!token.is_in(&sent("")));
        assert!(!token.is_in(&[]));
    }
}
