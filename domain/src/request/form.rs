//! How others get from a body that was sent to its canonical form, without this code.
//!
//! API Gateway's mapping template is generated from it. What it can do with a text is to put it in
//! capitals and to replace what a regular expression finds; so a form says no more than that.

use serde_json::{Value, json};

/// A regular expression and what is put in the place of all that it finds, with `$1` for its first
/// group, both as Java writes them.
pub(super) type Rewrite = (String, &'static str);

/// The way from a value to its canonical form.
pub(super) enum Form {
    /// Each member by its name, whether it may be left out, and its own form.
    Object(Vec<(&'static str, bool, Form)>),
    /// A text.
    Text {
        /// Whether it is put in capitals.
        in_capitals: bool,
        /// What is replaced in it, one after the other.
        rewrites: Vec<Rewrite>,
    },
    /// A text, or a whole number, whose digits stand for it.
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
