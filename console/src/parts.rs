//! Small parts that several pages have.

use maud::{Markup, html};
use serde_json::Value;

/// A status with its colour.
pub(crate) fn status(name: &str) -> Markup {
    html! { span class={ "status " (tone(name)) } { (name) } }
}

/// What a status means for the reader: `good`, `bad`, `busy`, or `off` for what was undone.
pub(crate) fn tone(name: &str) -> &'static str {
    match name {
        "CONFIRMED" | "RESERVED" | "CAPTURED" | "SUCCEEDED" | "ENABLED" => "good",
        "FAILED" | "REJECTED" | "DECLINED" | "TIMED_OUT" | "PARKED" => "bad",
        "PENDING" | "COMPENSATING" | "CANCELLING" | "RUNNING" => "busy",
        _ => "off",
    }
}

/// The tone of an event's type, such as `trip.confirmed.v1`.
pub(crate) fn event_tone(event_type: &str) -> &'static str {
    let happened = event_type.split('.').nth(1).unwrap_or_default();
    tone(&happened.to_uppercase())
}

/// Money as `80000 JPY`.
pub(crate) fn money(amount: &Value) -> Option<String> {
    Some(format!("{} {}", amount["value"].as_str()?, amount["currency"].as_str()?))
}

/// JSON, laid out.
pub(crate) fn json(value: &Value) -> Markup {
    code(&format!("{value:#}"))
}

/// Text in the shape in which it is.
pub(crate) fn code(text: &str) -> Markup {
    html! { pre tabindex="0" { code { (text) } } }
}

/// A command with a button that copies it. The id is its own in the page.
pub(crate) fn command(id: &str, what: &str, line: &str) -> Markup {
    html! {
        div.command {
            p { (what) }
            pre tabindex="0" { code id=(id) { (line) } }
            button.quiet type="button" data-copy=(id) { "Copy" span.hidden { " the command: " (what) } }
        }
    }
}

/// The head of a table.
pub(crate) fn head(columns: &[&str]) -> Markup {
    html! { thead { tr { @for column in columns { th scope="col" { (column) } } } } }
}

/// A table that may be wider than the page, in a region that scrolls by itself.
pub(crate) fn wide(label: &str, table: &Markup) -> Markup {
    html! { div.wide role="region" aria-label=(label) tabindex="0" { (table) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_of_the_domain_has_a_tone_that_fits() {
        use domain::TripStatus as S;
        for status in S::ALL {
            let expected = match status {
                S::Pending | S::Compensating | S::Cancelling => "busy",
                S::Confirmed => "good",
                S::Failed => "bad",
                S::Cancelled => "off",
            };
            assert_eq!(tone(status.as_str()), expected);
        }
    }

    #[test]
    fn what_is_shown_is_escaped() {
        let markup = json(&serde_json::json!({"hotel_name": "<script>alert(1)</script>"})).0;
        assert!(markup.contains("&lt;script&gt;") && !markup.contains("<script"), "{markup}");
    }
}
