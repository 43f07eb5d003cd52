//! The drill: breaks a running system in each way that a runbook names, mends it with only the
//! commands that the runbook prints, and finds it well afterwards.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod breaks;
mod faults;
mod pages;
mod plant;

use std::collections::BTreeSet;

use breaks::BREAKS;
use pages::Way;
use plant::Plant;

/// Breaks and mends; the system is well afterwards.
async fn drill(way: Way) {
    let name = way.to_string();
    let case = BREAKS.iter().find(|case| way.is(case.page, case.when)).unwrap();
    let plant = Plant::start().await;
    println!("{name}");
    let trip = (case.break_it)(&plant).await;
    for command in &way.commands {
        plant.run(command, &trip).await;
    }
    plant.is_well(&name).await;
    plant.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_that_a_runbook_names_is_mended_by_its_commands() {
    let ways = pages::ways();
    let named: BTreeSet<_> = ways.iter().map(ToString::to_string).collect();
    let drilled: BTreeSet<_> =
        BREAKS.iter().map(|case| format!("{}: {}", case.page, case.when)).collect();
    assert_eq!(named, drilled, "each way of docs/runbooks has a break, and each break a way");
    assert!(ways.len() >= 12, "{}", ways.len());
    for way in ways {
        drill(way).await;
    }
}
