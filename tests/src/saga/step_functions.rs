//! A Step Functions that starts executions by its naming rule, describes and redrives them, and
//! keeps what it is asked. Nothing runs: a test says how an execution stands.

use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::{Json, Router, routing};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// The one state machine there is.
pub(super) const ARN: &str = "arn:aws:states:eu-west-1:000000000000:stateMachine:compensation";
/// What its executions' ARNs begin with.
pub(super) const EXECUTION: &str = "arn:aws:states:eu-west-1:000000000000:execution:compensation";

#[derive(Default)]
struct Executions {
    /// In the order of their starts.
    started: Vec<Execution>,
    /// Names, in the order of their redrives.
    redriven: Vec<String>,
    refusal: Option<&'static str>,
    /// Whether somebody else redrives right before the next one who does.
    is_raced: bool,
}

struct Execution {
    name: String,
    input: Value,
    status: &'static str,
    is_redrivable: bool,
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
        let service = Router::new().route("/", routing::post(call)).with_state(executions.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
        Self { url, executions }
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Names and inputs, in the order of their starts.
    pub(super) fn started(&self) -> Vec<(String, Value)> {
        let executions = self.executions.lock().unwrap();
        executions.started.iter().map(|one| (one.name.clone(), one.input.clone())).collect()
    }

    /// Names, in the order of their redrives.
    pub(super) fn redriven(&self) -> Vec<String> {
        self.executions.lock().unwrap().redriven.clone()
    }

    /// Ends every execution like that.
    pub(super) fn end(&self, status: &'static str, is_redrivable: bool) {
        for execution in &mut self.executions.lock().unwrap().started {
            (execution.status, execution.is_redrivable) = (status, is_redrivable);
        }
    }

    /// Lets somebody else redrive right before the next one who does.
    pub(super) fn race(&self) {
        self.executions.lock().unwrap().is_raced = true;
    }

    /// Answers every call with this error from now on.
    pub(super) fn refuse(&self, error: &'static str) {
        self.executions.lock().unwrap().refusal = Some(error);
    }
}

/// When every execution started, and when each that ended did, in seconds.
const AT: u64 = 1_767_225_600;

type Answer = Result<Value, &'static str>;

async fn call(
    State(executions): State<Shared>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, Json<Value>) {
    let request: Value = serde_json::from_slice(&body).unwrap();
    let target = headers["x-amz-target"].to_str().unwrap().to_owned();
    let answer = executions.lock().unwrap().answer(&target, &request);
    match answer {
        Ok(answer) => (StatusCode::OK, Json(answer)),
        Err(error) => (StatusCode::BAD_REQUEST, Json(json!({"__type": error, "message": "no"}))),
    }
}

impl Executions {
    fn answer(&mut self, target: &str, request: &Value) -> Answer {
        if let Some(error) = self.refusal {
            return Err(error);
        }
        match target {
            "AWSStepFunctions.StartExecution" => self.start(request),
            "AWSStepFunctions.DescribeExecution" => self.describe(request),
            "AWSStepFunctions.RedriveExecution" => self.redrive(request),
            _ => panic!("{target} is not played"),
        }
    }

    fn start(&mut self, request: &Value) -> Answer {
        assert_eq!(request["stateMachineArn"], ARN);
        let name = request["name"].as_str().unwrap().to_owned();
        let input = serde_json::from_str(request["input"].as_str().unwrap()).unwrap();
        let taken = self.started.iter().find(|one| one.name == name);
        if taken.is_some_and(|one| one.status != "RUNNING" || one.input != input) {
            return Err("ExecutionAlreadyExists");
        }
        let started = json!({"executionArn": format!("{EXECUTION}:{name}"), "startDate": AT});
        if taken.is_none() {
            let execution = Execution { name, input, status: "RUNNING", is_redrivable: false };
            self.started.push(execution);
        }
        Ok(started)
    }

    fn named(&mut self, request: &Value) -> &mut Execution {
        let arn = request["executionArn"].as_str().unwrap();
        let found = self.started.iter_mut().find(|one| arn == format!("{EXECUTION}:{}", one.name));
        found.unwrap_or_else(|| panic!("there is no {arn}"))
    }

    fn describe(&mut self, request: &Value) -> Answer {
        let execution = self.named(request);
        Ok(json!({
            "executionArn": request["executionArn"], "stateMachineArn": ARN,
            "name": execution.name, "status": execution.status, "startDate": AT, "stopDate": AT,
        }))
    }

    fn redrive(&mut self, request: &Value) -> Answer {
        let is_raced = std::mem::take(&mut self.is_raced);
        let execution = self.named(request);
        if is_raced {
            (execution.status, execution.is_redrivable) = ("RUNNING", false);
        }
        if !execution.is_redrivable {
            return Err("ExecutionNotRedrivable");
        }
        (execution.status, execution.is_redrivable) = ("RUNNING", false);
        let name = execution.name.clone();
        self.redriven.push(name);
        Ok(json!({"redriveDate": AT}))
    }
}
