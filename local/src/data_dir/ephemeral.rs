//! Temporary directories, and the removal of those whose process was killed.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use tempfile::TempDir;

/// The prefix of a temporary directory's name.
const PREFIX: &str = "trip-saga-";
/// The file that says that the directory is of no use after its process. It is written once the
/// directory is locked, so a process that finds it and can take the lock knows that the owner is
/// gone.
const MARK: &str = "ephemeral";

/// A new directory in `parent`.
pub(super) fn make(parent: &Path) -> io::Result<TempDir> {
    TempDir::with_prefix_in(PREFIX, parent)
}

/// Marks a directory that is locked.
pub(super) fn mark(directory: &Path) -> io::Result<()> {
    fs::write(directory.join(MARK), "")
}

/// Removes the directories that killed processes have left in `parent`.
pub(super) fn clear(parent: &Path) {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    let ours = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX));
    for path in ours.map(|entry| entry.path()) {
        match remove_if_left(&path) {
            Ok(true) => tracing::debug!(path = %path.display(), "removed a killed system's files"),
            Ok(false) => {}
            Err(error) => tracing::debug!(path = %path.display(), %error, "it stays"),
        }
    }
}

fn remove_if_left(path: &Path) -> io::Result<bool> {
    // A link, or another user's directory, is not ours.
    let (found, mark) = (fs::symlink_metadata(path)?, path.join(MARK));
    if !found.is_dir() || !fs::symlink_metadata(&mark).is_ok_and(|mark| mark.uid() == found.uid()) {
        return Ok(false);
    }
    let directory = File::open(path)?;
    if directory.try_lock().is_err() {
        return Ok(false);
    }
    fs::remove_dir_all(path)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data_dir::lock;

    #[test]
    fn what_a_killed_process_left_is_cleared_and_nothing_else() {
        let parent = TempDir::new().unwrap();
        let [left, in_use, just_made] = [(); 3].map(|()| make(parent.path()).unwrap().keep());
        let foreign = parent.path().join("somebody-else's");
        fs::create_dir(&foreign).unwrap();
        for directory in [&left, &in_use, &foreign] {
            mark(directory).unwrap();
        }
        fs::write(left.join("dynamodb.db"), "rows").unwrap();
        std::os::unix::fs::symlink(&foreign, parent.path().join("trip-saga-link")).unwrap();
        let _lock = lock(&in_use).unwrap();

        clear(parent.path());
        assert!(!left.exists());
        assert!(in_use.exists() && just_made.exists() && foreign.join(MARK).exists());
    }
}
