//! `hot-path`: runs a contender over the captured records, as the benchmark's runner asks.

use std::io::{self, Write};

use anyhow::{Context, Result, bail};
use hot_path::canned::Canned;
use hot_path::contender::Contender;
use hot_path::contenders;
use hot_path::records::{BATCH, Records};
use hot_path::slow_bus;
use rustix::time::{ClockId, clock_gettime};
use serde_json::value::RawValue;
use tokio::runtime::Builder;

const USAGE: &str = "hot-path serve NAME: a pass over the records for each line of the input, and \
    its CPU nanoseconds and its records as the answer
hot-path count NAME PASSES: so many passes, for a tool that counts instructions
hot-path calls NAME: the calls of one pass
hot-path event outbox|metadata SIZE: the first batch of that size
hot-path slow-bus [ordered]: a batch of 1,000 and a bus that takes 20 ms";

fn main() -> Result<()> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    // One thread, as the functions have.
    let runtime = Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        match arguments[..] {
            ["serve", name] => serve(name).await,
            ["count", name, passes] => count(name, passes.parse()?).await,
            ["calls", name] => calls(name).await,
            ["event", kind, size] => event(kind, size.parse()?),
            ["slow-bus"] => print(&slow_bus::measure(false).await?),
            ["slow-bus", "ordered"] => print(&slow_bus::measure(true).await?),
            _ => bail!("{USAGE}"),
        }
    })
}

async fn serve(name: &str) -> Result<()> {
    let (contender, records) = contenders::named(name, &Canned::default()).await?;
    let batches = records.batches(BATCH)?;
    for line in io::stdin().lines() {
        line?;
        let batches = batches.clone();
        let before = processor_time();
        pass(&*contender, batches).await?;
        let nanoseconds = processor_time() - before;
        print(&serde_json::json!({ "cpu_ns": nanoseconds, "records": records.count() }))?;
    }
    Ok(())
}

async fn count(name: &str, passes: usize) -> Result<()> {
    let (contender, records) = contenders::named(name, &Canned::default()).await?;
    let batches = records.batches(BATCH)?;
    for _ in 0..passes {
        pass(&*contender, batches.clone()).await?;
    }
    Ok(())
}

fn event(kind: &str, size: usize) -> Result<()> {
    let records = Records::of(kind)?;
    let batch = records.batches(size)?.into_iter().next().context("there are no records")?;
    print(&batch)
}

async fn calls(name: &str) -> Result<()> {
    let aws = Canned::counting();
    let (contender, records) = contenders::named(name, &aws).await?;
    pass(&*contender, records.batches(BATCH)?).await?;
    let seen = aws.seen();
    let trips = records.trips(BATCH)?;
    print(&serde_json::json!({ "calls": seen.calls, "events": seen.events, "trips": trips }))
}

async fn pass(contender: &dyn Contender, batches: Vec<Box<RawValue>>) -> Result<()> {
    for batch in batches {
        contender.process(batch).await?;
    }
    Ok(())
}

fn print(value: &impl serde::Serialize) -> Result<()> {
    let mut out = io::stdout().lock();
    serde_json::to_writer(&mut out, value)?;
    writeln!(out)?;
    out.flush().context("nobody reads the answer")
}

/// The nanoseconds that this process has had of its processors.
fn processor_time() -> i64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec * 1_000_000_000 + time.tv_nsec
}
