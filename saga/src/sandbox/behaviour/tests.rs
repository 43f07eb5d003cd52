//! The suppliers' contract, for every behaviour and any order of calls.

use domain::TripId;
use domain::request::SandboxStep::{Payment, PaymentRefund};
use proptest::prelude::*;
use rstest::rstest;
use serde_json::json;
use store::sandbox::Supplier;

use super::*;

fn sandbox(payment: &str, refund: &str) -> Sandbox {
    let mut object = json!({});
    for (step, behaviour) in [("payment", payment), ("payment_refund", refund)] {
        if !behaviour.is_empty() {
            object[step] = json!(behaviour);
        }
    }
    Sandbox::parse(&object).unwrap()
}

fn new_row() -> LedgerRow {
    LedgerRow::new("payment/trip-1/saga", TripId::parse("trip-1").unwrap(), Supplier::Payment)
}

#[test]
fn a_refund_without_the_request_behaves_as_the_request_said_when_it_was_captured() {
    let captured = asked(new_row(), Payment, &sandbox("", "error:2"));
    let nothing_asked = Sandbox::default();
    let mut row = captured;
    for expected in [Some(Trouble::Error), Some(Trouble::Error), None] {
        row = asked(row, PaymentRefund, &nothing_asked);
        assert_eq!(trouble(&row, PaymentRefund, &nothing_asked), expected);
    }
    assert_eq!(row.state, LedgerState::Released);
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Call {
    Capture,
    Refund,
}

/// The row after one call, as the suppliers change it: a late effect lands after the refund.
fn play(row: LedgerRow, call: Call, sandbox: &Sandbox) -> LedgerRow {
    match call {
        Call::Capture => asked(row, Payment, sandbox),
        Call::Refund => {
            let row = asked(row, PaymentRefund, sandbox);
            if row.state == LedgerState::Released { landed(row) } else { row }
        }
    }
}

fn is_accepted(row: &LedgerRow) -> bool {
    matches!(answer(row, "declined"), Some(SupplierAnswer::Accepted { .. }))
}

fn is_refused(row: &LedgerRow) -> bool {
    matches!(answer(row, "declined"), Some(SupplierAnswer::Refused { .. }))
}

const PAYMENT: [&str; 12] = [
    "",
    "declined",
    "declined:1",
    "error",
    "error:2",
    "slow",
    "timeout:1",
    "timeout",
    "timeout_after_effect",
    "timeout_after_effect:1",
    "late_effect",
    "late_effect:1",
];

const REFUND: [&str; 6] = ["", "error:1", "slow", "timeout:2", "timeout_after_effect", "error"];

const CALLS: [Call; 2] = [Call::Capture, Call::Refund];

fn behaviours() -> impl Strategy<Value = Sandbox> {
    let pair = (prop::sample::select(&PAYMENT), prop::sample::select(&REFUND));
    pair.prop_map(|(payment, refund)| sandbox(payment, refund))
}

fn calls() -> impl Strategy<Value = Vec<Call>> {
    prop::collection::vec(prop::sample::select(&CALLS), 0..12)
}

proptest! {
    #[test]
    fn a_customer_is_charged_at_most_once_and_refunded_at_most_as_often(
        sandbox in behaviours(), calls in calls(),
    ) {
        let row = calls.iter().fold(new_row(), |row, call| play(row, *call, &sandbox));
        prop_assert!(row.effects <= 1 && row.undone <= row.effects);
        prop_assert_eq!(row.state == LedgerState::Held, row.effects > row.undone);
    }

    #[test]
    fn a_released_key_is_refused_for_ever(sandbox in behaviours(), calls in calls()) {
        let released = play(new_row(), Call::Refund, &Sandbox::default());
        let row = calls.iter().fold(released, |row, call| play(row, *call, &sandbox));
        prop_assert!(is_refused(&row) && row.effects == 0);
    }

    #[test]
    fn a_refused_key_stays_refused(later in behaviours(), calls in calls()) {
        let refused = play(new_row(), Call::Capture, &sandbox("declined", ""));
        let row = calls.iter().fold(refused, |row, call| play(row, *call, &later));
        prop_assert!(is_refused(&row) && row.effects == 0);
    }

    #[test]
    fn a_repeat_changes_nothing_but_the_number_of_attempts(call in prop::sample::select(&CALLS)) {
        let usual = Sandbox::default();
        let once = play(new_row(), call, &usual);
        let twice = play(once.clone(), call, &usual);
        prop_assert_eq!(answer(&once, "declined"), answer(&twice, "declined"));
        prop_assert_eq!(released_answer(&once), released_answer(&twice));
        prop_assert_eq!(LedgerRow { attempts: once.attempts.clone(), ..twice }, once);
    }
}

#[rstest]
#[case("", true, false, 1)]
#[case("slow", true, false, 1)]
#[case("declined", false, true, 0)]
#[case("error", false, false, 0)]
#[case("timeout", false, false, 0)]
#[case("timeout_after_effect", true, false, 1)]
#[case("late_effect", false, false, 0)]
fn a_behaviour_has_its_effect_on_the_books(
    #[case] behaviour: &str,
    #[case] accepted: bool,
    #[case] refused: bool,
    #[case] effects: u32,
) {
    let row = play(new_row(), Call::Capture, &sandbox(behaviour, ""));
    assert_eq!((is_accepted(&row), is_refused(&row)), (accepted, refused));
    assert_eq!((row.effects, row.attempts["payment"]), (effects, 1));
}

#[test]
fn a_behaviour_with_a_count_ends_after_so_many_attempts() {
    let sandbox = sandbox("error:2", "");
    let troubles = (0..3).scan(new_row(), |row, _| {
        *row = play(row.clone(), Call::Capture, &sandbox);
        Some(trouble(row, Payment, &sandbox))
    });
    assert_eq!(troubles.collect::<Vec<_>>(), [Some(Trouble::Error), Some(Trouble::Error), None]);
}

#[test]
fn an_effect_that_lands_after_the_release_is_refused_and_counted() {
    let sandbox = sandbox("late_effect", "");
    let row = play(new_row(), Call::Capture, &sandbox);
    assert!(row.late.is_some());
    let row = play(row, Call::Refund, &sandbox);
    assert_eq!((row.state, row.effects, row.attempts[LATE]), (LedgerState::Released, 0, 1));
    assert_eq!(row.late, None);
    assert_eq!(play(row, Call::Refund, &sandbox).attempts[LATE], 1);
}

#[test]
fn a_release_says_what_was_held_at_every_repeat() {
    let row = play(new_row(), Call::Capture, &sandbox("timeout_after_effect", ""));
    let row = play(row, Call::Refund, &sandbox("", "timeout_after_effect:1"));
    assert_eq!(released_answer(&row), Released { held: true });
    let row = play(row, Call::Refund, &sandbox("", "timeout_after_effect:1"));
    assert_eq!(released_answer(&row), Released { held: true });
}
