//! The batches of stream records that the consumers gave up: files of a folder on this machine,
//! objects of a bucket on AWS.

mod batches;
mod bucket;
mod folder;

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};

use super::Installation;
use super::consumers::Consumer;
use bucket::Bucket;
use folder::Folder;

pub(crate) use batches::Batches;

/// Lambda's record of a batch that was given up.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GivenUp {
    pub(crate) request_context: RequestContext,
    pub(crate) timestamp: String,
    #[serde(rename = "DDBStreamBatchInfo")]
    pub(crate) batch: BatchInfo,
    /// The event that the function did not process.
    #[serde(default)]
    pub(crate) payload: Option<String>,
}

/// Which function, and why it is not tried again.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all(deserialize = "camelCase"))]
pub(crate) struct RequestContext {
    pub(crate) function_arn: String,
    pub(crate) condition: String,
    pub(crate) approximate_invoke_count: u64,
}

/// Which records.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all(deserialize = "camelCase"))]
pub(crate) struct BatchInfo {
    pub(crate) batch_size: u64,
    #[serde(default)]
    pub(crate) approximate_arrival_of_first_record: String,
}

impl GivenUp {
    /// Reads a batch.
    ///
    /// # Errors
    /// When it is not a record of Lambda's.
    pub(crate) fn read(content: &[u8]) -> anyhow::Result<Self> {
        serde_json::from_slice(content).context("it is not a batch that Lambda gave up")
    }
}

impl RequestContext {
    /// The function's name without account, region and alias.
    pub(crate) fn function(&self) -> &str {
        let name = self.function_arn.split_once(":function:").map_or("", |(_, name)| name);
        name.split(':').next().unwrap_or_default()
    }
}

impl Installation {
    /// Where its consumers keep what they give up.
    ///
    /// # Errors
    /// When the mapping cannot be read, or sends it nowhere.
    pub(crate) async fn given_up(&self) -> anyhow::Result<Box<dyn Batches>> {
        let mapping = self.consumers.mapping(Consumer::Projector).await?;
        let destination = mapping.on_failure.context("the projector's mapping keeps no batch")?;
        if let Some(folder) = destination.strip_prefix("file://") {
            return Ok(Box::new(Folder::new(folder)));
        }
        match destination.strip_prefix("arn:aws:s3:::") {
            Some(bucket) => Ok(Box::new(Bucket::at(self.place(), bucket).await)),
            None => bail!("batches that were given up go to {destination}, which is no bucket"),
        }
    }
}
