//! Passes over whole tables, as the command line asks for them: how fast, and where they go on.

use std::fs;
use std::io::ErrorKind;
use std::num::{NonZeroU16, NonZeroU32};
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::Context;
use operator::pass::{Checkpoint, How};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// How often a checkpoint is written.
const EVERY: Duration = Duration::from_secs(1);

/// How the tables are read.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct PassArgs {
    /// Work on this table of the view, in place of the one that answers searches
    #[arg(long, value_name = "NAME")]
    pub(super) table: Option<String>,
    /// Read each table in so many parts at the same time; in 4 on AWS unless set, and as a whole on
    /// this machine, where parts make it slower
    #[arg(long, value_name = "N", conflicts_with = "trip")]
    segments: Option<NonZeroU16>,
    /// Look at no more than so many trips and rows a second
    #[arg(long, value_name = "N", conflicts_with = "trip")]
    rate: Option<NonZeroU32>,
    /// Keep in this file how far it is, and go on from there if the file exists; it is removed at
    /// the end
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    #[arg(conflicts_with = "trip")]
    checkpoint: Option<PathBuf>,
}

impl PassArgs {
    pub(super) fn how(&self) -> How {
        How { segments: self.segments, rate: self.rate }
    }

    /// The file, and what an earlier pass left in it.
    ///
    /// # Errors
    /// When there is a file that is no checkpoint.
    pub(super) fn begin<F: DeserializeOwned>(
        &self,
    ) -> anyhow::Result<(Keeper, Option<Checkpoint<F>>)> {
        let keeper = Keeper { file: self.checkpoint.clone(), written: Mutex::new(None) };
        let Some(file) = &self.checkpoint else { return Ok((keeper, None)) };
        match fs::read(file) {
            Ok(content) => {
                let read = serde_json::from_slice(&content);
                let what = || format!("{} is not a checkpoint of this command", file.display());
                Ok((keeper, Some(read.with_context(what)?)))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok((keeper, None)),
            Err(error) => Err(error).with_context(|| format!("cannot read {}", file.display())),
        }
    }
}

/// Writes checkpoints to a file, if one was asked for.
pub(super) struct Keeper {
    file: Option<PathBuf>,
    written: Mutex<Option<Instant>>,
}

impl Keeper {
    /// Writes a checkpoint, unless one was written a moment ago. The file is whole at any time.
    pub(super) fn keep<F: Serialize>(&self, checkpoint: &Checkpoint<F>) -> anyhow::Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        let Ok(mut written) = self.written.lock() else { return Ok(()) };
        if written.is_some_and(|written| written.elapsed() < EVERY) {
            return Ok(());
        }
        let mut new = file.clone().into_os_string();
        new.push(".new");
        let kept = fs::write(&new, serde_json::to_vec(checkpoint)?);
        let kept = kept.and_then(|()| fs::rename(&new, file));
        kept.with_context(|| format!("cannot write {}", file.display()))?;
        *written = Some(Instant::now());
        Ok(())
    }

    /// The pass is over.
    pub(super) fn end(self) -> anyhow::Result<()> {
        let Some(file) = self.file else { return Ok(()) };
        match fs::remove_file(&file) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(error).with_context(|| format!("cannot remove {}", file.display()))
            }
            _ => Ok(()),
        }
    }
}
