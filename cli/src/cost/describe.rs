//! The formula as `infra/generated/costs.json`, which the infrastructure's price table is made of.

use serde_json::{Value, json};

use super::bill::Line;
use super::counts::Counts;
use super::prices::{PRICES, Price, REGION};
use super::standing;
use super::usage::Usage;

/// The content of `infra/generated/costs.json`.
///
/// # Errors
/// When the counts cannot be read.
pub fn describe() -> serde_json::Result<Value> {
    let booked = Counts::read()?.booked();
    let usage = booked.map(|booked| Usage::of(&booked)).unwrap_or_default();
    let prices = PRICES.iter().map(|price| {
        let Price { unit, service, dollars, per, source } = price;
        json!({ "unit": unit, "service": service, "dollars": dollars, "per": per, "source": source })
    });
    let rented = standing::RENTED.iter();
    let rented = rented.map(|(what, count, unit)| Line::new(what, *count, *unit));
    Ok(json!({
        "$comment": "Generated from cli::cost, do not edit: UPDATE_GENERATED=1 cargo test -p cli",
        "region": REGION,
        "prices": prices.collect::<Vec<_>>(),
        "perBooking": usage.lines(),
        "rented": rented.collect::<Vec<_>>(),
        "sweeps": standing::sweeps(),
    }))
}

#[cfg(test)]
mod tests {
    use testing::assert_generated;

    use super::*;

    #[test]
    fn the_generated_formula_is_up_to_date() {
        let formula = describe().unwrap();
        assert_generated("infra/generated/costs.json", &formula, "cargo test -p cli");
    }
}
