//! How other programs turn a body as sent into its canonical form, without this code.
//!
//! API Gateway's mapping template is generated from it. The template can only put a text in
//! capitals and replace what a regular expression finds, so a form describes nothing more.

use serde_json::{Value, json};

/// A regular expression and the replacement for all its matches, with `$1` for its first group.
/// Both use Java's syntax.
pub(super) type Rewrite = (String, &'static str);

/// The way from a value to its canonical form.
pub(super) enum Form {
    /// Each member: its name, whether it may be left out, and its form.
    Object(Vec<(&'static str, bool, Form)>),
    /// A text.
    Text {
        /// Whether the text is put in capitals.
        in_capitals: bool,
        /// The replacements, applied in order.
        rewrites: Vec<Rewrite>,
    },
    /// A text, or a whole number, which becomes the text of its digits.
    Digits(Vec<Rewrite>),
}

impl Form {
    /// A text that has one spelling.
    pub(super) const AS_SENT: Self = Self::Text { in_capitals: false, rewrites: Vec::new() };

    /// The form as JSON.
    pub(super) fn describe(&self) -> Value {
        match self {
            Self::Object(members) => {
                let members = members.iter().map(|(name, is_optional, form)| {
                    let mut member = json!({ "name": name });
                    if *is_optional {
                        member["optional"] = json!(true);
                    }
                    if let (Value::Object(member), Value::Object(form)) =
                        (&mut member, form.describe())
                    {
                        member.extend(form);
                    }
                    member
                });
                json!({ "members": members.collect::<Vec<_>>() })
            }
            Self::Text { in_capitals, rewrites } => {
                json!({ "is": "text", "in_capitals": in_capitals, "rewrites": rewrites })
            }
            Self::Digits(rewrites) => json!({ "is": "digits", "rewrites": rewrites }),
        }
    }
}
