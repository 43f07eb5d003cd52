//! The queries that `dynoxide` runs over its stream records use the index that this crate adds.

use std::fs;
use std::path::PathBuf;

use rusqlite::Connection;

use crate::support::Served;

/// The queries, as they are spelled in the sources of `dynoxide`, and SQLite's plan for each.
const QUERIES: [(&str, &str); 3] = [
    (
        "SELECT COALESCE(MAX(CAST(sequence_number AS INTEGER)), 0) + 1 FROM _stream_records WHERE table_name = ?1",
        "SEARCH _stream_records USING COVERING INDEX stream_records_in_order (table_name=?)",
    ),
    (
        "SELECT event_name, keys_json, new_image, old_image, sequence_number, created_at, user_identity, event_id
             FROM _stream_records
             WHERE table_name = ?1 AND shard_id = ?2 AND CAST(sequence_number AS INTEGER) > ?3
             ORDER BY CAST(sequence_number AS INTEGER) ASC
             LIMIT ?4",
        "SEARCH _stream_records USING INDEX stream_records_in_order (table_name=? AND <expr>>?)",
    ),
    (
        "SELECT MIN(CAST(sequence_number AS INTEGER)), MAX(CAST(sequence_number AS INTEGER)) FROM _stream_records WHERE table_name = ?1 AND shard_id = ?2",
        "SEARCH _stream_records USING COVERING INDEX stream_records_in_order (table_name=?)",
    ),
];

fn plan(connection: &Connection, query: &str) -> Vec<String> {
    let mut explain = connection.prepare(&format!("EXPLAIN QUERY PLAN {query}")).unwrap();
    let parameters = vec![None::<String>; explain.parameter_count()];
    let rows = explain.query_map(rusqlite::params_from_iter(parameters), |row| row.get(3)).unwrap();
    rows.map(Result::unwrap).collect()
}

#[tokio::test]
async fn every_query_over_the_stream_records_searches_the_index() {
    let served = Served::with_table().await;
    let connection = Connection::open(served.file()).unwrap();
    for (query, expected) in QUERIES {
        assert_eq!(plan(&connection, query), [expected], "{query}");
    }
}

/// An upgrade that spells a query differently must fail here, since it may no longer use the index.
#[test]
fn these_are_all_the_queries_that_the_linked_dynoxide_runs() {
    let source = fs::read_to_string(dynoxide().join("src/storage.rs")).unwrap();
    let production = source.split("#[cfg(test)]\nmod tests").next().unwrap();
    for (query, _) in QUERIES {
        assert!(production.contains(query), "{query}");
    }
    assert_eq!(production.matches("FROM _stream_records").count(), QUERIES.len());
}

/// Where cargo has unpacked the version of `dynoxide` that the lockfile names.
fn dynoxide() -> PathBuf {
    let lock =
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.lock")).unwrap();
    let (_, version) = lock.split_once("name = \"dynoxide-rs\"\nversion = \"").unwrap();
    let package = format!("dynoxide-rs-{}", version.split('"').next().unwrap());
    let home = std::env::var("CARGO_HOME").map(PathBuf::from);
    let home = home.unwrap_or_else(|_| std::env::home_dir().unwrap().join(".cargo"));
    let registries = fs::read_dir(home.join("registry/src")).unwrap();
    let mut found = registries
        .map(|registry| registry.unwrap().path().join(&package))
        .filter(|path| path.is_dir());
    found.next().unwrap_or_else(|| panic!("{package} is unpacked"))
}
