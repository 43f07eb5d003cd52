//! A Step Functions that only starts executions, by its naming rule, and keeps what it is asked.

use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Json, Router, routing};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// The one state machine there is.
pub(super) const ARN: &str = "arn:aws:states:eu-west-1:000000000000:stateMachine:compensation";

#[derive(Default)]
struct Executions {
    /// Names and inputs, in the order of their starts.
    started: Vec<(String, Value)>,
    refusal: Option<&'static str>,
}

type Shared = Arc<Mutex<Executions>>;

/// The service, for as long as its test runs.
pub(super) struct StepFunctions {
    url: String,
    executions: Shared,
}

impl StepFunctions {
    pub(super) async fn start() -> Self {
        let executions = Shared::default();
        let service =
            Router::new().route("/", routing::post(start_execution)).with_state(executions.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
        Self { url, executions }
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) fn started(&self) -> Vec<(String, Value)> {
        self.executions.lock().unwrap().started.clone()
    }

    /// Answers every start with this error from now on.
    pub(super) fn refuse(&self, error: &'static str) {
        self.executions.lock().unwrap().refusal = Some(error);
    }
}

async fn start_execution(
    State(executions): State<Shared>,
    body: axum::body::Bytes,
) -> (StatusCode, Json<Value>) {
    let request: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(request["stateMachineArn"], ARN);
    let name = request["name"].as_str().unwrap().to_owned();
    let mut executions = executions.lock().unwrap();
    if let Some(error) = executions.refusal {
        return (StatusCode::BAD_REQUEST, Json(json!({"__type": error, "message": "no"})));
    }
    // As if it had ended: a running one of the same input would be answered with again.
    if executions.started.iter().any(|(started, _)| *started == name) {
        let error = json!({"__type": "ExecutionAlreadyExists", "message": "it ended"});
        return (StatusCode::BAD_REQUEST, Json(error));
    }
    let input = serde_json::from_str(request["input"].as_str().unwrap()).unwrap();
    executions.started.push((name.clone(), input));
    let started = json!({"executionArn": format!("{ARN}:{name}"), "startDate": 1_767_225_600});
    (StatusCode::OK, Json(started))
}
