//! The demo's checks on a real system: they hold after a demo, and each of them names what is
//! broken in that system through its own surfaces.

mod breakages;
mod ordered;
mod played;

use std::process::ExitCode;

use cli::demo::check::{self, Invariant, Verdict};
use futures::future::join;

use self::breakages::BREAKAGES;
use self::played::Played;

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_holds_and_each_breakage_after_it_is_named_by_its_own_invariant() {
    let played = Played::new(60, 11).await;
    let mut before = played.report().await;
    assert_eq!(broken(&before.invariants), [] as [&Verdict; 0]);
    assert_eq!(before.exit_code(), ExitCode::SUCCESS);
    for (invariant, break_it) in BREAKAGES {
        break_it(&played).await;
        let after = played.report().await;
        let pairs = after.invariants.iter().zip(&before.invariants);
        let named: Vec<_> = pairs.filter(|(after, before)| after != before).collect();
        println!("{invariant:?}: {named:?}");
        assert_eq!(invariants(&named), [*invariant]);
        assert_eq!(after.exit_code(), ExitCode::FAILURE);
        before = after;
    }
    played.stop().await;
}

fn invariants(named: &[(&Verdict, &Verdict)]) -> Vec<Invariant> {
    named.iter().map(|(after, _)| after.invariant).collect()
}

fn broken(verdicts: &[Verdict]) -> Vec<&Verdict> {
    verdicts.iter().filter(|verdict| !verdict.holds()).collect()
}

#[test]
fn every_invariant_is_broken_once_or_more() {
    let named = |invariant| BREAKAGES.iter().any(|(broken, _)| *broken == invariant);
    // Only an ordered bus promises an order; a test of the checks breaks it.
    let promised = Invariant::ALL.iter().filter(|invariant| **invariant != Invariant::InOrder);
    let unbroken = promised.clone().find(|invariant| !named(**invariant));
    assert_eq!(unbroken, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_the_archive_lacks_is_named() {
    let played = Played::new(5, 12).await;
    let mut facts = played.facts().await;
    let lost = facts.published.pop().unwrap().event;
    let verdicts = check::all(&facts);
    let [verdict] = broken(&verdicts)[..] else { panic!("{verdicts:?}") };
    assert_eq!(verdict.invariant, Invariant::Published);
    assert!(verdict.findings[0].contains(&lost.id.to_string()), "{verdict:?}");
    played.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_seed_gives_the_same_outcomes() {
    let (one, other) = join(Played::new(40, 13), Played::new(40, 13)).await;
    let (first, second) = join(one.report(), other.report()).await;
    assert!(first.holds() && second.holds(), "{first:?} {second:?}");
    assert_eq!(first.outcomes, second.outcomes);
    assert!(first.outcomes.len() > 3, "{:?}", first.outcomes);
    join(one.stop(), other.stop()).await;
}
