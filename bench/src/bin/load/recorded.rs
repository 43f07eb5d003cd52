//! What a system asks of its tables for one booking: recorded by a proxy in front of an engine.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{CONTENT_LENGTH, HOST};
use axum::http::{HeaderMap, StatusCode};
use engine::Engine;
use tokio::net::TcpListener;

use crate::bench::Bench;
use crate::clients;
use crate::copies::MODEL;
use crate::system::System;

/// What the targets of calls to tables begin with; those to streams begin otherwise.
const TABLES: &str = "DynamoDB_20120810.";

/// A call about the model.
#[derive(Clone)]
pub struct Call {
    pub operation: String,
    pub body: String,
}

/// The proxy's state.
struct Recorder {
    engine: String,
    http: reqwest::Client,
    calls: Mutex<Vec<Call>>,
}

/// The calls that book the model, carry its events on and write its rows, in order.
///
/// # Errors
/// When the system fails.
pub async fn booking(bench: &Bench) -> anyhow::Result<Vec<Call>> {
    let directory = bench.directory()?;
    let engine = Engine::open_unsynced(&directory.path().join("recorded.db"))?;
    let (listener, behind) = (local().await?, local().await?);
    let recorder = Arc::new(Recorder {
        engine: format!("http://{}", behind.local_addr()?),
        http: reqwest::Client::new(),
        calls: Mutex::default(),
    });
    let proxy = format!("--dynamodb-endpoint=http://{}", listener.local_addr()?);
    let router = Router::new().fallback(forward).with_state(Arc::clone(&recorder));
    tokio::spawn(async move { engine.serve(behind, std::future::pending()).await });
    tokio::spawn(async move { axum::serve(listener, router).await });
    let system = System::start(&bench.trip, directory.path(), &[proxy]).await?;
    clients::book_one(system.api(), MODEL).await?;
    tokio::time::sleep(Duration::from_secs(3)).await;
    system.stop().await?;
    let calls = recorder.calls.lock().ok().map(|calls| calls.clone());
    calls.context("the proxy failed")
}

async fn local() -> std::io::Result<TcpListener> {
    TcpListener::bind("127.0.0.1:0").await
}

async fn forward(
    State(recorder): State<Arc<Recorder>>,
    mut headers: HeaderMap,
    body: Bytes,
) -> Result<(StatusCode, Bytes), StatusCode> {
    recorder.note(&headers, &body);
    for of_the_connection in [HOST, CONTENT_LENGTH] {
        headers.remove(of_the_connection);
    }
    let request = recorder.http.post(&recorder.engine).headers(headers).body(body);
    let answer = request.send().await.map_err(|_| StatusCode::BAD_GATEWAY)?;
    let status = answer.status();
    Ok((status, answer.bytes().await.map_err(|_| StatusCode::BAD_GATEWAY)?))
}

impl Recorder {
    fn note(&self, headers: &HeaderMap, body: &Bytes) {
        let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok());
        let operation = target.and_then(|target| target.strip_prefix(TABLES));
        let body = std::str::from_utf8(body).ok().filter(|body| body.contains(MODEL));
        if let (Some(operation), Some(body), Ok(mut calls)) = (operation, body, self.calls.lock()) {
            calls.push(Call { operation: operation.to_owned(), body: body.to_owned() });
        }
    }
}
