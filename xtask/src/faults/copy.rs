//! A copy of the workspace to break. It stays between runs, so that only changes are built again.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::workspace;

/// Not part of the sources.
const LEFT_OUT: [&str; 6] = [".git", ".trip", ".venv", "cdk.out", "node_modules", "target"];

pub(super) struct Copy {
    pub(super) root: PathBuf,
    pub(super) target: PathBuf,
}

impl Copy {
    /// Makes the copy equal to the workspace. Unchanged files keep their modification time, which
    /// cargo uses to detect changes.
    pub(super) fn update(root: &Path) -> Result<Self> {
        let folder = workspace::target_dir()?.join("mutants");
        let copy = Self { root: folder.join("workspace"), target: folder.join("target") };
        mirror(root, &copy.root)?;
        Ok(copy)
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
