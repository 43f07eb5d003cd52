//! The bus's rules, as `ListRules` tells them.

use event_bus::{EventBus, handle};
use maud::{Markup, html};
use serde_json::{Value, json};

use crate::parts::{status, wide};

/// The rules of the product's bus.
pub(super) async fn part(bus: &EventBus) -> Markup {
    let asked = json!({"EventBusName": domain::event::SOURCE}).to_string();
    let answer = handle(bus, "ListRules", asked.into()).await;
    let answer: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let rules: &[Value] = answer["Rules"].as_array().map_or(&[], Vec::as_slice);
    html! {
        section {
            h2 { "Rules" }
            @if rules.is_empty() {
                p.note { "None. " code { "aws events put-rule" } " makes one; the events that match it carry its name." }
            } @else { (wide("Rules", &table(rules))) }
        }
    }
}

fn table(rules: &[Value]) -> Markup {
    let text = |rule: &Value, member: &str| rule[member].as_str().unwrap_or_default().to_owned();
    html! {
        table {
            thead { tr { th scope="col" { "Rule" } th scope="col" { "State" } th scope="col" { "Pattern" } th scope="col" { "Description" } } }
            tbody {
                @for rule in rules {
                    tr {
                        th scope="row" { (text(rule, "Name")) }
                        td { (status(&text(rule, "State"))) }
                        td { code { (text(rule, "EventPattern")) } }
                        td { (text(rule, "Description")) }
                    }
                }
            }
        }
    }
}
