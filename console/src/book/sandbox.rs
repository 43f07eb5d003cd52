//! The faults of the sandbox suppliers, each with a line on what it does.

use domain::request::SandboxStep;
use maud::{Markup, html};

use super::fields::Fields;

/// What a supplier that is asked for something may do.
const REQUESTED: [(&str, &str); 8] = [
    ("unavailable", "says no, for good"),
    ("error:2", "fails twice, then works"),
    ("error", "fails at every try, without effect"),
    ("slow", "works, two seconds late"),
    ("timeout:1", "is silent once, then works"),
    ("timeout", "never answers, without effect"),
    ("timeout_after_effect", "does its work, never answers"),
    ("late_effect", "never answers; its work arrives after the compensation"),
];
/// What a supplier that undoes something may do: it cannot say no.
const UNDOING: [(&str, &str); 5] = [
    ("error:2", "fails twice, then works"),
    ("error", "fails at every try: the compensation gives up"),
    ("slow", "works, two seconds late"),
    ("timeout:1", "is silent once, then works"),
    ("timeout_after_effect:2", "does its work, answers at the third try"),
];

const STEPS: [(SandboxStep, &str, &str); 6] = [
    (SandboxStep::Flight, "Airline", "reserves the flight"),
    (SandboxStep::Hotel, "Hotel", "reserves the room"),
    (SandboxStep::Payment, "Payment provider", "captures the payment"),
    (SandboxStep::FlightCancel, "Airline, undoing", "releases the flight"),
    (SandboxStep::HotelCancel, "Hotel, undoing", "releases the room"),
    (SandboxStep::PaymentRefund, "Payment provider, undoing", "voids or refunds"),
];

/// A switch for each call that a supplier gets.
pub(super) fn switches(fields: &Fields, errors: &[(String, String)]) -> Markup {
    html! {
        fieldset.faults {
            legend { "Faults" }
            p.note { "How the sandbox suppliers behave for this trip. A fault holds for every try unless it says otherwise." }
            div.grid { @for step in STEPS { (switch(fields, errors, step)) } }
        }
    }
}

fn switch(
    fields: &Fields,
    errors: &[(String, String)],
    (step, supplier, does): (SandboxStep, &str, &str),
) -> Markup {
    let name = format!("sandbox.{}", step.key());
    let chosen = fields.get(&name);
    html! {
        div.field {
            label for=(name) { (supplier) " " span.note { (does) } }
            select id=(name) name=(name) {
                option value="" { "works" }
                @for (value, told) in faults(step) {
                    @let value = spelled(step, value);
                    option value=(value) selected[chosen == value] { (value) " – " (told) }
                }
            }
            @for (_, detail) in errors.iter().filter(|(field, _)| *field == name) { p.error { (detail) } }
        }
    }
}

fn faults(step: SandboxStep) -> &'static [(&'static str, &'static str)] {
    if step.may_be_refused() { &REQUESTED } else { &UNDOING }
}

/// A payment that is refused is declined.
fn spelled(step: SandboxStep, value: &'static str) -> &'static str {
    if step == SandboxStep::Payment && value == "unavailable" { "declined" } else { value }
}

#[cfg(test)]
mod tests {
    use domain::request::Sandbox;
    use serde_json::json;

    use super::*;

    #[test]
    fn the_api_knows_every_fault_of_the_form() {
        for (step, ..) in STEPS {
            for (value, _) in faults(step) {
                let asked = json!({step.key(): spelled(step, value)});
                assert!(Sandbox::parse(&asked).is_ok(), "{asked}");
            }
        }
        assert_eq!(STEPS.map(|(step, ..)| step), SandboxStep::ALL);
    }
}
