//! A button that does what an operator's command does.

use maud::{Markup, html};

use crate::app::App;
use crate::ports::FormToken;

/// A button, what it sends, and the command that does the same.
pub(crate) struct Action<'a> {
    /// Its own in the page.
    pub(crate) id: String,
    /// Where the form is sent.
    pub(crate) to: String,
    /// The button's text.
    pub(crate) name: &'a str,
    /// What the button is about, for those who do not see the row in which it is.
    pub(crate) about: &'a str,
    /// Hidden fields.
    pub(crate) fields: &'a [(&'a str, &'a str)],
    pub(crate) command: String,
}

impl Action<'_> {
    /// The form.
    pub(crate) fn form(&self, token: &FormToken) -> Markup {
        html! {
            form.action action=(self.to) method="post" {
                (token.field())
                @for (name, value) in self.fields { input type="hidden" name=(name) value=(value); }
                button.quiet id=(self.id) type="submit" {
                    (self.name) @if !self.about.is_empty() { span.hidden { " " (self.about) } }
                }
                code { (self.command) }
            }
        }
    }

    /// The form of what takes long; the command alone where that is not done here.
    pub(crate) fn job(&self, app: &App) -> Markup {
        if app.jobs.are_done_here() {
            return self.form(&app.visitor.token);
        }
        html! { p.action { (self.name) " by " code { (self.command) } } }
    }

    /// The form behind a click that opens it, for what cannot be undone.
    pub(crate) fn guarded(&self, token: &FormToken, warning: &str) -> Markup {
        html! {
            details.guarded id={ (self.id) "-guard" } {
                summary { (self.name) "…" span.hidden { " " (self.about) } }
                p { (warning) }
                (self.form(token))
            }
        }
    }
}
