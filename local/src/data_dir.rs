//! The directory of a system's files, held by one process at a time.

mod ephemeral;

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use tempfile::TempDir;

use crate::options::Data;

/// The files of one system. Dropping it releases the directory, and removes a temporary one.
#[derive(Debug)]
pub struct DataDir {
    path: PathBuf,
    temporary: Option<TempDir>,
    _lock: File,
}

impl DataDir {
    /// Makes and locks the directory.
    ///
    /// # Errors
    /// When it cannot be made or read, or another process holds it.
    pub fn open(data: &Data) -> anyhow::Result<Self> {
        match data {
            Data::Dir(path) => Self::at(path.clone(), None),
            Data::Ephemeral => {
                let parent = std::env::temp_dir();
                ephemeral::clear(&parent);
                let temporary = ephemeral::make(&parent).context("no temporary directory")?;
                let directory = Self::at(temporary.path().to_path_buf(), Some(temporary))?;
                ephemeral::mark(&directory.path).context("cannot write to it")?;
                Ok(directory)
            }
        }
    }

    fn at(path: PathBuf, temporary: Option<TempDir>) -> anyhow::Result<Self> {
        fs::create_dir_all(&path).with_context(|| format!("cannot make {}", path.display()))?;
        let lock = lock(&path)?;
        Ok(Self { path, temporary, _lock: lock })
    }

    /// The path of one of the files.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Whether the files are of no use after this process.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        self.temporary.is_some()
    }
}

/// The operating system releases the lock when the process ends, however it ends. The directory
/// itself is locked, not a file in it, which somebody might delete.
fn lock(path: &Path) -> anyhow::Result<File> {
    let directory = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    match directory.try_lock() {
        Ok(()) => Ok(directory),
        Err(TryLockError::WouldBlock) => bail!(
            "another process uses {}; stop it, or name another directory with --data",
            path.display()
        ),
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("cannot lock {}", path.display()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_is_held_once_and_is_free_again_after() {
        let parent = TempDir::new().unwrap();
        let data = Data::Dir(parent.path().join("made-on-demand"));
        let held = DataDir::open(&data).unwrap();
        let refusal = DataDir::open(&data).unwrap_err().to_string();
        assert!(refusal.contains("another process uses"), "{refusal}");
        drop(held);
        assert!(DataDir::open(&data).is_ok());
    }

    #[test]
    fn a_directory_stays_held_whatever_is_deleted_in_it() {
        let parent = TempDir::new().unwrap();
        let data = Data::Dir(parent.path().to_path_buf());
        let held = DataDir::open(&data).unwrap();
        for name in ["lock", "dynamodb.db"] {
            fs::write(held.file(name), "").unwrap();
            fs::remove_file(held.file(name)).unwrap();
        }
        assert!(DataDir::open(&data).is_err());
    }

    #[test]
    fn a_temporary_directory_goes_with_its_system() {
        let directory = DataDir::open(&Data::Ephemeral).unwrap();
        let path = directory.file("");
        assert!(directory.is_temporary() && path.exists());
        drop(directory);
        assert!(!path.exists());
    }
}
