//! Rules of the repository that no compiler checks.

mod circles;
mod docs;
mod files;
mod imports;
mod manifests;
mod settings;
mod sources;
mod style;

/// Fails with every broken rule, not only with the first.
#[track_caller]
fn assert_none(broken: impl IntoIterator<Item = String>) {
    let broken: Vec<_> = broken.into_iter().collect();
    assert!(broken.is_empty(), "{} rules are broken:\n  {}", broken.len(), broken.join("\n  "));
}
