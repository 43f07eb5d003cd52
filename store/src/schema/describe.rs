//! The tables as JSON, for the infrastructure code.

use serde_json::{Value, json};

use super::{SANDBOX, TRIP_SAGA, TRIP_SEARCH};

/// What `infra/generated/tables.json` holds: the tables by their place in the product.
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
    use std::path::PathBuf;
    use std::{env, fs};

    use super::*;

    #[test]
    fn the_generated_description_is_up_to_date() {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../infra/generated/tables.json");
        let expected = format!("{}\n", serde_json::to_string_pretty(&describe()).unwrap());
        if env::var_os("UPDATE_GENERATED").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &expected).unwrap();
        }
        let found = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            found == expected,
            "{} differs from store::schema; write it anew with: UPDATE_GENERATED=1 cargo test -p store",
            path.display()
        );
    }
}
