//! Functions that answer as a test says.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use futures::future::BoxFuture;
use serde_json::{Value, json};
use state_machine::{FunctionError, Invocation, Invoker};
use tokio::sync::{Semaphore, watch};

/// One answer of a function.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// The usual small result.
    Done,
    Value(Value),
    Error(&'static str),
    Panic,
    /// The answer comes once the gate is open.
    Held(Gate, Box<Answer>),
}

/// Closed until it is opened, then open for good.
#[derive(Debug, Clone)]
pub(crate) struct Gate(Arc<Semaphore>);

impl Gate {
    pub(crate) fn closed() -> Self {
        Self(Arc::new(Semaphore::new(0)))
    }

    pub(crate) fn open(&self) {
        self.0.add_permits(1);
    }

    async fn pass(&self) {
        drop(self.0.acquire().await.unwrap());
    }
}

/// What each function answers, call by call; after its script a function answers [`Answer::Done`].
#[derive(Debug)]
pub(crate) struct Script {
    answers: Mutex<HashMap<String, VecDeque<Answer>>>,
    calls: watch::Sender<Vec<Invocation>>,
    answered: watch::Sender<usize>,
    under_way: watch::Sender<(usize, usize)>,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            answers: Mutex::default(),
            calls: watch::Sender::new(vec![]),
            answered: watch::Sender::new(0),
            under_way: watch::Sender::new((0, 0)),
        }
    }
}

impl Script {
    /// Appends to a function's script.
    pub(crate) fn say(&self, function: &str, answers: impl IntoIterator<Item = Answer>) {
        self.answers.lock().unwrap().entry(function.to_owned()).or_default().extend(answers);
    }

    pub(crate) fn calls(&self) -> Vec<Invocation> {
        self.calls.borrow().clone()
    }

    pub(crate) fn calls_of(&self, function: &str) -> usize {
        self.calls.borrow().iter().filter(|call| call.function == function).count()
    }

    /// Waits until there were this many calls in all.
    pub(crate) async fn called(&self, times: usize) {
        super::within(self.calls.subscribe().wait_for(|calls| calls.len() >= times)).await.unwrap();
    }

    /// Waits until this many calls were answered in all.
    pub(crate) async fn answered(&self, times: usize) {
        super::within(self.answered.subscribe().wait_for(|answered| *answered >= times))
            .await
            .unwrap();
    }

    /// The most calls that were ever in flight at once.
    pub(crate) fn most_at_a_time(&self) -> usize {
        self.under_way.borrow().1
    }

    fn next(&self, function: &str) -> Answer {
        let mut answers = self.answers.lock().unwrap();
        answers.get_mut(function).and_then(VecDeque::pop_front).unwrap_or(Answer::Done)
    }

    fn enter(&self) {
        self.under_way.send_modify(|(now, most)| {
            *now += 1;
            *most = (*most).max(*now);
        });
    }
}

impl Invoker for Script {
    fn invoke(&self, invocation: Invocation) -> BoxFuture<'static, Result<Value, FunctionError>> {
        let answer = self.next(&invocation.function);
        self.enter();
        self.calls.send_modify(|calls| calls.push(invocation));
        let (answered, under_way) = (self.answered.clone(), self.under_way.clone());
        Box::pin(async move {
            let given = give(answer).await;
            under_way.send_modify(|(now, _)| *now -= 1);
            answered.send_modify(|answered| *answered += 1);
            given
        })
    }
}

async fn give(mut answer: Answer) -> Result<Value, FunctionError> {
    while let Answer::Held(gate, then) = answer {
        gate.pass().await;
        answer = *then;
    }
    match answer {
        Answer::Value(value) => Ok(value),
        Answer::Error(name) => Err(FunctionError::new(name, "as scripted")),
        Answer::Panic => panic!("as scripted"),
        Answer::Done | Answer::Held(..) => Ok(done()),
    }
}

fn done() -> Value {
    json!({"member_id": "m-1", "member_status": "RESERVED", "trip_status": "PENDING", "unbounded": "left out"})
}
