#!/usr/bin/env bash
# dynoxide-rs 3.2.0, on SQLite in memory.
#
# The guess:  Segments are there to make a scan faster, as on DynamoDB. On an engine that does one thing at a time they
#             may gain nothing, but a table that is read in one segment of one takes what a plain scan takes.
# What comes: A plain scan goes along the primary key, and takes time in proportion to the table. A scan by segments is
#             in the order of a hash that has no index, so each page reads and sorts the whole table: the time grows with
#             the square of the table, and a table of 20,000 items in pages of 100 takes some twenty times as long.
# It matters: A tool that reads large tables in segments, as AWS advises, comes to a stop on the emulator on which it is
#             tried, and more so the more segments there are. Scan without `Segment` there.
#
# Needs cargo. Exits 1 if it is no longer so; both ways are timed in the same run, and only their ratio counts.
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

use dynoxide::actions::scan::ScanRequest;
use dynoxide::Database;
use serde_json::json;

fn read(database: &Database, segment: Option<u32>) -> (usize, Duration) {
    let (mut items, mut from, began) = (0, None, Instant::now());
    loop {
        let page = database.scan(ScanRequest {
            table_name: "items".to_owned(),
            limit: Some(100),
            exclusive_start_key: from,
            segment,
            total_segments: segment.map(|_| 1),
            ..ScanRequest::default()
        });
        let page = page.unwrap();
        items += page.count;
        from = page.last_evaluated_key;
        if from.is_none() {
            return (items, began.elapsed());
        }
    }
}

fn main() {
    let database = Database::memory().unwrap();
    let table = json!({
        "TableName": "items", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
    });
    database.create_table(serde_json::from_value(table).unwrap()).unwrap();
    for n in 0..20_000 {
        let put = json!({"TableName": "items", "Item": {"k": {"S": format!("item-{n}")}}});
        database.put_item(serde_json::from_value(put).unwrap()).unwrap();
    }
    let (plain, segment) = (read(&database, None), read(&database, Some(0)));
    let ratio = segment.1.as_secs_f64() / plain.1.as_secs_f64();
    println!("a plain scan: {} items; one segment of one: {} items, {ratio:.0} times as long", plain.0, segment.0);
    std::process::exit(i32::from(plain.0 != 20_000 || segment.0 != 20_000 || ratio < 8.0));
}
RUST

cargo tree --quiet --depth 1 --prefix none | grep ^dynoxide-rs
cargo run --quiet
