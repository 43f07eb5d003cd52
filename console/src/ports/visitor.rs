//! Who looks at the console.

use std::fmt;
use std::sync::Arc;

use http::Extensions;
use maud::{Markup, html};
use uuid::Uuid;

/// The name of the form field.
const FIELD: &str = "token";

/// Tells who has sent a request, by what the guard before the routes has left with it.
pub type Visitors = Arc<dyn Fn(&Extensions) -> Option<Visitor> + Send + Sync>;

/// A person who looks. It has no debug form, which would show the tokens.
#[derive(Clone)]
pub struct Visitor {
    /// The name under which the person acts, for the audit lines. No address: these are in the log.
    pub name: String,
    /// What the person is called on the pages.
    pub called: String,
    /// What the API is called with: an ID token, without `Bearer`.
    pub bearer: String,
    /// What the person's forms carry.
    pub token: FormToken,
    /// The address at which the person signs out, where people sign in.
    pub sign_out: Option<&'static str>,
}

/// The token against forged requests: every form of a page carries it, and no other site's page
/// can read it.
#[derive(Clone, PartialEq, Eq)]
pub struct FormToken(String);

/// Never shows the token.
impl fmt::Debug for FormToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FormToken").finish_non_exhaustive()
    }
}

impl FormToken {
    /// A fresh token, from the system's randomness.
    #[must_use]
    pub fn draw() -> Self {
        Self(Uuid::new_v4().simple().to_string())
    }

    /// This text, which nobody else can know.
    pub fn of(text: impl Into<String>) -> Self {
        Self(text.into())
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
    fn a_form_needs_the_token_of_its_visitor() {
        let (token, earlier) = (FormToken::draw(), FormToken::draw());
        let sent = |value: &str| [(FIELD.to_owned(), value.to_owned())];
        assert!(token.is_in(&sent(&token.0)));
        assert!(!token.is_in(&sent(&earlier.0)));
        assert!(!token.is_in(&sent("")));
        assert!(!token.is_in(&[]));
    }
}
