//! The secrets of one data directory: a user of AWS would keep them in Secrets Manager.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::Path;

use anyhow::Context;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tempfile::NamedTempFile;

use crate::data_dir::DataDir;

/// The bytes of a key.
const KEY: usize = 32;

/// The keys that sign search cursors. Random keys are made if the directory has none, and kept in a
/// file that only its owner can read, so that a cursor outlives a restart.
///
/// # Errors
/// When the file can be neither read nor written.
pub(crate) fn cursor_keys(directory: &DataDir) -> anyhow::Result<String> {
    let path = directory.file("cursor-keys");
    match fs::read_to_string(&path) {
        Ok(keys) => Ok(keys),
        Err(error) if error.kind() == ErrorKind::NotFound => make(&path),
        Err(error) => Err(error),
    }
    .with_context(|| format!("cannot read or make {}", path.display()))
}

/// A temporary file is readable only by its owner from the start. It gets its name when it is
/// complete: a killed process leaves no half-written key.
fn make(path: &Path) -> std::io::Result<String> {
    let keys = format!("local:{}", STANDARD.encode(rand::random::<[u8; KEY]>()));
    let mut file = NamedTempFile::new_in(path.parent().unwrap_or(Path::new(".")))?;
    file.write_all(keys.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path)?;
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Data;

    #[test]
    fn a_directory_keeps_its_keys_and_no_two_have_the_same() {
        let parent = tempfile::tempdir().unwrap();
        let keys = |name| {
            let directory = DataDir::open(&Data::Dir(parent.path().join(name))).unwrap();
            cursor_keys(&directory).unwrap()
        };
        assert_eq!(keys("a"), keys("a"));
        assert_ne!(keys("a"), keys("b"));
        assert!(keys("a").parse::<query_api::CursorKeys>().is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn the_keys_are_for_their_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let directory = DataDir::open(&Data::Ephemeral).unwrap();
        cursor_keys(&directory).unwrap();
        let mode = fs::metadata(directory.file("cursor-keys")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
