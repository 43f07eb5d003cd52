//! Payments of which nobody knows whether they were made.

use bed::{Bed, Booking, book_on, settled_system};
use futures::future::join_all;
use local::{Options, System};
use serde_json::{Value, json};
use store::sandbox::{LedgerRow, LedgerState};

use super::machines::{PACE, wrong};
use super::steps::books;
use crate::faults::schedules;

/// What becomes of the answer to a charge.
const DOUBTS: [&str; 3] = ["timeout", "timeout_after_effect", "late_effect"];
/// What becomes of the refund, at first.
const REFUNDS: [&str; 4] = ["", "error:2", "timeout:1", "timeout_after_effect:1"];

const BOOKED: &str = "CONFIRMED CONFIRMED CONFIRMED CAPTURED \
                      | flight.reserved hotel.reserved payment.captured trip.confirmed \
                      | flight hotel payment";

/// The end of a trip whose payment stays unknown. A refund is news only where the provider had
/// charged.
fn undone(doubt: &str) -> &'static str {
    if doubt == "timeout_after_effect" {
        return "FAILED CANCELLED CANCELLED REFUNDED | flight.reserved hotel.reserved \
                payment.refunded hotel.cancelled flight.cancelled trip.failed | ";
    }
    "FAILED CANCELLED CANCELLED REFUNDED | flight.reserved hotel.reserved \
     hotel.cancelled flight.cancelled trip.failed | "
}

/// Each doubt that stays, with each trouble of the refund; and each doubt that passes with its
/// second or fourth attempt. By trip: the sandbox's behaviours, and the trip's end.
fn cases() -> Vec<(String, Value, &'static str)> {
    let mut cases = Vec::new();
    for doubt in DOUBTS {
        for (number, refund) in REFUNDS.iter().enumerate() {
            let mut sandbox = json!({ "payment": doubt });
            if !refund.is_empty() {
                sandbox["payment_refund"] = json!(refund);
            }
            cases.push((format!("{doubt}-refund-{number}"), sandbox, undone(doubt)));
        }
        for attempts in [1, 3] {
            let sandbox = json!({ "payment": format!("{doubt}:{attempts}") });
            cases.push((format!("{doubt}-{attempts}"), sandbox, BOOKED));
        }
    }
    cases
}

/// The charge is voided or refunded by its key, or found by it and kept. A charge that lands after
/// the refund's call is refused by the provider. Nobody is charged twice.
#[tokio::test(flavor = "multi_thread")]
async fn fault_49_an_unknown_payment_is_voided_refunded_or_found_and_charged_at_most_once() {
    let (bed, cases) = (Bed::new().await, cases());
    let options = Options { pace: PACE, ..bed.options() };
    let system = System::start(options).await.unwrap();
    join_all(cases.iter().map(|(trip, sandbox, _)| async {
        book_on(&system, &Booking::new(trip).with_sandbox(sandbox.clone())).await;
    }))
    .await;
    settled_system(&bed, &system).await;
    let ends: Vec<_> =
        cases.iter().map(|(trip, _, end)| (trip.clone(), (*end).to_owned())).collect();
    let wrong = wrong(&bed, &ends).await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for (trip, _, end) in &cases {
        check_charge(&payment(&bed, trip).await, trip, *end == BOOKED);
    }
    schedules(49, cases.len());
    system.stop().await;
}

async fn payment(bed: &Bed, trip: &str) -> LedgerRow {
    let rows = books(bed, trip).await;
    rows.into_iter().find(|row| row.key.starts_with("payment/")).unwrap()
}

fn check_charge(row: &LedgerRow, trip: &str, is_booked: bool) {
    let charged = u32::from(is_booked || trip.starts_with("timeout_after_effect"));
    let expected = if is_booked { LedgerState::Held } else { LedgerState::Released };
    assert_eq!(row.state, expected, "{trip}");
    assert_eq!((row.effects, row.undone), (charged, charged - u32::from(is_booked)), "{trip}");
    let landed_late = !is_booked && trip.starts_with("late_effect");
    assert_eq!(row.attempts.contains_key("late_effect"), landed_late, "{trip}: {row:?}");
    assert_eq!(row.late.is_some(), is_booked && trip.starts_with("late_effect"), "{trip}");
}
