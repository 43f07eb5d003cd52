//! A table's stream, read from its beginning.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use anyhow::{Context, ensure};
use serde_json::{Value, json};
use tokio::time::sleep;

/// The local system looks at a signature's form alone.
const UNSIGNED: &str = "AWS4-HMAC-SHA256 Credential=local/20130301/us-east-1/dynamodb/aws4_request, \
    SignedHeaders=host;x-amz-date, Signature=0";
/// How often the stream is read until every trip is at rest.
const READS: usize = 120;

/// The stream of a table.
pub struct Stream {
    dynamodb: String,
    arn: String,
    /// What was read, by sequence number.
    records: BTreeMap<String, Value>,
}

impl Stream {
    /// The stream of that table.
    ///
    /// # Errors
    /// When there is none.
    pub async fn of_table(dynamodb: &str, table: &str) -> anyhow::Result<Self> {
        let streams = call(dynamodb, "ListStreams", &json!({ "TableName": table })).await?;
        let arn = streams["Streams"][0]["StreamArn"].as_str().context("the table has no stream")?;
        Ok(Self { dynamodb: dynamodb.to_owned(), arn: arn.to_owned(), records: BTreeMap::new() })
    }

    /// What was read so far, in Lambda's form.
    pub const fn records(&self) -> &BTreeMap<String, Value> {
        &self.records
    }

    /// Reads until so many more trips are confirmed or failed.
    ///
    /// # Errors
    /// When the stream cannot be read, or the trips do not come to rest.
    pub async fn read_until_at_rest(&mut self, more: usize) -> anyhow::Result<()> {
        let wanted = self.at_rest() + more;
        for _ in 0..READS {
            self.read().await?;
            if self.at_rest() >= wanted {
                return Ok(());
            }
            sleep(Duration::from_secs(1)).await;
        }
        anyhow::bail!("{} trips of {wanted} have come to rest", self.at_rest())
    }

    fn at_rest(&self) -> usize {
        self.records.values().filter_map(trip_at_rest).collect::<HashSet<_>>().len()
    }

    /// Adds what the stream has.
    async fn read(&mut self) -> anyhow::Result<()> {
        let stream = self.call("DescribeStream", json!({ "StreamArn": self.arn })).await?;
        let shards = stream["StreamDescription"]["Shards"].as_array().context("no shards")?;
        for shard in shards {
            self.read_shard(&shard["ShardId"]).await?;
        }
        Ok(())
    }

    async fn read_shard(&mut self, shard: &Value) -> anyhow::Result<()> {
        let origin = json!({
            "StreamArn": self.arn, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON",
        });
        let mut next = self.call("GetShardIterator", origin).await?["ShardIterator"].take();
        while !next.is_null() {
            let mut page = self.call("GetRecords", json!({ "ShardIterator": next })).await?;
            let Value::Array(read) = page["Records"].take() else { break };
            if read.is_empty() {
                break;
            }
            for record in read {
                let number = record["dynamodb"]["SequenceNumber"].as_str().unwrap_or_default();
                self.records.insert(number.to_owned(), self.for_lambda(record));
            }
            next = page["NextShardIterator"].take();
        }
        Ok(())
    }

    /// Lambda adds the stream's name.
    fn for_lambda(&self, mut record: Value) -> Value {
        record["eventSourceARN"] = Value::from(self.arn.as_str());
        record
    }

    async fn call(&self, operation: &str, request: Value) -> anyhow::Result<Value> {
        call(&self.dynamodb, operation, &request).await
    }
}

/// The trip of a record in which it comes to rest.
fn trip_at_rest(record: &Value) -> Option<String> {
    let image = &record["dynamodb"]["NewImage"];
    let is_root = image["SK"]["S"] == "METADATA";
    let is_at_rest = ["CONFIRMED", "FAILED"].contains(&image["status"]["S"].as_str()?);
    (is_root && is_at_rest).then(|| image["PK"]["S"].to_string())
}

async fn call(dynamodb: &str, operation: &str, request: &Value) -> anyhow::Result<Value> {
    let call = reqwest::Client::new().post(dynamodb).body(request.to_string());
    let answer = call
        .header("content-type", "application/x-amz-json-1.0")
        .header("x-amz-target", format!("DynamoDBStreams_20120810.{operation}"))
        .header("x-amz-date", "20130301T000000Z")
        .header("authorization", UNSIGNED)
        .send()
        .await?;
    let (status, answer) = (answer.status(), answer.text().await?);
    ensure!(status.is_success(), "{operation}: {answer}");
    Ok(serde_json::from_str(&answer)?)
}
