//! The bus's rules and their targets, as its own operations tell them.

use event_bus::{EventBus, handle};
use maud::{Markup, html};
use serde_json::{Value, json};

use crate::parts::{head, status, wide};

/// The product's bus.
const BUS: &str = domain::event::SOURCE;

/// The rules of the product's bus, each with its targets.
pub(super) async fn part(bus: &EventBus) -> Markup {
    let rules = list(bus, "ListRules", &json!({"EventBusName": BUS}), "Rules").await;
    let mut with_targets = Vec::new();
    for rule in rules {
        let asked = json!({"EventBusName": BUS, "Rule": rule["Name"]});
        let targets = list(bus, "ListTargetsByRule", &asked, "Targets").await;
        with_targets.push((rule, targets));
    }
    html! {
        section #rules {
            h2 { "Rules" }
            @if with_targets.is_empty() {
                p.note {
                    "None. " code { "aws events put-rule" }
                    " makes one; the events that match it carry its name."
                }
            } @else { (wide("Rules", &table(&with_targets))) }
        }
    }
}

/// The members of a list that the bus answers with; none if it refuses.
async fn list(bus: &EventBus, operation: &str, asked: &Value, member: &str) -> Vec<Value> {
    let answer = handle(bus, operation, asked.to_string().into()).await;
    let answer: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    answer[member].as_array().cloned().unwrap_or_default()
}

fn table(rules: &[(Value, Vec<Value>)]) -> Markup {
    let text = |rule: &Value, member: &str| rule[member].as_str().unwrap_or_default().to_owned();
    html! {
        table {
            (head(&["Rule", "State", "Pattern", "Targets", "Description"]))
            tbody {
                @for (rule, targets) in rules {
                    tr {
                        th scope="row" { (text(rule, "Name")) }
                        td { (status(&text(rule, "State"))) }
                        td { code { (text(rule, "EventPattern")) } }
                        td {
                            ul.plain {
                                @for target in targets {
                                    li { (text(target, "Id")) " " code { (text(target, "Arn")) } }
                                }
                            }
                        }
                        td { (text(rule, "Description")) }
                    }
                }
            }
        }
    }
}
