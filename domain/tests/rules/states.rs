//! Which status may follow which, and the page that prints it.

use std::path::Path;
use std::{env, fs};

use domain::TripStatus;
use domain::member::{PaymentStatus, ReservationStatus};
use domain::trip::TRANSITIONS;

const HEAD: &str = "\
<!-- Generated from domain: UPDATE_GENERATED=1 cargo test -p domain -->
# Where a trip stands
A trip has a status, and so has each of its members. The API shows them as they are spelled here.

## The trip
A trip begins as `PENDING`. No saga works on one that is `CONFIRMED`, `FAILED` or `CANCELLED`.
";

fn table(rows: impl IntoIterator<Item = [String; 2]>) -> String {
    let rows = rows.into_iter().map(|[status, meaning]| format!("| `{status}` | {meaning} |\n"));
    format!("\n| status | meaning |\n|---|---|\n{}", rows.collect::<String>())
}

fn following(statuses: &[TripStatus]) -> String {
    let names: Vec<_> = statuses.iter().map(|status| format!("`{status}`")).collect();
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}

fn page() -> String {
    let trip = TRANSITIONS.iter().map(|(status, next)| {
        format!("| `{status}` | {} | {} |\n", status.meaning(), following(next))
    });
    let reservation = ReservationStatus::ALL.iter();
    let reservation = reservation.map(|status| [status.to_string(), status.meaning().to_owned()]);
    let payment = PaymentStatus::ALL.iter();
    let payment = payment.map(|status| [status.to_string(), status.meaning().to_owned()]);
    format!(
        "{HEAD}\n| status | meaning | may be followed by |\n|---|---|---|\n{}\n## The flight and the \
         hotel\n{}\n## The payment\n{}",
        trip.collect::<String>(),
        table(reservation),
        table(payment)
    )
}

#[test]
fn the_page_of_the_states_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/states.md");
    if env::var_os("UPDATE_GENERATED").is_some() {
        fs::write(&path, page()).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == page(), "write it anew with: UPDATE_GENERATED=1 cargo test -p domain");
}

#[test]
fn every_status_has_a_row_of_its_own_and_all_but_the_first_can_be_reached() {
    let rows: Vec<_> = TRANSITIONS.iter().map(|(status, _)| *status).collect();
    assert_eq!(rows, TripStatus::ALL);
    for status in TripStatus::ALL {
        let is_reached = TripStatus::ALL.iter().any(|before| before.may_become(*status));
        assert_eq!(is_reached, *status != TripStatus::Pending, "{status}");
    }
}

#[test]
fn nothing_follows_itself_nor_a_trip_that_is_undone() {
    for status in TripStatus::ALL {
        assert!(!status.may_become(*status), "{status}");
        assert!(!TripStatus::Failed.may_become(*status));
        assert!(!TripStatus::Cancelled.may_become(*status));
    }
}
