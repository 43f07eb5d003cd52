//! The consumer on DynamoDB Local: whatever way the stream comes, the totals are the same.
//! `DYNAMODB_ENDPOINT` says where that is, unless it is on port 8000.

mod tables;

use std::collections::HashMap;

use customer_totals::{handle, order, totals};
use stream_replay::{Capture, Plan};

use tables::Tables;

const SEEDS: u64 = 25;

#[tokio::test]
async fn the_totals_are_the_same_however_the_stream_comes() {
    let tables = Tables::create().await;
    for (customer, id, version, amount) in [
        ("ada", "1", 1, 50),
        ("bob", "2", 1, 20),
        ("ada", "1", 2, 70),
        ("ada", "3", 1, 5),
        ("bob", "2", 2, 0),
        ("ada", "1", 3, 60),
        ("bob", "4", 1, 8),
        ("ada", "3", 2, 6),
    ] {
        tables.put(order(customer, id, version, amount)).await;
    }
    let expected = HashMap::from([("ada".to_owned(), 66), ("bob".to_owned(), 8)]);

    // From here on it is ten lines.
    let capture = Capture::of_table(&tables.streams, &tables.orders).await.unwrap();
    for seed in 0..SEEDS {
        let (client, table) = (&tables.client, &tables.fresh_totals().await);
        let mut schedule = Plan::of(seed).partition_key("customer").over(capture.records());
        let consumer = async |event| Ok::<_, ()>(handle(client, table, &event).await);
        let report = schedule.run(consumer).await;
        assert!(report.is_settled(), "{schedule}");
        assert_eq!(totals(client, table).await, expected, "{schedule}");
    }
}
