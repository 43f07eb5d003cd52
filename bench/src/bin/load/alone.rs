//! The engine alone: how many bookings' calls a second it answers, beside the whole system.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, ensure};
use engine::{Caller, Direct, Engine};
use futures::future::try_join_all;
use serde::Serialize;
use tokio::time::Instant;

use crate::bench::Bench;
use crate::copies::MODEL;
use crate::overload;
use crate::recorded::{self, Call};
use crate::system::System;

/// What a transaction's token, of 36 characters, stands behind.
const TOKEN: &str = "\"ClientRequestToken\":\"";

/// Trips whose calls are under way at once: as many as `trip up` does steps of.
const AT_ONCE: usize = 48;

/// How long, and how often.
#[derive(clap::Args)]
pub struct Args {
    /// How long each of the three works in a turn
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// How often all are measured, one after the other
    #[arg(long, default_value_t = 5)]
    turns: usize,
    /// Clients that book on the system
    #[arg(long, default_value_t = 32)]
    clients: usize,
}

/// One turn.
#[derive(Serialize)]
struct Turn {
    /// Bookings a second by the engine alone, asked by one caller, each of whose writes waits for
    /// the disk.
    one_at_a_time: f64,
    /// The same for as many callers as `trip up` does steps at once.
    engine_alone: f64,
    /// Bookings a second by the whole system.
    system: f64,
    /// The system ÷ the engine alone.
    ratio: f64,
}

/// Measures all in turn.
///
/// # Errors
/// When a system or the engine fails.
pub async fn run(bench: &Bench, args: &Args) -> anyhow::Result<()> {
    let calls: Arc<[Call]> = recorded::booking(bench).await?.into();
    let writes = calls.iter().filter(|call| !call.operation.contains("Get")).count();
    println!("{}", serde_json::json!({ "calls": calls.len(), "writes": writes }));
    for _ in 0..args.turns {
        let time = Duration::from_secs(args.seconds);
        let one_at_a_time = alone(bench, &calls, 1, time).await?;
        let engine_alone = alone(bench, &calls, AT_ONCE, time).await?;
        let system = overload::completed(bench, args.clients, args.seconds).await?;
        let turn = Turn { one_at_a_time, engine_alone, system, ratio: system / engine_alone };
        println!("{}", serde_json::to_string(&turn)?);
    }
    Ok(())
}

/// Bookings a second by the engine, on the tables of a new system, on disk.
#[expect(clippy::cast_precision_loss, reason = "figures for people")]
async fn alone(
    bench: &Bench,
    calls: &Arc<[Call]>,
    at_once: usize,
    time: Duration,
) -> anyhow::Result<f64> {
    let directory = bench.directory()?;
    let engine = with_tables(bench, directory.path()).await?;
    let (direct, thread) = engine.direct()?;
    let trips = Arc::new(AtomicU64::new(1));
    let (start, done) = (Instant::now(), Arc::new(AtomicU64::new(0)));
    let lanes = (0..at_once).map(|_| {
        let (direct, calls) = (direct.clone(), Arc::clone(calls));
        let (trips, done) = (Arc::clone(&trips), Arc::clone(&done));
        tokio::spawn(async move {
            while start.elapsed() < time {
                book(&direct, &calls, trips.fetch_add(1, Ordering::Relaxed)).await?;
                done.fetch_add(1, Ordering::Relaxed);
            }
            anyhow::Ok(())
        })
    });
    for lane in try_join_all(lanes).await? {
        lane?;
    }
    let rate = done.load(Ordering::Relaxed) as f64 / start.elapsed().as_secs_f64();
    direct.close();
    tokio::task::spawn_blocking(|| thread.join()).await?;
    Ok(rate)
}

async fn with_tables(bench: &Bench, files: &Path) -> anyhow::Result<Engine> {
    System::start(&bench.trip, files, &[]).await?.stop().await?;
    Ok(Engine::open(&files.join("dynamodb.db"))?)
}

/// Makes the model's calls for another trip.
async fn book(direct: &Direct, calls: &[Call], number: u64) -> anyhow::Result<()> {
    let trip = format!("load-0-{number:07}");
    for (place, Call { operation, body }) in calls.iter().enumerate() {
        let body = with_token(body.replace(MODEL, &trip), &format!("{number:030}-{place:05}"));
        let answer = direct.call(Caller::Trips, operation, body.as_bytes()).await;
        let answer = answer.with_context(|| format!("{operation} is not answered"))?;
        ensure!(answer.status == 200, "{operation}: {}", answer.body);
    }
    Ok(())
}

/// The request with another token, if it has one: a token that is known does nothing.
fn with_token(body: String, token: &str) -> String {
    match body.split_once(TOKEN) {
        Some((before, after)) => format!("{before}{TOKEN}{token}{}", &after[token.len()..]),
        None => body,
    }
}
