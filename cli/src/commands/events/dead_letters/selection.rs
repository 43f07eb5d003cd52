//! Which of the dead letters a command is about.

use std::collections::BTreeSet;
use std::path::Path;

use event_delivery::DeadLetter;
use operator::NotFound;
use uuid::Uuid;

/// Ids, or all of them.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub struct Selection {
    /// Their ids, as `list` prints them
    #[arg(value_name = "ID", value_parser = id)]
    ids: Vec<Uuid>,
    /// All of them
    #[arg(long)]
    all: bool,
}

/// The text is not the id of a dead letter.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("must be an id as `trip events dead-letters list` prints them")]
struct IdFormat;

fn id(text: &str) -> Result<Uuid, IdFormat> {
    text.parse().map_err(|_| IdFormat)
}

impl Selection {
    /// The letters that are meant, in their order.
    ///
    /// # Errors
    /// When an id is not among them.
    pub(super) fn of(
        &self,
        letters: Vec<DeadLetter>,
        file: &Path,
    ) -> anyhow::Result<Vec<DeadLetter>> {
        if self.all {
            return Ok(letters);
        }
        let known: BTreeSet<_> = letters.iter().map(|letter| letter.id).collect();
        for id in &self.ids {
            if !known.contains(id) {
                let what = format!("there is no dead letter {id} in {}", file.display());
                return Err(NotFound::new(what, []).into());
            }
        }
        Ok(letters.into_iter().filter(|letter| self.ids.contains(&letter.id)).collect())
    }
}
