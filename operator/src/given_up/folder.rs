//! A folder of files, as the local runtime keeps them.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use anyhow::Context;
use async_trait::async_trait;

use super::batches::Batches;

/// A folder with one file for each batch.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    fn failed(&self) -> String {
        format!("cannot use the folder {}", self.0.display())
    }
}

#[async_trait]
impl Batches for Folder {
    async fn names(&self) -> anyhow::Result<Vec<String>> {
        let mut files = Vec::new();
        collect(&self.0, &mut files).with_context(|| self.failed())?;
        let name = |file: PathBuf| Some(file.strip_prefix(&self.0).ok()?.to_str()?.to_owned());
        let mut names: Vec<_> = files.into_iter().filter_map(name).collect();
        names.sort();
        Ok(names)
    }

    async fn read(&self, name: &str) -> anyhow::Result<Option<Vec<u8>>> {
        there(fs::read(self.0.join(name))).with_context(|| self.failed())
    }

    async fn remove(&self, name: &str) -> anyhow::Result<()> {
        there(fs::remove_file(self.0.join(name))).map(drop).with_context(|| self.failed())
    }
}

/// The system itself redrives these files: one may be gone at any time.
fn there<T>(found: io::Result<T>) -> io::Result<Option<T>> {
    match found {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        found => found.map(Some),
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in there(fs::read_dir(folder))?.into_iter().flatten() {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn files_of_subfolders_are_batches_and_one_may_be_gone() {
        let parent = tempfile::tempdir().unwrap();
        let folder = Folder::new(parent.path().join("on-failure"));
        assert!(folder.names().await.unwrap().is_empty());
        fs::create_dir_all(folder.0.join("a/b")).unwrap();
        fs::write(folder.0.join("a/b/1.json"), "{}").unwrap();
        fs::write(folder.0.join("a/b/half.tmp"), "{").unwrap();
        assert_eq!(folder.names().await.unwrap(), ["a/b/1.json"]);
        assert_eq!(folder.read("a/b/1.json").await.unwrap().as_deref(), Some(b"{}".as_slice()));
        folder.remove("a/b/1.json").await.unwrap();
        folder.remove("a/b/1.json").await.unwrap();
        assert_eq!(folder.read("a/b/1.json").await.unwrap(), None);
    }
}
