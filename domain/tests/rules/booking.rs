//! The way forward: every commit of a booking, its refusals, its repeats.

use domain::command::Reason::Cancellation;
use domain::command::{self, RefuseRequest, SupplierAnswer};
use domain::event::Fact;
use domain::{
    Change, Command, Decision, ErrorCode, Failure, FieldError, Plan, TicketTime, TripStatus,
};
use rstest::rstest;

use super::support::Do::{self, *};
use super::support::{
    Ended, assert_commits, at, give, give_as, given, other_details, refused, unknown,
};

#[rstest]
#[case::flight(&[], ReserveFlight, "PENDING RESERVED - -", &["flight.reserved.v1"])]
#[case::flight_refused(&[], FlightRefused, "FAILED REJECTED - -", &["flight.rejected.v1", "trip.failed.v1"])]
#[case::hotel(&[ReserveFlight], ReserveHotel, "PENDING RESERVED RESERVED -", &["hotel.reserved.v1"])]
#[case::hotel_refused(&[ReserveFlight], HotelRefused, "COMPENSATING RESERVED REJECTED -", &["hotel.rejected.v1"])]
#[case::payment(&[ReserveFlight, ReserveHotel], Pay, "CONFIRMED CONFIRMED CONFIRMED CAPTURED", &["payment.captured.v1", "trip.confirmed.v1"])]
#[case::payment_declined(&[ReserveFlight, ReserveHotel], PayDeclined, "COMPENSATING RESERVED RESERVED DECLINED", &["payment.declined.v1"])]
fn each_step_commits_its_state_with_its_events(
    #[case] history: &[Do],
    #[case] command: Do,
    #[case] picture: &str,
    #[case] events: &[&str],
) {
    assert_commits(history, &command, picture, events);
}

#[rstest]
#[case::flight(&[], FlightRefused)]
#[case::hotel(&[ReserveFlight], HotelRefused)]
#[case::payment(&[ReserveFlight, ReserveHotel], PayDeclined)]
fn a_refusal_that_breaks_no_rule_is_told_in_the_suppliers_words(
    #[case] history: &[Do],
    #[case] command: Do,
) {
    let Ended::Committed(change) = give(given(history).as_ref(), &command) else {
        panic!("a refusal is recorded");
    };
    let told: Vec<&str> = change.events.iter().filter_map(|event| refusal(&event.fact)).collect();
    assert!(!told.is_empty() && told.iter().all(|detail| *detail == "full"), "{told:?}");
}

/// The detail of an event that announces a refusal.
fn refusal(fact: &Fact) -> Option<&str> {
    match fact {
        Fact::FlightRejected(refused)
        | Fact::HotelRejected(refused)
        | Fact::PaymentDeclined(refused)
        | Fact::TripFailed(refused) => Some(&refused.detail),
        _ => None,
    }
}

#[rstest]
#[case(&[ReserveFlight], ReserveFlight)]
#[case(&[ReserveFlight, ReserveHotel], ReserveFlight)]
#[case(&[ReserveFlight, ReserveHotel], ReserveHotel)]
#[case(&[ReserveFlight, ReserveHotel, Pay], ReserveFlight)]
#[case(&[ReserveFlight, ReserveHotel, Pay], ReserveHotel)]
#[case(&[ReserveFlight, ReserveHotel, Pay], Pay)]
#[case(&[ReserveFlight, ReserveHotel, Pay, Refund(Cancellation)], Pay)]
#[case(&[ReserveFlight, ReserveHotel, Pay, Refund(Cancellation), CancelHotel(Cancellation), CancelFlight(Cancellation)], Pay)]
fn a_repeat_answers_the_first_result_and_writes_nothing(
    #[case] history: &[Do],
    #[case] command: Do,
) {
    let trip = given(history);
    assert!(matches!(give(trip.as_ref(), &command), Ended::Repeated));
}

#[rstest]
#[case(&[FlightRefused], ReserveFlight, ErrorCode::FlightUnavailable)]
#[case(&[ReserveFlight, HotelRefused], ReserveHotel, ErrorCode::HotelUnavailable)]
#[case(&[ReserveFlight, ReserveHotel, PayDeclined], Pay, ErrorCode::PaymentDeclined)]
fn a_repeat_of_a_refused_step_answers_the_first_refusal(
    #[case] history: &[Do],
    #[case] command: Do,
    #[case] code: ErrorCode,
) {
    let trip = given(history);
    assert_eq!(refused(&give(trip.as_ref(), &command)), code);
}

#[rstest]
#[case(&[], ReserveHotel)]
#[case(&[], Pay)]
#[case(&[ReserveFlight], Pay)]
fn a_step_before_its_predecessor_is_refused(#[case] history: &[Do], #[case] command: Do) {
    let trip = given(history);
    assert_eq!(refused(&give(trip.as_ref(), &command)), ErrorCode::TripConflict);
}

