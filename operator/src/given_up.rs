//! The batches of stream records that the consumers gave up: files of a folder on this machine,
//! objects of a bucket on AWS.

mod batches;
mod bucket;
mod folder;

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};

use super::consumers::Consumer;
use super::{Installation, NotFound, Task, audit};
use batches::Batches;
use bucket::Bucket;
use folder::Folder;

/// Lambda's record of a batch that was given up.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GivenUp {
    request_context: RequestContext,
    timestamp: String,
    #[serde(rename = "DDBStreamBatchInfo")]
    batch: BatchInfo,
    /// The event that the function did not process.
    #[serde(default)]
    payload: Option<String>,
}

/// Which function, and why it is not tried again.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all(deserialize = "camelCase"))]
pub struct RequestContext {
    /// The function's ARN.
    pub function_arn: String,
    /// Lambda's word for the reason.
    pub condition: String,
    /// How often the batch was tried.
    pub approximate_invoke_count: u64,
}

/// Which records.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all(deserialize = "camelCase"))]
pub struct BatchInfo {
    /// How many records there are.
    pub batch_size: u64,
    /// When the first was written, in RFC 3339.
    #[serde(default)]
    pub approximate_arrival_of_first_record: String,
}

/// One batch. What cannot be read is absent.
#[derive(Clone, Debug, Serialize)]
pub struct Batch {
    /// Its name, by which it is redriven.
    pub name: String,
    /// When it was given up, in RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_up_at: Option<String>,
    /// Whose it is.
    #[serde(flatten)]
    pub request: Option<RequestContext>,
    /// What it holds.
    #[serde(flatten)]
    pub records: Option<BatchInfo>,
}

/// The batches that are kept.
#[derive(Clone, Debug, Serialize)]
pub struct Listed {
    /// The first of them, the oldest of a shard first.
    pub batches: Vec<Batch>,
    /// How many there are.
    pub all: usize,
}

impl RequestContext {
    /// The function's name without account, region and alias.
    #[must_use]
    pub fn function(&self) -> &str {
        let name = self.function_arn.split_once(":function:").map_or("", |(_, name)| name);
        name.split(':').next().unwrap_or_default()
    }
}

impl GivenUp {
    fn read(content: &[u8]) -> anyhow::Result<Self> {
        serde_json::from_slice(content).context("it is not a batch that Lambda gave up")
    }
}

impl Batch {
    fn of(name: String, content: &[u8]) -> Self {
        match GivenUp::read(content) {
            Ok(GivenUp { request_context, timestamp, batch, .. }) => Self {
                name,
                given_up_at: Some(timestamp),
                request: Some(request_context),
                records: Some(batch),
            },
            Err(_) => Self { name, given_up_at: None, request: None, records: None },
        }
    }
}

/// The names of all batches, the oldest of a shard first.
///
/// # Errors
/// When the mapping cannot be read, sends them nowhere, or the place that it names cannot be read.
pub async fn names(at: &Installation) -> anyhow::Result<Vec<String>> {
    kept(at).await?.names().await
}

/// The first `limit` batches.
///
/// # Errors
/// As [`names`].
pub fn list(at: &Installation, limit: usize) -> Task<'_, Listed> {
    Box::pin(async move {
        let kept = kept(at).await?;
        let names = kept.names().await?;
        let mut listed = Listed { all: names.len(), batches: Vec::new() };
        for name in names.into_iter().take(limit) {
            if let Some(content) = kept.read(&name).await? {
                listed.batches.push(Batch::of(name, &content));
            }
        }
        Ok(listed)
    })
}

/// The chosen names, all of which must be there; all that are there without any.
///
/// # Errors
/// [`NotFound`] for a name that is not there; else as [`names`].
pub fn choose<'a>(at: &'a Installation, chosen: &'a [String]) -> Task<'a, Vec<String>> {
    Box::pin(async move {
        let kept = names(at).await?;
        if chosen.is_empty() {
            return Ok(kept);
        }
        if let Some(missing) = chosen.iter().find(|name| !kept.contains(name)) {
            let advice = format!("trip on-failure list{}", at.place().option());
            return Err(NotFound::new(format!("there is no batch {missing}"), [advice]).into());
        }
        Ok(chosen.to_vec())
    })
}

/// Hands a batch to its function again, and removes it once it is processed. A batch that is gone
/// was redriven by somebody else.
///
/// # Errors
/// When the batch cannot be read, or its function does not process all of it: then it stays.
pub fn redrive<'a>(at: &'a Installation, name: &'a str) -> Task<'a, ()> {
    Box::pin(async move {
        let redriven = hand_over(at, name).await;
        let outcome = if redriven.is_ok() { "processed" } else { "not processed" };
        audit::note(at, "on-failure.redrive", name, outcome);
        redriven
    })
}

async fn hand_over(at: &Installation, name: &str) -> anyhow::Result<()> {
    let kept = kept(at).await?;
    let Some(content) = kept.read(name).await? else { return Ok(()) };
    let given_up = GivenUp::read(&content)?;
    let payload = given_up.payload.context("its records are not in it")?;
    let function = &given_up.request_context.function_arn;
    at.consumers.hand_over(function, payload.into_bytes()).await?;
    kept.remove(name).await
}

/// Where the consumers keep what they give up.
async fn kept(at: &Installation) -> anyhow::Result<Box<dyn Batches>> {
    let mapping = at.consumers.mapping(Consumer::Projector).await?;
    let destination = mapping.on_failure.context("the projector's mapping keeps no batch")?;
    if let Some(folder) = destination.strip_prefix("file://") {
        return Ok(Box::new(Folder::new(folder)));
    }
    match destination.strip_prefix("arn:aws:s3:::") {
        Some(bucket) => Ok(Box::new(Bucket::at(at.place(), bucket))),
        None => bail!("batches that were given up go to {destination}, which is no bucket"),
    }
}
