//! The part of the projector that reads a batch.

use anyhow::ensure;
use async_trait::async_trait;
use lambda_kit::stream::{Batch, Text};
use serde_json::value::RawValue;
use store::image::Keys;
use store::view::SearchRow;

use crate::contender::Contender;

/// Reads each record as the projector does, and no more.
pub(crate) struct Decoding;

#[async_trait]
impl Contender for Decoding {
    async fn process(&self, batch: Box<RawValue>) -> anyhow::Result<()> {
        let text = Text::without_old_images(&batch);
        let read = Batch::read(&text, |_: &Keys<'_>, image| SearchRow::of(image))?;
        ensure!(matches!(read, Batch::Plain(_)), "a record has not the usual form");
        Ok(())
    }
}
