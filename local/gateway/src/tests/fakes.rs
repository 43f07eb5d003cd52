//! A gateway whose executions and functions are in memory, and a client for it.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::response::Response;
use futures::future::pending;
use http::Request;
use lambda_kit::error::FunctionError;
use lambda_kit::spans::Spans;
use serde_json::{Value, json};
use testing::{Booking, FixedClock};
use tower::ServiceExt;

use crate::{Executions, Functions, Gateway, Settings, StartError};

pub(super) const OPERATOR: &str = "Bearer dev-operator";
pub(super) const CUSTOMER: &str = "Bearer dev-customer-1";

/// One call of [`Executions::start`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Start {
    pub(super) name: String,
    pub(super) input: String,
    pub(super) trace_header: Option<String>,
}

/// Executions by Step Functions' naming rule, all of them running.
#[derive(Default)]
struct FakeExecutions {
    starts: Mutex<Vec<Start>>,
    failure: Option<fn() -> StartError>,
    hangs: bool,
}

impl FakeExecutions {
    /// Notes the start. Whether the name runs with another input.
    fn note(&self, name: &str, input: &str, trace_header: Option<String>) -> bool {
        let start = Start { name: name.to_owned(), input: input.to_owned(), trace_header };
        let mut starts = self.starts.lock().unwrap();
        let exists = starts.iter().any(|other| other.name == name && other.input != input);
        starts.push(start);
        exists
    }
}

#[async_trait]
impl Executions for FakeExecutions {
    async fn start(
        &self,
        name: &str,
        input: &str,
        trace: Option<String>,
    ) -> Result<String, StartError> {
        let exists = self.note(name, input, trace);
        unless_it_hangs(self.hangs).await;
        match self.failure {
            Some(failure) => Err(failure()),
            None if exists => Err(StartError::Exists),
            None => Ok(format!("arn:{name}")),
        }
    }
}

async fn unless_it_hangs(hangs: bool) {
    if hangs {
        pending::<()>().await;
    }
}

/// Functions that all answer the same.
struct FakeFunctions {
    calls: Mutex<Vec<(String, Value)>>,
    traces: Mutex<Vec<Option<String>>>,
    answer: Result<Value, FunctionError>,
    hangs: bool,
}

#[async_trait]
impl Functions for FakeFunctions {
    async fn invoke(
        &self,
        function: &str,
        payload: Value,
        trace: Option<String>,
    ) -> Result<Value, FunctionError> {
        self.calls.lock().unwrap().push((function.to_owned(), payload));
        self.traces.lock().unwrap().push(trace);
        unless_it_hangs(self.hangs).await;
        self.answer.clone()
    }
}

/// A gateway and the calls that have passed it.
pub(super) struct Bed {
    gateway: Gateway,
    router: Router,
    executions: Arc<FakeExecutions>,
    functions: Arc<FakeFunctions>,
}

impl Bed {
    pub(super) fn new() -> Self {
        Self::with(FakeExecutions::default(), Ok(json!({"statusCode": 200, "body": "{}"})))
    }

    /// Every start fails.
    pub(super) fn that_cannot_start(failure: fn() -> StartError) -> Self {
        let executions = FakeExecutions { failure: Some(failure), ..FakeExecutions::default() };
        Self::with(executions, Ok(Value::Null))
    }

    /// Every function answers this.
    pub(super) fn that_answers(answer: Result<Value, FunctionError>) -> Self {
        Self::with(FakeExecutions::default(), answer)
    }

    /// No call ever gets an answer.
    pub(super) fn that_hangs() -> Self {
        let executions = FakeExecutions { hangs: true, ..FakeExecutions::default() };
        Self::with(executions, Ok(Value::Null))
    }

    fn with(executions: FakeExecutions, answer: Result<Value, FunctionError>) -> Self {
        let (hangs, executions) = (executions.hangs, Arc::new(executions));
        let (calls, traces) = Default::default();
        let functions = Arc::new(FakeFunctions { calls, traces, answer, hangs });
        let gateway = Gateway {
            executions: Arc::clone(&executions) as Arc<dyn Executions>,
            functions: Arc::clone(&functions) as Arc<dyn Functions>,
            clock: Arc::new(FixedClock::at_millis(1_772_326_800_120)),
            spans: Spans::default(),
            settings: Arc::default(),
        };
        Self { router: gateway.clone().router(), gateway, executions, functions }
    }

    /// The same gateway with other settings for its protection.
    pub(super) fn protected(self, settings: Settings) -> Self {
        let gateway = Gateway { settings: Arc::new(settings), ..self.gateway };
        Self { router: gateway.clone().router(), gateway, ..self }
    }

    /// The router that the gateway serves.
    pub(super) fn router(&self) -> Router {
        self.router.clone()
    }

    pub(super) async fn send(&self, request: Request<Body>) -> Answer {
        Answer::of(self.router().oneshot(request).await.unwrap()).await
    }

    /// Books with the usual headers.
    pub(super) async fn book(&self, token: &str, body: impl Into<Body>) -> Answer {
        let request = Request::post("/trips").header("content-type", "application/json");
        self.send(signed(request, token).body(body.into()).unwrap()).await
    }

    pub(super) async fn get(&self, token: &str, path: &str) -> Answer {
        self.send(signed(Request::get(path), token).body(Body::empty()).unwrap()).await
    }

    /// Every call of `start`, including those that were refused.
    pub(super) fn starts(&self) -> Vec<Start> {
        self.executions.starts.lock().unwrap().clone()
    }

    /// The function that was invoked, and its event, if there was exactly one.
    pub(super) fn the_call(&self) -> (String, Value) {
        let calls = self.functions.calls.lock().unwrap();
        let [call] = calls.as_slice() else { panic!("{} calls", calls.len()) };
        call.clone()
    }

    /// The trace that each invocation got.
    pub(super) fn traces(&self) -> Vec<Option<String>> {
        self.functions.traces.lock().unwrap().clone()
    }

    pub(super) fn is_untouched(&self) -> bool {
        self.starts().is_empty() && self.functions.calls.lock().unwrap().is_empty()
    }
}

/// A request to this machine, with this token.
pub(super) fn signed(request: http::request::Builder, token: &str) -> http::request::Builder {
    request.header("host", "localhost:8080").header("authorization", token)
}

/// A response whose body was read.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    headers: http::HeaderMap,
    pub(super) body: Value,
}

impl Answer {
    async fn of(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Self { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Asserts that this is a problem with the status and the code.
    #[track_caller]
    pub(super) fn assert_problem(&self, status: u16, code: &str) {
        assert_eq!((self.status, self.body["code"].as_str()), (status, Some(code)), "{self:?}");
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        assert_eq!(self.body["status"], status);
        assert!(self.body["detail"].as_str().is_some_and(|detail| !detail.is_empty()));
    }
}

/// A booking that breaks no rule.
pub(super) fn booking(trip_id: &str) -> Value {
    Booking::new(trip_id).body().clone()
}
