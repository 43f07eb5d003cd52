//! Rules for every crate's manifest.

use super::assert_none;
use super::files::with_extension;

#[test]
fn every_crate_takes_the_workspaces_lints() {
    let manifests =
        with_extension(&["toml"]).into_iter().filter(|file| file.path.ends_with("Cargo.toml"));
    let crates = manifests.filter(|file| file.text.contains("[package]"));
    let lax = crates.filter(|file| !file.text.contains("[lints]\nworkspace = true"));
    assert_none(lax.map(|file| format!("{} has lints of its own", file.path.display())));
}
