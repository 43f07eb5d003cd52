//! The bus's rules and their targets.

use maud::{Markup, html};

use crate::parts::{head, status, wide};
use crate::ports::Rule;

/// A row for each rule.
pub(super) fn part(rules: &[Rule]) -> Markup {
    html! {
        section #rules {
            h2 { "Rules" }
            @if rules.is_empty() {
                p.note {
                    "None. " code { "aws events put-rule" }
                    " makes one; the events that match it carry its name."
                }
            } @else { (wide("Rules", &table(rules))) }
        }
    }
}

fn table(rules: &[Rule]) -> Markup {
    html! {
        table {
            (head(&["Rule", "State", "Pattern", "Targets", "Description"]))
            tbody {
                @for rule in rules {
                    tr {
                        th scope="row" { (rule.name) }
                        td { (status(&rule.state)) }
                        td { code { (rule.pattern) } }
                        td {
                            ul.plain {
                                @for (id, arn) in &rule.targets { li { (id) " " code { (arn) } } }
                            }
                        }
                        td { (rule.description) }
                    }
                }
            }
        }
    }
}
