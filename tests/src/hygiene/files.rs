//! The files of the repository, without what tools write.

use std::path::{Path, PathBuf};
use std::{env, fs};

/// Folders that tools fill.
const GENERATED: &[&str] = &["target", "node_modules", "cdk.out"];

/// A text file of the repository.
pub(super) struct File {
    /// Relative to the repository's root.
    pub(super) path: PathBuf,
    pub(super) text: String,
}

/// The repository's root.
pub(super) fn root() -> PathBuf {
    let package = env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs the tests");
    Path::new(&package).parent().expect("the package is in the repository").to_path_buf()
}

/// Whether a folder's content is written by tools, or hidden.
pub(super) fn is_generated(folder: &str) -> bool {
    folder.starts_with('.') || GENERATED.contains(&folder)
}

/// Every file of the repository with one of the extensions.
pub(super) fn with_extension(extensions: &[&str]) -> Vec<File> {
    let root = root();
    let mut paths = Vec::new();
    collect(&root, &mut paths);
    paths.retain(|path| {
        path.extension().is_some_and(|found| extensions.iter().any(|e| found == *e))
    });
    paths.sort();
    paths.into_iter().map(|path| read(&root, &path)).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        if !entry.file_type().unwrap().is_dir() {
            paths.push(entry.path());
        } else if !is_generated(&entry.file_name().to_string_lossy()) {
            collect(&entry.path(), paths);
        }
    }
}

fn read(root: &Path, path: &Path) -> File {
    let text =
        fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    File { path: path.strip_prefix(root).unwrap().to_path_buf(), text }
}
