//! The pattern that a person types.

use event_pattern::Pattern;
use maud::{Markup, html};

use crate::address::EVENTS;

const EXAMPLE: &str = r#"{"detail-type": [{"prefix": "trip."}]}"#;

/// The pattern; none for a text that is blank.
///
/// # Errors
/// What is wrong with it, with the place.
pub(super) fn read(text: &str) -> Result<Option<Pattern>, String> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    Pattern::parse(text).map(Some).map_err(|error| error.to_string())
}

/// The field, with the error below it.
pub(super) fn form(asked: &str, error: Option<&String>) -> Markup {
    let is_wrong = error.is_some();
    html! {
        form.filter.pattern action=(EVENTS) method="get" {
            div.field {
                label for="pattern" { "Event pattern" }
                textarea #pattern name="pattern" rows="3" spellcheck="false" placeholder=(EXAMPLE)
                    aria-invalid=[is_wrong.then_some("true")]
                    aria-describedby=(if is_wrong { "pattern-error pattern-note" } else { "pattern-note" }) { (asked) }
                @if let Some(error) = error { (told(asked, error)) }
                p.note #pattern-note { "As a rule on EventBridge has it. Blank for every event." }
            }
            button type="submit" { "Filter" }
        }
    }
}

/// The error, and the line in which it was found.
fn told(asked: &str, error: &str) -> Markup {
    let place = place(error);
    let line = place.and_then(|(line, _)| asked.lines().nth(line - 1));
    html! {
        div.error #pattern-error role="alert" {
            p { (error) }
            @if let (Some(line), Some((_, column))) = (line, place) {
                pre { code { (line) "\n" (" ".repeat(column.saturating_sub(1))) "↑" } }
            }
        }
    }
}

/// Line and column, from 1, if the message ends with them.
fn place(error: &str) -> Option<(usize, usize)> {
    let (rest, column) = error.rsplit_once("column ")?;
    let (_, line) = rest.rsplit_once("line ")?;
    let digits = |text: &str| {
        let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        text[..end].parse().ok().filter(|number| *number > 0)
    };
    Some((digits(line)?, digits(column)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_told_at_its_place() {
        assert_eq!(place("nope at line 2 column 13"), Some((2, 13)));
        assert_eq!(place("nope"), None);
        let asked = "{\"source\": [\"a\"],\n \"detail\": [1,}";
        let error = read(asked).unwrap_err();
        let form = form(asked, Some(&error)).0;
        assert!(form.contains("aria-invalid=\"true\""), "{form}");
    }
}
