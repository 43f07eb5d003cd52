//! Captures DynamoDB streams, and replays them to a consumer in every way that Lambda may: again,
//! in another order across items, in batches of any size, shard by shard, and to a consumer that
//! dies in the middle. A consumer that stands all of it ends in the same state each time.
//!
//! ```
//! use std::collections::BTreeMap;
//!
//! use serde_json::{Value, json};
//! use stream_replay::{Capture, Plan};
//!
//! /// Keeps the newest state of each order, whatever comes how often.
//! fn project(table: &mut BTreeMap<String, u64>, event: &Value) -> Value {
//!     for record in event["Records"].as_array().into_iter().flatten() {
//!         let image = &record["dynamodb"]["NewImage"];
//!         let id = image["id"]["S"].as_str().unwrap_or_default().to_owned();
//!         let version = image["version"]["N"].as_str().unwrap_or_default().parse().unwrap_or(0);
//!         let kept = table.entry(id).or_default();
//!         *kept = version.max(*kept);
//!     }
//!     json!({"batchItemFailures": []})
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let line = |n: u32, id: &str, version: u32| json!({"eventName": "MODIFY", "dynamodb": {
//! #     "Keys": {"id": {"S": id}}, "SequenceNumber": n.to_string(),
//! #     "NewImage": {"id": {"S": id}, "version": {"N": version.to_string()}}}}).to_string();
//! # let file = [line(1, "a", 1), line(2, "b", 1), line(3, "a", 2), line(4, "a", 3)].join("\n");
//! let capture = Capture::parse(&file)?; // or Capture::of_table(&client, "Orders").await?
//! for seed in 0..100 {
//!     let mut table = BTreeMap::new();
//!     let mut schedule = Plan::of(seed).over(capture.records());
//!     let report = schedule.run(async |event| Ok::<_, ()>(project(&mut table, &event))).await;
//!     assert!(report.is_settled(), "{schedule}");
//!     assert_eq!(table, BTreeMap::from([("a".to_owned(), 3), ("b".to_owned(), 1)]), "{schedule}");
//! }
//! # Ok(())
//! # }
//! ```
//!
//! - [`Capture`]: the records of a stream, read from DynamoDB Local, AWS or any engine that speaks
//!   the protocol, and kept as a file.
//! - [`Plan`] and [`Schedule`]: which batches a consumer gets, drawn from a seed. The same seed,
//!   records and answers give the same batches.
//! - [`lambda_record`] and [`first_failure`]: a stream's record as Lambda hands it over, and a
//!   function's answer as Lambda reads it.
//! - [`StreamReader`], [`ShardReader`] and [`Lineage`]: reading that keeps its place.
//! - [`SharedPages`]: several readers of one shard, each of whose pages is read once.

mod capture;
mod captured;
mod lambda;
mod lineage;
mod rank;
mod read_record;
mod reader;
mod response;
mod schedule;
mod shared_pages;
mod stream;
mod stream_reader;

pub use capture::{Capture, CaptureError, FileError, FileErrorKind};
pub use captured::Captured;
pub use lambda::{UnreadableRecord, lambda_record};
pub use lineage::Lineage;
pub use rank::rank;
pub use read_record::ReadRecord;
pub use reader::{Origin, Page, ReadError, ShardReader};
pub use response::first_failure;
pub use schedule::{Delivery, Disturbance, Disturbances, Mishap, Outcome, Plan, Report, Schedule};
pub use shared_pages::SharedPages;
pub use stream::{Shard, StreamError, has_new_images, shards, stream_of_table};
pub use stream_reader::{Round, StartingPosition, StreamReader};
