//! The on-failure destination of the stream consumers: a folder of JSON files, which are redriven.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use async_trait::async_trait;
use event_source_mapping::{DiscardedBatch, FailureDestination, StorageError};
use tempfile::NamedTempFile;
use uuid::Uuid;

/// A folder that holds each discarded batch as a file, under the name that Lambda gives it in a
/// bucket. The file's `payload` is the event that the function could not process;
/// [`crate::redrive`] sends it again.
#[derive(Clone, Debug)]
pub(crate) struct OnFailure(PathBuf);

impl OnFailure {
    /// The folder, which is created when the first batch is discarded.
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// The folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.0
    }

    /// The files of all stored batches, the oldest of a shard first.
    ///
    /// # Errors
    /// When a folder cannot be read.
    pub(crate) fn kept(&self) -> io::Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        collect(&self.0, &mut files)?;
        files.sort();
        Ok(files)
    }

    /// Writes the file whole or not at all, and durably.
    fn write(&self, batch: &DiscardedBatch) -> anyhow::Result<PathBuf> {
        let path = self.0.join(format!("{}.json", batch.object_key(Uuid::new_v4())));
        let folder = path.parent().context("a discarded batch has no name")?;
        make_durably(folder)?;
        let mut file = NamedTempFile::new_in(folder)?;
        file.write_all(format!("{:#}\n", batch.invocation_record).as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(&path)?;
        sync(folder)?;
        Ok(path)
    }
}

#[async_trait]
impl FailureDestination for OnFailure {
    async fn keep(&self, batch: &DiscardedBatch) -> Result<(), StorageError> {
        let (folder, batch) = (self.clone(), batch.clone());
        let task = tokio::task::spawn_blocking(move || folder.write(&batch));
        let path =
            task.await.map_err(StorageError::destination)?.map_err(StorageError::destination)?;
        tracing::warn!(path = %path.display(), "a discarded batch is kept, to be redriven");
        Ok(())
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
    Ok(())
}

/// Creates a folder and its parents. A new folder is durable only once its parent is synced.
fn make_durably(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let Some(parent) = folder.parent() else { return Ok(()) };
    make_durably(parent)?;
    match fs::create_dir(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => sync(parent),
    }
}

fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use domain::Timestamp;
    use serde_json::{Value, json};

    use super::*;

    fn batch() -> DiscardedBatch {
        DiscardedBatch {
            mapping: "projector".to_owned(),
            shard: "shardId-1".to_owned(),
            discarded_at: Timestamp::from_millis(1_768_478_405_678),
            invocation_record: json!({"version": "1.0", "payload": "{\"Records\":[]}"}),
        }
    }

    fn files(folder: &Path) -> Vec<PathBuf> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
    }

    #[tokio::test]
    async fn each_discarded_batch_is_a_file_of_its_own_under_lambdas_name() {
        let data = tempfile::tempdir().unwrap();
        let on_failure = OnFailure::new(data.path().join("on-failure"));
        on_failure.keep(&batch()).await.unwrap();
        on_failure.keep(&batch()).await.unwrap();
        let day = data.path().join("on-failure/aws/lambda/projector/shardId-1/2026/01/15");
        let kept = files(&day);
        assert_eq!(kept.len(), 2, "{kept:?}");
        for path in kept {
            let name = path.file_name().unwrap().to_str().unwrap();
            assert!(name.starts_with("2026-01-15T12.00.05-") && name.ends_with(".json"), "{name}");
            let content: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
            assert_eq!(content, batch().invocation_record);
        }
        assert_eq!(on_failure.kept().unwrap().len(), 2);
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_made_is_an_error() {
        let file = NamedTempFile::new().unwrap();
        let on_failure = OnFailure::new(file.path().join("on-failure"));
        assert!(on_failure.keep(&batch()).await.is_err());
    }
}
