//! A function that records its calls and answers as the test says.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use event_source_mapping::{Handler, InvokeError};
use futures::FutureExt;
use futures::future::BoxFuture;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use uuid::Uuid;

pub(crate) type Answer = Result<Value, InvokeError>;

/// The sort keys of the records of one call.
pub(crate) type Call = Vec<String>;

/// Chooses an answer by the number of the call, from 0, and its records.
type Decide = dyn Fn(usize, &[Value]) -> BoxFuture<'static, Answer> + Send + Sync;

pub(crate) struct Function {
    decide: Box<Decide>,
    calls: Mutex<Vec<Vec<Value>>>,
    requests: Mutex<Vec<Uuid>>,
}

impl Function {
    /// A function that processes everything.
    pub(crate) fn obliging() -> Arc<Self> {
        Self::answering(|_, _| Ok(Value::Null))
    }

    pub(crate) fn answering(
        decide: impl Fn(usize, &[Value]) -> Answer + Send + Sync + 'static,
    ) -> Arc<Self> {
        Self::deciding(move |call, records| {
            let answer = decide(call, records);
            async { answer }.boxed()
        })
    }

    pub(crate) fn deciding(
        decide: impl Fn(usize, &[Value]) -> BoxFuture<'static, Answer> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            decide: Box::new(decide),
            calls: Mutex::default(),
            requests: Mutex::default(),
        })
    }

    /// The records of each call.
    pub(crate) fn calls(&self) -> Vec<Call> {
        let calls = self.calls.lock().unwrap();
        calls.iter().map(|records| records.iter().map(sort_key).collect()).collect()
    }

    /// The ids of the requests, in order.
    pub(crate) fn requests(&self) -> Vec<Uuid> {
        self.requests.lock().unwrap().clone()
    }

    /// Every record handed over, in order.
    pub(crate) fn records(&self) -> Vec<Value> {
        self.calls.lock().unwrap().concat()
    }

    /// The sort keys of every record handed over, in order.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.calls().concat()
    }
}

#[async_trait]
impl Handler for Function {
    async fn invoke(&self, request_id: Uuid, event: Box<RawValue>) -> Answer {
        let event: Value = serde_json::from_str(event.get()).unwrap();
        self.requests.lock().unwrap().push(request_id);
        let records = event["Records"].as_array().unwrap().clone();
        let answer = {
            let mut calls = self.calls.lock().unwrap();
            let answer = (self.decide)(calls.len(), &records);
            calls.push(records);
            answer
        };
        answer.await
    }
}

pub(crate) fn sort_key(record: &Value) -> String {
    record["dynamodb"]["Keys"]["SK"]["S"].as_str().unwrap().to_owned()
}

pub(crate) fn sequence_number(record: &Value) -> String {
    record["dynamodb"]["SequenceNumber"].as_str().unwrap().to_owned()
}

/// The answer that reports the records at these places of the batch.
pub(crate) fn failed(records: &[Value], places: &[usize]) -> Answer {
    let failures: Vec<_> = places
        .iter()
        .map(|place| json!({"itemIdentifier": sequence_number(&records[*place])}))
        .collect();
    Ok(json!({"batchItemFailures": failures}))
}
