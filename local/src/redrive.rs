//! Sends the batches that the stream consumers gave up to them again, until they have processed
//! them.
//! That is safe at any time: the projector writes no older version over a newer one, and the
//! dispatcher asks which of old events are still pending.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, ensure};
use serde_json::{Value, json};
use tokio::fs;

use crate::function::Function;
use crate::functions::Functions;
use crate::on_failure::OnFailure;

/// Hands every stored batch to its function again. Removes the file of a batch that succeeds.
pub(crate) async fn redrive(on_failure: &OnFailure, functions: &Arc<Functions>) {
    let files = match on_failure.kept() {
        Ok(files) => files,
        Err(error) => return tracing::warn!(%error, "the given-up batches cannot be listed"),
    };
    for file in files {
        let path = file.display();
        match redrive_one(&file, functions).await {
            Ok(()) => tracing::info!(%path, "a given-up batch was redriven"),
            Err(error) => tracing::warn!(%path, "a given-up batch does not pass yet: {error:#}"),
        }
    }
}

async fn redrive_one(file: &Path, functions: &Arc<Functions>) -> anyhow::Result<()> {
    let record: Value = serde_json::from_slice(&fs::read(file).await?)?;
    let arn = record["requestContext"]["functionArn"].as_str().context("it names no function")?;
    let function = Function::named(arn).with_context(|| format!("there is no function {arn}"))?;
    let payload = record["payload"].as_str().context("it has no payload")?;
    let answer = functions.invoke(function, serde_json::from_str(payload)?, None).await;
    let answer = answer.map_err(|error| anyhow::anyhow!("{}", error.message))?;
    ensure!(answer["batchItemFailures"] == json!([]), "{} failed in part", function.name());
    Ok(fs::remove_file(file).await?)
}
