//! The application's rules, one given/when/then test for each, on trips in memory that check the
//! real version condition and fail on demand.

mod doubles;

use domain::command::{CancelFlight, ProcessPayment, Reason, RefundPayment, RefuseRequest};
use domain::command::{ReserveFlight, ReserveHotel};
use domain::{Asked, Claim, ErrorCode, Failure, SagaId, TripStatus};

use crate::testing::{claim, details};
use doubles::{Fault, Supplier, World};

fn reserve_flight() -> ReserveFlight {
    ReserveFlight { claim: claim(), details: details() }
}

fn reserve_hotel() -> ReserveHotel {
    ReserveHotel { claim: claim(), details: details() }
}

fn process_payment() -> ProcessPayment {
    ProcessPayment { claim: claim(), details: details() }
}

fn refund(reason: Reason) -> RefundPayment {
    RefundPayment { claim: claim(), reason, asked: asked() }
}

fn asked() -> Asked {
    Asked::Trip(details())
}

fn undone() -> Reason {
    Reason::Booking(Failure::new(ErrorCode::SupplierTimeout, "no answer"))
}

/// A saga that was started with the same trip id.
fn another_saga() -> Claim {
    Claim { saga_id: SagaId::parse("trip-1@2027-01-01T00:00:00Z").unwrap(), ..claim() }
}

#[tokio::test]
async fn the_suppliers_answer_is_committed_and_told() {
    let (world, airline) = (World::empty(), Supplier::accepting());
    let outcome = world.reserve(&reserve_flight(), &airline).await.unwrap();
    assert_eq!(outcome.member_status.as_deref(), Some("RESERVED"));
    assert_eq!(world.status(), Some(TripStatus::Pending));
    assert_eq!((airline.reserved(), airline.released()), (1, 0));
}

#[tokio::test]
async fn a_repeat_answers_the_first_result_and_calls_nobody() {
    let world = World::empty();
    let first = world.reserve(&reserve_flight(), &Supplier::accepting()).await.unwrap();
    let (version, airline) = (world.version(), Supplier::accepting());
    assert_eq!(world.reserve(&reserve_flight(), &airline).await.unwrap(), first);
    assert_eq!((airline.reserved(), world.version()), (0, version));
}

#[tokio::test]
async fn a_refusal_is_committed_before_it_is_answered_and_repeated() {
    let (world, airline) = (World::empty(), Supplier::refusing());
    for _ in 0..2 {
        let failure = world.reserve(&reserve_flight(), &airline).await.unwrap_err();
        assert_eq!(failure.code, ErrorCode::FlightUnavailable);
    }
    assert_eq!(world.status(), Some(TripStatus::Failed));
    assert_eq!((airline.reserved(), airline.released(), world.version()), (1, 0, 2));
}

#[tokio::test]
async fn a_refused_request_is_recorded_and_asks_nobody() {
    let (world, failure) = (World::empty(), Failure::new(ErrorCode::InvalidRequest, "no"));
    let command = RefuseRequest { claim: claim(), failure: failure.clone(), departure: None };
    assert_eq!(world.step().record(&command).await, Err(failure));
    assert_eq!(world.status(), Some(TripStatus::Failed));
}

#[tokio::test(start_paused = true)]
async fn a_race_lost_to_the_same_command_answers_its_result_and_releases_nothing() {
    let world = World::empty();
    let twin = async || {
        world.reserve(&reserve_flight(), &Supplier::accepting()).await.unwrap();
    };
    let airline = Supplier::accepting();
    let outcome = world.reserve_while(&reserve_flight(), &airline, twin).await.unwrap();
    assert_eq!(outcome.member_status.as_deref(), Some("RESERVED"));
    assert_eq!((airline.reserved(), airline.released(), world.version()), (1, 0, 2));
}

