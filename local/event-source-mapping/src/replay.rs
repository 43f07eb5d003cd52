//! Reads a stream once from its oldest record to its present end, without a mapping.

use aws_sdk_dynamodbstreams::Client;
use serde_json::Value;

use crate::lineage::Lineage;
use crate::reader::{Origin, Page, ReadError, ShardReader};
use crate::stream;

/// Every record that the stream holds, in the form that Lambda hands to a function: shard by shard,
/// parents first.
///
/// The first read that finds nothing counts as a shard's present end. That is right for engines on
/// one machine; AWS may answer an empty page in the middle of a shard, so use a [`crate::Mapping`]
/// there.
///
/// # Errors
/// When a call fails or a record cannot be read. It is not tried again.
pub async fn replay(client: &Client, stream_arn: &str) -> Result<Vec<Value>, ReadError> {
    let mut records = Vec::new();
    let mut lineage = Lineage::default();
    lineage.list(stream::shards(client, stream_arn).await?);
    while let Some(shard) = lineage.ready().into_iter().next() {
        lineage.start(&shard);
        let reader = ShardReader::new(client.clone(), stream_arn, &shard, Origin::TrimHorizon);
        read_to_end(reader, &mut records).await?;
        lineage.finish(&shard);
    }
    Ok(records)
}

async fn read_to_end(mut reader: ShardReader, all: &mut Vec<Value>) -> Result<(), ReadError> {
    loop {
        let Page { records, closed } = reader.read().await?;
        let found = !records.is_empty();
        all.extend(records.into_iter().map(|record| record.json));
        if closed || !found {
            return Ok(());
        }
    }
}
