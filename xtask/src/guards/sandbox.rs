//! A copy of the domain crate to break: a small workspace under the target folder.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::mutation::Mutation;
use crate::verdict::Verdict;
use crate::{command, workspace};

/// The copy's root folder.
pub(super) struct Sandbox(PathBuf);

impl Sandbox {
    /// Copies the domain, with the manifest and the lock file of its workspace.
    pub(super) fn create(root: &Path) -> Result<Self> {
        let folder = workspace::target_dir()?.join("guards/workspace");
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        copy(&root.join("domain"), &folder.join("domain"))?;
        fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
        let manifest = fs::read_to_string(root.join("Cargo.toml"))?;
        fs::write(folder.join("Cargo.toml"), only_the_domain(&manifest)?)?;
        Ok(Self(folder))
    }

    /// The result of the tests on the broken copy.
    pub(super) fn with(&self, mutation: &Mutation) -> Result<Verdict> {
        mutation.during(&self.0, || self.test())
    }

    /// Runs the copy's tests. The copy has its own target folder: in the workspace's, the broken
    /// crate would replace the real one.
    pub(super) fn test(&self) -> Result<Verdict> {
        let mut cargo = command::cargo()?;
        cargo.current_dir(&self.0).env("CARGO_TARGET_DIR", self.0.with_file_name("target"));
        cargo.args(["test", "--package", "domain", "--no-fail-fast"]);
        Ok(Verdict::read(&command::capture(&mut cargo)?))
    }
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, destination) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            copy(&source, &destination)?;
        } else {
            fs::copy(source, destination)?;
        }
    }
    Ok(())
}

/// The workspace's manifest with the domain as its only member: the same dependencies, profiles
/// and lints.
fn only_the_domain(manifest: &str) -> Result<String> {
    let (before, members) =
        manifest.split_once("\nmembers = [").context("Cargo.toml lists no members")?;
    let (_, after) = members.split_once(']').context("Cargo.toml's members do not end")?;
    let after = after.lines().filter(|line| !line.starts_with("default-members"));
    let after: Vec<_> = after.collect();
    Ok(format!("{before}\nmembers = [\"domain\"]{}\n", after.join("\n")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_copy_keeps_the_manifest_but_for_its_members() {
        let manifest = "[workspace]\nresolver = \"3\"\nmembers = [\n    \"domain\",\n    \"cli\",\n]\n\
            default-members = [\"cli\"]\n\n[profile.dev]\ndebug = 0\n";
        let expected =
            "[workspace]\nresolver = \"3\"\nmembers = [\"domain\"]\n\n[profile.dev]\ndebug = 0\n";
        assert_eq!(only_the_domain(manifest).unwrap(), expected);
    }
}