#[tokio::test(start_paused = true)]
async fn a_race_lost_on_an_open_trip_commits_the_same_answer_without_a_second_call() {
    let (world, airline) = (World::opened().await, Supplier::accepting());
    world.fail_next([Fault::LostRace, Fault::LostRace]);
    world.reserve(&reserve_flight(), &airline).await.unwrap();
    assert_eq!(world.status(), Some(TripStatus::Pending));
    assert_eq!((airline.reserved(), airline.released()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_race_lost_to_a_compensation_releases_and_then_answers_that_the_trip_is_closed() {
    let world = World::with_flight().await;
    let operator = async || {
        world.undo(&refund(Reason::Operator), &Supplier::accepting()).await.unwrap();
    };
    let hotel = Supplier::accepting();
    let failure = world.reserve_while(&reserve_hotel(), &hotel, operator).await.unwrap_err();
    assert_eq!(failure.code, ErrorCode::TripClosed);
    assert_eq!((hotel.reserved(), hotel.released()), (1, 1));
}

#[tokio::test]
async fn a_trip_found_closed_is_released_too_since_an_earlier_attempt_may_have_reserved() {
    let world = World::with_flight().await;
    world.undo(&refund(Reason::Operator), &Supplier::accepting()).await.unwrap();
    let hotel = Supplier::accepting();
    let failure = world.reserve(&reserve_hotel(), &hotel).await.unwrap_err();
    assert_eq!(failure.code, ErrorCode::TripClosed);
    assert_eq!((hotel.reserved(), hotel.released()), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn a_release_that_fails_is_made_up_for_by_the_repeat() {
    let world = World::with_flight().await;
    let operator = async || {
        world.undo(&refund(Reason::Operator), &Supplier::accepting()).await.unwrap();
    };
    let hotel = Supplier::accepting();
    hotel.fail_next_release();
    let failure = world.reserve_while(&reserve_hotel(), &hotel, operator).await.unwrap_err();
    assert_eq!((failure.code, hotel.released()), (ErrorCode::SupplierUnavailable, 0));
    let failure = world.reserve(&reserve_hotel(), &hotel).await.unwrap_err();
    assert_eq!((failure.code, hotel.released()), (ErrorCode::TripClosed, 1));
}

#[tokio::test]
async fn a_commit_whose_reply_was_lost_releases_nothing_and_the_repeat_finds_it() {
    let (world, airline) = (World::opened().await, Supplier::accepting());
    world.fail_next([Fault::ReplyLost]);
    let failure = world.reserve(&reserve_flight(), &airline).await.unwrap_err();
    assert_eq!(failure.code, ErrorCode::StoreUnavailable);
    world.reserve(&reserve_flight(), &airline).await.unwrap();
    assert_eq!((airline.reserved(), airline.released(), world.version()), (1, 0, 2));
}

#[tokio::test]
async fn a_commit_that_never_arrived_releases_nothing_and_the_repeat_commits() {
    let (world, airline) = (World::opened().await, Supplier::accepting());
    world.fail_next([Fault::RequestLost]);
    let failure = world.reserve(&reserve_flight(), &airline).await.unwrap_err();
    assert_eq!((failure.code, world.version()), (ErrorCode::StoreUnavailable, 1));
    world.reserve(&reserve_flight(), &airline).await.unwrap();
    assert_eq!((airline.reserved(), airline.released()), (2, 0));
}

#[tokio::test]
async fn a_throttled_commit_is_told_as_such_and_releases_nothing() {
    let (world, airline) = (World::empty(), Supplier::accepting());
    world.fail_next([Fault::Throttled]);
    let failure = world.reserve(&reserve_flight(), &airline).await.unwrap_err();
    assert_eq!((failure.code, airline.released()), (ErrorCode::StoreThrottled, 0));
}

#[tokio::test(start_paused = true)]
async fn a_race_that_is_lost_every_time_ends_in_a_retryable_error_and_releases_nothing() {
    let (world, airline) = (World::opened().await, Supplier::accepting());
    world.fail_next(std::iter::repeat_n(Fault::LostRace, 5));
    let failure = world.reserve(&reserve_flight(), &airline).await.unwrap_err();
    assert_eq!(failure.code, ErrorCode::StoreConflict);
    assert!(failure.code.is_transient() && world.has_no_faults_left());
    assert_eq!((airline.reserved(), airline.released()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_supplier_that_does_not_answer_is_not_waited_for_and_leaves_the_trip_pending() {
    let world = World::empty();
    let failure = world.reserve(&reserve_flight(), &Supplier::silent()).await.unwrap_err();
    assert_eq!((failure.code, world.version()), (ErrorCode::SupplierTimeout, 1));
    assert_eq!(world.status(), Some(TripStatus::Pending));
}

#[tokio::test]
async fn a_supplier_that_fails_leaves_the_trip_pending() {
    let world = World::empty();
    let failure = world.reserve(&reserve_flight(), &Supplier::failing()).await.unwrap_err();
    assert_eq!((failure.code, world.version()), (ErrorCode::SupplierUnavailable, 1));
    assert_eq!(world.status(), Some(TripStatus::Pending));
}

#[tokio::test]
async fn a_compensation_closes_the_trip_before_it_calls_the_supplier() {
    let world = World::with_flight().await;
    let airline = Supplier::failing();
    let command = CancelFlight { claim: claim(), reason: undone(), asked: asked() };
    let failure = world.undo(&command, &airline).await.unwrap_err();
    assert_eq!(failure.code, ErrorCode::SupplierUnavailable);
    assert_eq!(world.status(), Some(TripStatus::Compensating));
}

#[tokio::test]
async fn a_compensation_of_an_unwritten_trip_calls_the_supplier_and_leaves_a_tombstone() {
    let (world, airline) = (World::empty(), Supplier::accepting());
    let command = CancelFlight { claim: claim(), reason: undone(), asked: asked() };
    world.undo(&command, &airline).await.unwrap();
    assert_eq!((world.status(), airline.released()), (Some(TripStatus::Failed), 1));
    let failure = world.reserve(&reserve_flight(), &Supplier::accepting()).await.unwrap_err();
    assert_eq!(failure.code, ErrorCode::TripClosed);
}

#[tokio::test(start_paused = true)]
async fn a_compensation_that_loses_its_races_still_closes_and_releases_once() {
    let (world, airline) = (World::with_flight().await, Supplier::accepting());
    let command = CancelFlight { claim: claim(), reason: undone(), asked: asked() };
    world.fail_next([Fault::LostRace, Fault::Success, Fault::LostRace]);
    let outcome = world.undo(&command, &airline).await.unwrap();
    assert_eq!(outcome.trip_status, TripStatus::Failed);
    assert_eq!((airline.released(), world.has_no_faults_left()), (1, true));
}

#[tokio::test]
async fn a_booking_that_succeeded_is_not_undone_by_its_own_compensation() {
    let (world, bank) = (World::with_hotel().await, Supplier::accepting());
    world.reserve(&process_payment(), &bank).await.unwrap();
    let failure = world.undo(&refund(undone()), &bank).await.unwrap_err();
    assert_eq!(failure.code, ErrorCode::TripAlreadyConfirmed);
    assert_eq!((bank.released(), world.status()), (0, Some(TripStatus::Confirmed)));
}

#[tokio::test(start_paused = true)]
async fn a_payment_given_up_but_still_under_way_cannot_confirm_a_trip_that_is_being_undone() {
    let (world, bank) = (World::with_hotel().await, Supplier::accepting());
    let failing_refund = async || {
        world.undo(&refund(undone()), &Supplier::failing()).await.unwrap_err();
    };
    let answer = world.reserve_while(&process_payment(), &bank, failing_refund).await;
    assert_eq!(answer.unwrap_err().code, ErrorCode::TripClosed);
    assert_eq!((bank.reserved(), bank.released()), (1, 1));
    assert_eq!(world.status(), Some(TripStatus::Compensating));
}

#[tokio::test]
async fn another_sagas_trip_is_neither_changed_nor_released() {
    let world = World::with_flight().await;
    let (version, airline) = (world.version(), Supplier::accepting());
    let command = ReserveFlight { claim: another_saga(), details: details() };
    let failure = world.reserve(&command, &airline).await.unwrap_err();
    assert_eq!(failure.code, ErrorCode::TripConflict);
    let command = CancelFlight { claim: another_saga(), reason: undone(), asked: asked() };
    let failure = world.undo(&command, &airline).await.unwrap_err();
    assert_eq!(failure.code, ErrorCode::TripConflict);
    assert_eq!((airline.reserved(), airline.released(), world.version()), (0, 0, version));
}

#[tokio::test]
async fn nobody_is_called_before_the_trip_is_written() {
    for fault in [Fault::RequestLost, Fault::ReplyLost, Fault::Throttled] {
        let (world, airline) = (World::empty(), Supplier::accepting());
        world.fail_next([fault]);
        let failure = world.reserve(&reserve_flight(), &airline).await.unwrap_err();
        assert!(failure.code.is_transient(), "{fault:?}: {failure:?}");
        assert_eq!(airline.reserved(), 0, "{fault:?}");
        world.reserve(&reserve_flight(), &airline).await.unwrap();
        assert_eq!((airline.reserved(), world.version()), (1, 2), "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_saga_that_loses_the_first_write_to_another_calls_nobody() {
    let (world, airline) = (World::empty(), Supplier::accepting());
    let other = ReserveFlight { claim: another_saga(), details: details() };
    world.beat_next_commit(&other);
    let failure = world.reserve(&reserve_flight(), &airline).await.unwrap_err();
    assert_eq!(failure.code, ErrorCode::TripConflict);
    assert_eq!((airline.reserved(), airline.released(), world.version()), (0, 0, 1));
}

#[tokio::test]
async fn a_trip_is_loaded_once_where_nobody_races() {
    let world = World::empty();
    world.reserve(&reserve_flight(), &Supplier::accepting()).await.unwrap();
    assert_eq!(world.loads(), 1);
}
