//! A stream that does what the test says: shards that end and split, records that are trimmed,
//! calls that fail. It speaks the protocol of DynamoDB Streams over whatever carries its requests
//! and answers.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

/// How many shards and records an answer holds at most.
const SHARDS_A_PAGE: usize = 2;
const RECORDS_A_PAGE: usize = 3;

/// A stream of DynamoDB Streams, told what to do. Clones share it.
#[derive(Clone, Debug)]
pub struct ScriptedStream {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    shards: Vec<Shard>,
    written: u64,
    /// Operations that fail next, each with its error's code.
    faults: VecDeque<(&'static str, &'static str)>,
}

#[derive(Debug)]
struct Shard {
    id: String,
    parent: Option<String>,
    records: Vec<Value>,
    trimmed: usize,
    closed: bool,
    /// Every iterator is refused as trimmed.
    refuses: bool,
}

type Answer = Result<Value, String>;

impl ScriptedStream {
    /// Where it says it is.
    pub const ARN: &'static str = "arn:aws:dynamodb:us-east-1:000000000000:table/trips/stream/1";

    /// A stream with these shards, each with its parent.
    #[must_use]
    pub fn with_shards(shards: &[(&str, Option<&str>)]) -> Self {
        let stream = Self { state: Arc::default() };
        shards.iter().for_each(|(id, parent)| stream.add_shard(id, *parent));
        stream
    }

    /// Answers a call: the status and the body of the response.
    #[must_use]
    pub fn call(&self, target: &str, body: &[u8]) -> (u16, String) {
        let (_, operation) = target.split_once('.').unwrap();
        let body = serde_json::from_slice(body).unwrap();
        let (status, body) = match self.state.lock().unwrap().answer(operation, &body) {
            Ok(body) => (200, body),
            Err(code) if code == "InternalServerError" => (500, json!({"__type": code})),
            Err(code) => (400, json!({"__type": format!("com.amazonaws.dynamodb#{code}")})),
        };
        (status, body.to_string())
    }

    /// Adds an empty shard.
    pub fn add_shard(&self, id: &str, parent: Option<&str>) {
        let (id, parent) = (id.to_owned(), parent.map(str::to_owned));
        let shard =
            Shard { id, parent, records: Vec::new(), trimmed: 0, closed: false, refuses: false };
        self.state.lock().unwrap().shards.push(shard);
    }

    /// Writes an insert of an item; returns its sequence number.
    pub fn write(&self, shard: &str, sort_key: &str) -> String {
        self.write_image(shard, sort_key, &json!({"SK": {"S": sort_key}}))
    }

    /// Writes an insert of an item with this image; returns its sequence number.
    pub fn write_image(&self, shard: &str, sort_key: &str, image: &Value) -> String {
        self.write_change(shard, json!({"Keys": {"SK": {"S": sort_key}}, "NewImage": image}))
    }

    /// Writes an insert with these fields of `dynamodb`; returns its sequence number.
    pub fn write_change(&self, shard: &str, mut change: Value) -> String {
        let number = {
            let mut state = self.state.lock().unwrap();
            state.written += 1;
            format!("{:021}", state.written)
        };
        change["SequenceNumber"] = json!(number);
        self.append(shard, json!({"eventID": number, "eventName": "INSERT", "dynamodb": change}));
        number
    }

    /// Appends a record as it is.
    pub fn append(&self, shard: &str, record: Value) {
        self.state.lock().unwrap().shard(shard).records.push(record);
    }

    /// Ends a shard.
    pub fn close(&self, shard: &str) {
        self.state.lock().unwrap().shard(shard).closed = true;
    }

    /// Trims the oldest records of a shard.
    pub fn trim(&self, shard: &str, records: usize) {
        self.state.lock().unwrap().shard(shard).trimmed = records;
    }

    /// Says of every iterator of a shard that it is trimmed, as DynamoDB Local does when no record
    /// is left.
    pub fn refuse_iterators(&self, shard: &str, refuse: bool) {
        self.state.lock().unwrap().shard(shard).refuses = refuse;
    }

    /// Lets calls of an operation fail, once for each code.
    pub fn fail(&self, operation: &'static str, codes: &[&'static str]) {
        self.state.lock().unwrap().faults.extend(codes.iter().map(|code| (operation, *code)));
    }

    /// Whether every fault has been met.
    #[must_use]
    pub fn all_faults_met(&self) -> bool {
        self.state.lock().unwrap().faults.is_empty()
    }
}

impl Shard {
    fn describe(&self) -> Value {
        let ending = self.closed.then_some("999999999999999999999");
        let range = json!({"StartingSequenceNumber": "1", "EndingSequenceNumber": ending});
        json!({"ShardId": self.id, "ParentShardId": self.parent, "SequenceNumberRange": range})
    }
}

impl State {
    fn shard(&mut self, id: &str) -> &mut Shard {
        self.shards.iter_mut().find(|shard| shard.id == id).unwrap()
    }

    fn answer(&mut self, operation: &str, body: &Value) -> Answer {
        if self.faults.front().is_some_and(|(failing, _)| *failing == operation) {
            return Err(self.faults.pop_front().unwrap().1.to_owned());
        }
        match operation {
            "DescribeStream" => Ok(self.describe(body["ExclusiveStartShardId"].as_str())),
            "GetShardIterator" => self.iterator(body),
            "GetRecords" => self.records(body),
            other => panic!("{other} is not expected"),
        }
    }

    fn describe(&self, after: Option<&str>) -> Value {
        let start =
            after.map_or(0, |id| 1 + self.shards.iter().position(|shard| shard.id == id).unwrap());
        let page = self.shards[start..].iter().take(SHARDS_A_PAGE);
        let last = start + page.len() < self.shards.len();
        let last = last.then(|| &self.shards[start + page.len() - 1].id);
        let shards: Vec<_> = page.map(Shard::describe).collect();
        json!({"StreamDescription": {"Shards": shards, "LastEvaluatedShardId": last}})
    }

    /// An iterator is written as `shard:place`.
    fn iterator(&mut self, body: &Value) -> Answer {
        let id = body["ShardId"].as_str().unwrap();
        let shard = self.shard(id);
        let number =
            |record: &Value| record["dynamodb"]["SequenceNumber"] == body["SequenceNumber"];
        let place = match body["ShardIteratorType"].as_str().unwrap() {
            "TRIM_HORIZON" => shard.trimmed,
            "LATEST" => shard.records.len(),
            _ => shard.records.iter().position(number).unwrap() + 1,
        };
        if place < shard.trimmed {
            return Err("TrimmedDataAccessException".to_owned());
        }
        Ok(json!({"ShardIterator": format!("{id}:{place}")}))
    }

    fn records(&mut self, body: &Value) -> Answer {
        let (id, place) = body["ShardIterator"].as_str().unwrap().split_once(':').unwrap();
        let limit = body["Limit"].as_u64().map_or(RECORDS_A_PAGE, |limit| limit as usize);
        let (shard, place) = (self.shard(id), place.parse::<usize>().unwrap());
        if shard.refuses || place < shard.trimmed {
            return Err("TrimmedDataAccessException".to_owned());
        }
        let page: Vec<_> = shard.records[place..].iter().take(limit.min(RECORDS_A_PAGE)).collect();
        let end = place + page.len();
        let ended = shard.closed && end == shard.records.len();
        let next = (!ended).then(|| format!("{id}:{end}"));
        Ok(json!({"Records": page, "NextShardIterator": next}))
    }
}
