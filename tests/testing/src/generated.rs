//! Files of the repository that are written from the code.

use std::path::Path;
use std::{env, fs};

use serde_json::Value;

/// Asserts that a file holds this value as JSON. The file is named from the repository's root.
/// Writes it first where `UPDATE_GENERATED` is set; `command` is the command to set that for.
///
/// # Panics
/// Where the file holds anything else.
#[track_caller]
pub fn assert_generated(file: &str, value: &Value, command: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(file);
    let expected = format!("{}\n", serde_json::to_string_pretty(value).unwrap());
    if env::var_os("UPDATE_GENERATED").is_some() {
        fs::write(&path, &expected).unwrap();
    }
    assert!(
        fs::read_to_string(&path).unwrap_or_default() == expected,
        "{file} is out of date; write it anew with: UPDATE_GENERATED=1 {command}"
    );
}
