//! Each decision by a table, and the rule itself for any trip.

use proptest::prelude::*;
use rstest::rstest;

use super::Standing::{Open, Settled, Stuck};
use super::*;

fn ledger(standings: &[Option<Standing>]) -> Ledger {
    let mut ledger = Ledger::default();
    for (sequence, standing) in (1..).zip(standings) {
        if let Some(standing) = standing {
            ledger.add(sequence, *standing);
        }
    }
    ledger
}

fn go(settled: &[u64], send: &[u64], wait: &[u64]) -> Decision {
    Decision::Go(Course { settled: settled.into(), send: send.into(), wait: wait.into() })
}

#[rstest]
#[case::the_first_event(&[1], 0, go(&[], &[1], &[]))]
#[case::all_from_the_first(&[1, 2, 3], 0, go(&[], &[1, 2, 3], &[]))]
#[case::after_what_is_known(&[3, 4], 2, go(&[], &[3, 4], &[]))]
#[case::a_repeat(&[1, 2, 3], 2, go(&[1, 2], &[3], &[]))]
#[case::a_gap_before(&[2], 0, Decision::Ask)]
#[case::a_gap_between(&[1, 3], 0, Decision::Ask)]
#[case::a_gap_after_what_is_known(&[5], 3, Decision::Ask)]
#[case::nothing(&[], 0, go(&[], &[], &[]))]
fn what_is_not_at_hand_is_asked_for(
    #[case] at_hand: &[u64],
    #[case] on_the_bus: u64,
    #[case] decision: Decision,
) {
    assert_eq!(decide(&at_hand.iter().copied().collect(), on_the_bus, None), decision);
}

#[rstest]
#[case::on_the_bus(&[2], &[Some(Settled), Some(Open)], go(&[], &[2], &[]))]
#[case::expired(&[3], &[None, None, Some(Open)], go(&[], &[3], &[]))]
#[case::still_open(&[3], &[Some(Settled), Some(Open), Some(Open)], go(&[], &[2, 3], &[]))]
#[case::published_since(&[2, 3], &[Some(Settled), Some(Settled), Some(Open)], go(&[2], &[3], &[]))]
#[case::parked_before(&[2, 3], &[Some(Stuck), Some(Open), Some(Open)], go(&[], &[], &[2, 3]))]
#[case::parked_itself(&[1, 2], &[Some(Open), Some(Stuck)], go(&[], &[1], &[2]))]
#[case::parked_later(&[1], &[Some(Open), Some(Stuck)], go(&[], &[1], &[]))]
#[case::open_behind_a_parked_one(&[4], &[Some(Settled), Some(Stuck), Some(Open), Some(Open)],
    go(&[], &[], &[4]))]
fn a_predecessor_is_sent_first_or_waited_for(
    #[case] at_hand: &[u64],
    #[case] standings: &[Option<Standing>],
    #[case] decision: Decision,
) {
    let at_hand = at_hand.iter().copied().collect();
    assert_eq!(decide(&at_hand, 0, Some(&ledger(standings))), decision);
}

#[test]
fn an_event_that_cannot_be_read_may_be_any_that_is_missing() {
    let mut ledger = ledger(&[Some(Settled), None, Some(Open)]);
    ledger.add_unreadable();
    assert_eq!(decide(&[3].into(), 0, Some(&ledger)), go(&[], &[], &[3]));
    assert_eq!(decide(&[3].into(), 2, Some(&ledger)), go(&[], &[3], &[]));
}

#[test]
fn an_event_is_sent_when_the_one_before_it_was_taken() {
    let mut lane = Lane::new([4, 5, 6]);
    assert_eq!(lane.next(), Some(4));
    lane.depart();
    assert_eq!(lane.next(), None);
    lane.land(true);
    assert_eq!(lane.next(), Some(5));
    lane.depart();
    lane.land(false);
    assert_eq!(lane.next(), None);
}

fn standing() -> impl Strategy<Value = Option<Standing>> {
    prop_oneof![Just(None), Just(Some(Open)), Just(Some(Settled)), Just(Some(Stuck))]
}

proptest! {
    /// What is sent is in order and has every open event before it sent first; what is at hand is
    /// in one of the three parts.
    #[test]
    fn nothing_is_sent_before_what_precedes_it(
        standings in prop::collection::vec(standing(), 1..9),
        chosen in prop::collection::vec(any::<bool>(), 8),
    ) {
        let there = (1..).zip(&standings).zip(chosen);
        let at_hand: BTreeSet<u64> =
            there.filter(|((_, it), chosen)| it.is_some() && *chosen).map(|((at, _), _)| at).collect();
        let ledger = ledger(&standings);
        let Decision::Go(course) = decide(&at_hand, 0, Some(&ledger)) else { panic!("asked twice") };
        prop_assert!(course.send.is_sorted());
        let mut settled: BTreeSet<u64> =
            (1..=standings.len() as u64).filter(|it| ledger.standing(*it) == Settled).collect();
        for sequence in &course.send {
            prop_assert!((1..*sequence).all(|before| settled.contains(&before)));
            settled.insert(*sequence);
        }
        let parts = [&course.settled, &course.send, &course.wait];
        for event in &at_hand {
            prop_assert_eq!(parts.iter().filter(|part| part.contains(event)).count(), 1);
        }
    }
}