#[rstest]
#[case(&[CancelFlight(unknown())], ReserveFlight)]
#[case(&[ReserveFlight, CancelFlight(unknown())], ReserveFlight)]
#[case(&[ReserveFlight, CancelHotel(unknown())], ReserveHotel)]
#[case(&[ReserveFlight, ReserveHotel, CancelHotel(unknown())], ReserveHotel)]
#[case(&[ReserveFlight, ReserveHotel, Void(unknown())], Pay)]
#[case(&[ReserveFlight, Void(unknown())], ReserveHotel)]
fn a_late_reserve_is_released_and_refused(#[case] history: &[Do], #[case] command: Do) {
    let trip = given(history);
    let ended = give(trip.as_ref(), &command);
    assert!(matches!(ended, Ended::TooLate(ErrorCode::TripClosed)), "{ended:?}");
}

#[rstest]
#[case(&[ReserveFlight], ReserveFlight)]
#[case(&[ReserveFlight], ReserveHotel)]
#[case(&[ReserveFlight, ReserveHotel], Pay)]
fn a_step_with_another_request_is_not_a_repeat(#[case] history: &[Do], #[case] command: Do) {
    let trip = given(history);
    let ended = give_as(trip.as_ref(), &command, super::support::claim(), other_details());
    assert_eq!(refused(&ended), ErrorCode::TripConflict);
}

#[test]
fn what_a_request_calls_its_fields_is_told_to_its_customer_and_not_to_the_bus() {
    let [field, code, detail] =
        ["card_4111", "unknown_field", "is not known here"].map(str::to_owned);
    let failure = Failure::invalid_request(vec![FieldError { field, code, detail }]);
    let command =
        RefuseRequest { claim: super::support::claim(), failure: failure.clone(), departure: None };
    let change = command.apply(None, &(), at(0));
    assert_eq!(change.trip.state().failure, Some(failure));
    for event in change.events {
        let (Fact::FlightRejected(told) | Fact::TripFailed(told)) = event.fact else {
            panic!("{event:?}")
        };
        assert_eq!(told.code, ErrorCode::InvalidRequest);
        assert!(!told.detail.contains("4111"), "{}", told.detail);
    }
}

#[test]
fn the_first_step_writes_the_trip_with_its_request_before_anybody_is_called() {
    let command = command::ReserveFlight {
        claim: super::support::claim(),
        details: super::support::details(),
    };
    let Ok(Plan::First(change)) = command.plan(None, at(0)) else { panic!("nothing is written") };
    let Change { before, trip, events } = *change;
    assert_eq!((before, trip.state().version, events), (None, 1, Vec::new()));
    assert_eq!(super::support::picture(&trip), "PENDING - - -");
    assert_eq!(trip.state().details(), Some(&command.details));
    assert_eq!(command.plan(Some(&trip), at(1)), Ok(Plan::Proceed));
}

#[test]
fn a_refused_request_keeps_the_departure_that_can_be_read() {
    let departure = TicketTime::parse("2026-03-01T10:00").ok();
    let failure = Failure::invalid_request(Vec::new());
    let command = RefuseRequest { claim: super::support::claim(), failure, departure };
    let trip = command.apply(None, &(), at(0)).trip;
    assert_eq!((trip.state().details(), trip.state().asked.departure()), (None, departure));
}

#[test]
fn versions_and_sequences_count_up_without_gaps() {
    let mut trip = None;
    let mut sequences = Vec::new();
    for (index, command) in [ReserveFlight, ReserveHotel, Pay].iter().enumerate() {
        let Ended::Committed(change) = give(trip.as_ref(), command) else { panic!("{command:?}") };
        // The opening commit is the first.
        assert_eq!(change.trip.state().version, index as u64 + 2);
        sequences.extend(change.events.iter().map(|event| event.sequence));
        trip = Some(change.trip);
    }
    assert_eq!(sequences, [1, 2, 3, 4]);
}

#[test]
fn time_never_runs_backwards_within_a_trip() {
    let trip = given(&[Do::ReserveFlight]).unwrap();
    let command = command::ReserveHotel {
        claim: super::support::claim(),
        details: super::support::details(),
    };
    let answer = SupplierAnswer::Accepted { reference: "ref".to_owned() };
    let Ok(Decision::Commit(change)) = command.decide(Some(&trip), &answer, at(-3_600)) else {
        panic!("a pending trip takes a hotel");
    };
    assert_eq!(change.trip.state().updated_at, trip.state().updated_at);
    assert_eq!(change.events[0].occurred_at, trip.state().updated_at);
}

#[test]
fn only_confirmed_failed_and_cancelled_trips_are_at_rest() {
    let at_rest = TripStatus::ALL.iter().filter(|status| status.is_terminal());
    let names: Vec<_> = at_rest.map(|status| status.as_str()).collect();
    assert_eq!(names, ["CONFIRMED", "FAILED", "CANCELLED"]);
}
