//! The tables as JSON, for the infrastructure code.

use serde_json::{Value, json};

use super::{SANDBOX, TRIP_SAGA, TRIP_SEARCH};

/// The contents of `infra/generated/tables.json`: the tables by their role in the product.
#[must_use]
pub fn describe() -> Value {
    json!({
        "$comment": "Generated from store::schema, do not edit: UPDATE_GENERATED=1 cargo test -p store",
        "billingMode": "PAY_PER_REQUEST",
        "keyType": "S",
        "tables": { "trips": TRIP_SAGA, "search": TRIP_SEARCH, "sandbox": SANDBOX },
    })
}

#[cfg(test)]
mod tests {
    use testing::assert_generated;

    use super::*;

    #[test]
    fn the_generated_description_is_up_to_date() {
        assert_generated("infra/generated/tables.json", &describe(), "cargo test -p store");
    }
}
