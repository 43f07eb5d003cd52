//! The paths of the workspace's root and its target folder.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The workspace's root: the nearest folder with a `Cargo.lock`, from the running package upwards.
///
/// Cargo tells each program that it runs the package's folder. Reading that at run time, not at
/// compile time, lets several checkouts share a target folder.
pub(crate) fn root() -> Result<PathBuf> {
    let package = match env::var_os("CARGO_MANIFEST_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => env::current_dir()?,
    };
    package
        .ancestors()
        .find(|folder| folder.join("Cargo.lock").is_file())
        .map(Path::to_path_buf)
        .with_context(|| format!("no Cargo.lock in {} or above it", package.display()))
}

/// Cargo's target folder: `CARGO_TARGET_DIR`, else `target` at the root.
pub(crate) fn target_dir() -> Result<PathBuf> {
    let folder = env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    Ok(root()?.join(folder))
}
