//! A copy of the workspace to break. It stays between runs, so that only changes are built again.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::{command, workspace};

/// Not part of the sources.
const LEFT_OUT: [&str; 6] = [".git", ".trip", ".venv", "cdk.out", "node_modules", "target"];

pub(crate) struct Copy {
    pub(crate) root: PathBuf,
    target: PathBuf,
}

impl Copy {
    /// Makes the copy equal to the workspace. Unchanged files keep their modification time, which
    /// cargo uses to detect changes.
    pub(crate) fn update(root: &Path) -> Result<Self> {
        let folder = workspace::target_dir()?.join("mutants");
        let copy = Self { root: folder.join("workspace"), target: folder.join("target") };
        mirror(root, &copy.root)?;
        Ok(copy)
    }

    /// `cargo test` on the copy. Its own target folder keeps broken crates out of the workspace's.
    pub(crate) fn tests(&self) -> Result<Command> {
        let mut tests = command::cargo()?;
        tests.current_dir(&self.root).env("CARGO_TARGET_DIR", &self.target);
        tests.env_remove("CARGO_MANIFEST_DIR").args(["test", "--no-fail-fast"]);
        Ok(tests)
    }
}

fn mirror(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        if LEFT_OUT.iter().any(|left_out| name == *left_out) {
            continue;
        }
        let (source, destination) = (entry.path(), to.join(&name));
        if entry.file_type()?.is_dir() {
            mirror(&source, &destination)?;
        } else {
            copy_if_different(&source, &destination)?;
        }
        names.insert(name);
    }
    remove_others(to, &names)
}

fn copy_if_different(from: &Path, to: &Path) -> Result<()> {
    let text = fs::read(from).with_context(|| format!("cannot read {}", from.display()))?;
    if fs::read(to).is_ok_and(|present| present == text) {
        return Ok(());
    }
    Ok(fs::write(to, text)?)
}

fn remove_others(folder: &Path, names: &BTreeSet<std::ffi::OsString>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if names.contains(&entry.file_name()) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?;
        } else {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn a_copy_gets_what_changed_and_keeps_the_times_of_the_rest() {
        let (from, to) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let (from, to) = (from.path(), to.path().join("workspace"));
        let write = |name: &str, text: &str| fs::write(from.join(name), text).unwrap();
        for folder in ["src", "target"] {
            fs::create_dir(from.join(folder)).unwrap();
            write(&format!("{folder}/left.rs"), "one");
        }
        write("src/kept.rs", "one");
        mirror(from, &to).unwrap();
        assert!(!to.join("target").exists());

        let kept = || fs::metadata(to.join("src/kept.rs")).unwrap().modified().unwrap();
        let (before, changed) = (kept(), from.join("src/left.rs"));
        fs::write(to.join("src/left.rs"), "broken").unwrap();
        mirror(from, &to).unwrap();
        assert_eq!(fs::read_to_string(to.join("src/left.rs")).unwrap(), "one");
        fs::remove_file(changed).unwrap();
        mirror(from, &to).unwrap();
        assert!(!to.join("src/left.rs").exists());
        assert_eq!(kept(), before);
    }
}
