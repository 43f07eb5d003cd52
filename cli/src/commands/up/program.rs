//! How a shell finds this program.

use std::env;
use std::ffi::OsStr;
use std::path::PathBuf;

/// The name under which everything here calls it.
const NAME: &str = "trip";

/// This program's path, unless a shell finds it by its name.
pub(super) fn unnamed() -> Option<PathBuf> {
    let own = env::current_exe().ok()?.canonicalize().ok()?;
    let known = found(&env::var_os("PATH").unwrap_or_default());
    (known.as_ref() != Some(&own)).then_some(own)
}

/// What a shell with this search path finds by the name.
fn found(search_path: &OsStr) -> Option<PathBuf> {
    env::split_paths(search_path).find_map(|folder| folder.join(NAME).canonicalize().ok())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_first_folder_that_has_the_name_decides() {
        let [empty, first, second] = [(); 3].map(|()| tempfile::tempdir().unwrap());
        for folder in [&first, &second] {
            fs::write(folder.path().join(NAME), "").unwrap();
        }
        let path = |folders: [&tempfile::TempDir; 2]| {
            env::join_paths(folders.map(|folder| folder.path())).unwrap()
        };
        let expected = first.path().join(NAME).canonicalize().unwrap();
        assert_eq!(found(&path([&empty, &first])), Some(expected.clone()));
        assert_eq!(found(&path([&first, &second])), Some(expected));
        assert_eq!(found(OsStr::new("")), None);
    }
}
