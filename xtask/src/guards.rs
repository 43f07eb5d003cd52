//! `cargo xtask guards`: breaks the domain's rules one by one, to show that a test guards each.

mod list;
mod sandbox;

use anyhow::{Result, ensure};

use self::list::Guard;
use self::sandbox::Sandbox;
use crate::verdict::Verdict;
use crate::workspace;

/// Applies each guard whose name contains `filter` and prints which tests noticed.
///
/// # Errors
/// When a rule can be broken unnoticed, when a guard no longer fits the code, or when the
/// domain's tests fail without any change.
pub fn run(filter: &str) -> Result<()> {
    let root = workspace::root()?;
    let mut guards = list::read(&root)?;
    guards.retain(|guard| guard.name.contains(filter));
    ensure!(!guards.is_empty(), "xtask/guards.json has no guard named {filter:?}");

    let sandbox = Sandbox::create(&root)?;
    println!("Testing the domain as it is ...");
    let untouched = sandbox.test()?;
    ensure!(untouched == Verdict::Survived, "the domain is broken before any change: {untouched}");

    let mut unnoticed = 0;
    for guard in &guards {
        unnoticed += usize::from(!is_noticed(guard, &sandbox)?);
    }
    ensure!(unnoticed == 0, "{unnoticed} of {} guards did not hold", guards.len());
    println!("Every guard holds ({}).", guards.len());
    Ok(())
}

/// Tests the domain with one rule broken, and prints the result.
fn is_noticed(guard: &Guard, sandbox: &Sandbox) -> Result<bool> {
    let verdict = sandbox.with(&guard.mutation)?;
    println!("{}: {verdict}", guard.name);
    let noticed = matches!(verdict, Verdict::Killed(_));
    if !noticed {
        println!("    {}", guard.mutation.explain());
    }
    Ok(noticed)
}
