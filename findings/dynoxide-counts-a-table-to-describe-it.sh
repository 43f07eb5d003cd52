#!/usr/bin/env bash
# dynoxide-rs 3.2.0, on SQLite in memory.
#
# The guess:  A description is about the table. Its `ItemCount` and `TableSizeBytes` are figures that DynamoDB brings up
#             to date every six hours or so, hence an emulator keeps them with the table, or answers them as zero.
# What comes: Each `DescribeTable` counts the items and adds up their bytes, once for the table and once for each index,
#             where an index of whole items is joined with the table. On 40,000 items with one index it takes hundreds
#             of times as long as on an empty table, and the time grows with the table.
# It matters: Whoever waits for a table to be ready at each start, by the SDK's waiter, waits for a description. With
#             millions of items it takes longer than a call may; the waiter's calls time out, and nothing starts any
#             more. `CreateTable` says as well that a table is there, and a query that an index is.
#
# Needs cargo. Exits 1 if it is no longer so; both tables are described in the same run, and only the ratio counts.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

mkdir src
cat >Cargo.toml <<'TOML'
[package]
name = "look"
version = "0.0.0"
edition = "2021"

[dependencies]
dynoxide-rs = { version = "=3.2.0", default-features = false, features = ["native-sqlite"] }
serde_json = "=1.0.145"

[profile.dev.package."*"]
opt-level = 2
TOML
cat >src/main.rs <<'RUST'
use std::time::{Duration, Instant};

use dynoxide::Database;
use serde_json::{json, Value};

fn table(database: &Database, name: &str, items: usize) {
    let table = json!({
        "TableName": name, "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": "k", "AttributeType": "S"}, {"AttributeName": "g", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
        "GlobalSecondaryIndexes": [{
            "IndexName": "by-g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"}}],
    });
    database.create_table(serde_json::from_value(table).unwrap()).unwrap();
    for n in 0..items {
        let item = json!({"k": {"S": format!("item-{n}")}, "g": {"S": "all"}});
        let put = json!({"TableName": name, "Item": item});
        database.put_item(serde_json::from_value(put).unwrap()).unwrap();
    }
}

/// The items that a description names, and the shortest of three descriptions.
fn described(database: &Database, name: &str) -> (Value, Duration) {
    let (mut count, mut shortest) = (Value::Null, Duration::MAX);
    for _ in 0..3 {
        let asked = serde_json::from_value(json!({"TableName": name})).unwrap();
        let began = Instant::now();
        let answer = database.describe_table(asked).unwrap();
        shortest = shortest.min(began.elapsed());
        count = serde_json::to_value(answer).unwrap()["Table"]["ItemCount"].clone();
    }
    (count, shortest)
}

fn main() {
    let database = Database::memory().unwrap();
    table(&database, "empty", 0);
    table(&database, "large", 40_000);
    let (none, short) = described(&database, "empty");
    let (all, long) = described(&database, "large");
    let ratio = long.as_secs_f64() / short.as_secs_f64();
    println!("a table of {none} items, and one of {all}: described in {ratio:.0} times the time");
    std::process::exit(i32::from(none != 0 || all != 40_000 || ratio < 20.0));
}
RUST

cargo tree --quiet --depth 1 --prefix none | grep ^dynoxide-rs
cargo run --quiet
