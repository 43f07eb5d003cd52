//! Lambda's Runtime API (version 2018-06-01): where one process asks for its next invocation, and
//! answers it. A process may ask again before it has answered.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use domain::Timestamp;
use local::InvocationError;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::Gate;

/// The most bytes of an answer.
const MAX_ANSWER: usize = 6 * 1024 * 1024;

pub(super) type Answer = Result<Value, InvocationError>;

/// A process that waits for its next invocation.
pub(super) type Ask = oneshot::Sender<Invocation>;

/// A gate for the next answer, shared by a sandbox's processes.
pub(super) type HeldAnswer = Arc<Mutex<Option<Gate>>>;

/// What a process is handed.
#[derive(Clone, Debug)]
pub(super) struct Invocation {
    pub(super) request_id: String,
    /// When the process will be killed.
    pub(super) deadline: Timestamp,
    pub(super) function_arn: String,
    pub(super) trace_id: String,
    pub(super) payload: Value,
}

/// The API for one process, on a port of its own until it is dropped.
pub(super) struct RuntimeApi {
    pub(super) address: SocketAddr,
    asks: mpsc::UnboundedReceiver<Ask>,
    desk: Arc<Desk>,
    _serving: DropGuard,
}

/// What the routes share.
struct Desk {
    asks: mpsc::UnboundedSender<Ask>,
    /// By their ids.
    under_way: Mutex<HashMap<String, oneshot::Sender<Answer>>>,
    init_error: Mutex<Option<InvocationError>>,
    held: HeldAnswer,
}

impl RuntimeApi {
    pub(super) async fn start(held: HeldAnswer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, stop) = (listener.local_addr().unwrap(), CancellationToken::new());
        let (sender, asks) = mpsc::unbounded_channel();
        let desk = Arc::new(Desk {
            asks: sender,
            under_way: Mutex::default(),
            init_error: Mutex::default(),
            held,
        });
        let serve = axum::serve(listener, router(Arc::clone(&desk)));
        tokio::spawn(stop.clone().run_until_cancelled_owned(serve.into_future()));
        Self { address, asks, desk, _serving: stop.drop_guard() }
    }

    /// Waits until the process asks for an invocation.
    pub(super) async fn asked(&mut self) -> Ask {
        self.asks.recv().await.expect("the routes hold the other end")
    }

    /// Hands an invocation over. What the process answers, if it lives to answer.
    pub(super) fn hand_over(&self, ask: Ask, invocation: Invocation) -> oneshot::Receiver<Answer> {
        let (answer, answered) = oneshot::channel();
        lock(&self.desk.under_way).insert(invocation.request_id.clone(), answer);
        // A process that has died meanwhile is noticed by its end.
        let _ = ask.send(invocation);
        answered
    }

    /// Why the process says that it could not start.
    pub(super) fn init_error(&self) -> Option<InvocationError> {
        lock(&self.desk.init_error).clone()
    }
}

fn router(desk: Arc<Desk>) -> Router {
    let routes = Router::new()
        .route("/invocation/next", get(next))
        .route("/invocation/{request_id}/response", post(response))
        .route("/invocation/{request_id}/error", post(error))
        .route("/init/error", post(init_error))
        .layer(DefaultBodyLimit::max(MAX_ANSWER))
        .with_state(desk);
    Router::new().nest("/2018-06-01/runtime", routes)
}

async fn next(State(desk): State<Arc<Desk>>) -> Response {
    let (ask, handed_over) = oneshot::channel();
    let asked = desk.asks.send(ask).is_ok();
    match handed_over.await {
        Ok(invocation) if asked => invocation.into_response(),
        _ => refuse(StatusCode::INTERNAL_SERVER_ERROR, "Runtime.Gone", "the sandbox is gone"),
    }
}

async fn response(
    State(desk): State<Arc<Desk>>,
    Path(request_id): Path<String>,
    body: Bytes,
) -> Response {
    match serde_json::from_slice(&body) {
        Ok(answer) => desk.answer(&request_id, Ok(answer)).await,
        Err(error) => refuse(StatusCode::BAD_REQUEST, "InvalidResponse", &error.to_string()),
    }
}

async fn error(
    State(desk): State<Arc<Desk>>,
    Path(request_id): Path<String>,
    body: Bytes,
) -> Response {
    desk.answer(&request_id, Err(reported(&body))).await
}

async fn init_error(State(desk): State<Arc<Desk>>, body: Bytes) -> Response {
    *lock(&desk.init_error) = Some(reported(&body));
    accepted()
}

impl Desk {
    async fn answer(&self, request_id: &str, answer: Answer) -> Response {
        let held = lock(&self.held).take();
        if let Some(gate) = held {
            gate.pass().await;
        }
        let asked = lock(&self.under_way).remove(request_id);
        // Nobody waits any more where the time was over.
        if asked.is_some_and(|waiting| waiting.send(answer).is_ok()) {
            return accepted();
        }
        refuse(StatusCode::BAD_REQUEST, "InvalidRequestID", "no such invocation")
    }
}

impl IntoResponse for Invocation {
    fn into_response(self) -> Response {
        let headers = [
            ("lambda-runtime-aws-request-id", self.request_id),
            ("lambda-runtime-deadline-ms", self.deadline.as_millis().to_string()),
            ("lambda-runtime-invoked-function-arn", self.function_arn),
            ("lambda-runtime-trace-id", self.trace_id),
        ];
        (headers, Json(self.payload)).into_response()
    }
}

/// An error as a runtime writes it.
fn reported(body: &[u8]) -> InvocationError {
    let error: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |field: &str| error[field].as_str().unwrap_or_default().to_owned();
    InvocationError { error_type: text("errorType"), message: text("errorMessage") }
}

fn accepted() -> Response {
    (StatusCode::ACCEPTED, Json(json!({ "status": "OK" }))).into_response()
}

fn refuse(status: StatusCode, kind: &str, message: &str) -> Response {
    (status, Json(json!({ "errorType": kind, "errorMessage": message }))).into_response()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
