//! Shard ids as clients know them.
//!
//! The engine names a stream's one shard after its table. Such a name may be shorter or longer than
//! the 28 to 65 characters of the service's model, and boto3 and the AWS CLI send no request with
//! it. So clients get another name, and the engine gets its own back.

use http::HeaderMap;
use serde_json::{Value, json};

/// A request to a stream that names a shard, or whose answer does.
pub(super) struct Request {
    body: Value,
    /// The stream's table.
    table: String,
    /// Whether it asks for the shards after the only one.
    is_past_the_end: bool,
}

/// Whether the operation is one whose request or answer names shards.
pub(super) fn are_named_in(headers: &HeaderMap) -> bool {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    let operation = target.and_then(|target| target.strip_prefix("DynamoDBStreams_20120810."));
    matches!(operation, Some("DescribeStream" | "GetShardIterator"))
}

/// Reads a request; `None` if it is not one for a stream, which the engine then refuses.
pub(super) fn read(body: &[u8]) -> Option<Request> {
    let mut body: Value = serde_json::from_slice(body).ok()?;
    let stream = body["StreamArn"].as_str()?;
    let table = stream.split_once(":table/")?.1.split_once("/stream/")?.0.to_owned();
    let is_past_the_end = body["ExclusiveStartShardId"] == name(&table);
    if body["ShardId"] == name(&table) {
        body["ShardId"] = json!(engines(&table));
    }
    Some(Request { body, table, is_past_the_end })
}

impl Request {
    /// The request with the engine's name of the shard.
    pub(super) fn body(&self) -> Vec<u8> {
        self.body.to_string().into_bytes()
    }

    /// The engine's answer with the clients' name of the shard.
    pub(super) fn answer(&self, answer: &[u8]) -> Vec<u8> {
        let Ok(mut named) = serde_json::from_slice::<Value>(answer) else { return answer.to_vec() };
        let shards = named.pointer_mut("/StreamDescription/Shards").and_then(Value::as_array_mut);
        let Some(shards) = shards else { return answer.to_vec() };
        if self.is_past_the_end {
            shards.clear();
        }
        for shard in shards {
            if shard["ShardId"] == engines(&self.table) {
                shard["ShardId"] = json!(name(&self.table));
            }
        }
        named.to_string().into_bytes()
    }
}

/// The engine's name of the shard.
fn engines(table: &str) -> String {
    format!("shardId-00000001-{table}")
}

/// The clients' name of the shard: 32 to 65 characters, since a table's name has at least three.
fn name(table: &str) -> String {
    format!("shardId-{:020}-{table:.36}", 1)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::shortest("abc")]
    #[case::ours("TripSagaTable")]
    #[case::longest(&"x".repeat(255))]
    fn a_shards_name_is_as_long_as_the_model_allows_and_goes_both_ways(#[case] table: &str) {
        let arn = format!("arn:aws:dynamodb:dynoxide:000000000000:table/{table}/stream/2026");
        let asked = json!({"StreamArn": arn, "ShardId": name(table)}).to_string();
        let asked = read(asked.as_bytes()).unwrap();
        assert!((28..=65).contains(&name(table).len()));
        assert_eq!(asked.body["ShardId"], engines(table));
        let told = json!({"StreamDescription": {"Shards": [{"ShardId": engines(table)}]}});
        let named: Value =
            serde_json::from_slice(&asked.answer(told.to_string().as_bytes())).unwrap();
        assert_eq!(named["StreamDescription"]["Shards"], json!([{"ShardId": name(table)}]));
        let rest = json!({"StreamArn": arn, "ExclusiveStartShardId": name(table)}).to_string();
        let rest = read(rest.as_bytes()).unwrap().answer(told.to_string().as_bytes());
        let rest: Value = serde_json::from_slice(&rest).unwrap();
        assert_eq!(rest["StreamDescription"]["Shards"], json!([]));
    }
}
