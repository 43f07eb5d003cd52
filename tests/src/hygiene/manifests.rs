//! Rules for every crate's manifest.

use super::assert_none;
use super::files::with_extension;

#[test]
fn every_crate_takes_the_workspaces_lints() {
    let manifests =
        with_extension(&["toml"]).into_iter().filter(|file| file.path.ends_with("Cargo.toml"));
    // A workspace of its own has nothing to take.
    let crates = manifests
        .filter(|file| file.text.contains("[package]") && !file.text.contains("\n[workspace]"));
    let lax = crates.filter(|file| !file.text.contains("[lints]\nworkspace = true"));
    assert_none(lax.map(|file| format!("{} has lints of its own", file.path.display())));
}
