//! Trips of every end, booked step by step as the state machines would.

use std::time::Duration;

use domain::TripStatus::{self, Cancelled, Confirmed, Failed, Pending};
use domain::{ErrorCode, TripId};
use saga::Operation::{
    self, FlightCancel, FlightReserve, HotelCancel, HotelReserve, PaymentProcess, PaymentRefund,
};
use serde_json::{Value, json};

use crate::{Bed, Booking};

/// A trip: what is asked for on top of a valid booking, the tasks that run, and the end they come
/// to.
struct Course {
    trip: &'static str,
    asked: &'static str,
    tasks: &'static [Task],
    end: TripStatus,
}

/// A task of a state machine.
#[derive(Clone, Copy)]
enum Task {
    Book(Operation),
    /// A booking's task that ends with an error.
    Fail(Operation, ErrorCode),
    /// The booking's own compensation, after this error was caught.
    Undo(Operation, ErrorCode),
    /// The compensation that the customer asked for.
    Cancel(Operation),
}

use ErrorCode::{FlightUnavailable, InvalidRequest, PaymentDeclined, SupplierTimeout, TripClosed};
use Task::{Book, Cancel, Fail, Undo};

#[rustfmt::skip]
const COURSES: &[Course] = &[
    Course { trip: "in-flight", asked: "{}", end: Pending,
        tasks: &[Book(FlightReserve), Book(HotelReserve)] },
    Course { trip: "confirmed", asked: "{}", end: Confirmed,
        tasks: &[Book(FlightReserve), Book(HotelReserve), Book(PaymentProcess)] },
    Course { trip: "refused", asked: r#"{"sandbox": {"flight": "unavailable"}}"#, end: Failed,
        tasks: &[Fail(FlightReserve, FlightUnavailable)] },
    Course { trip: "invalid", asked: r#"{"amount": 1}"#, end: Failed,
        tasks: &[Fail(FlightReserve, InvalidRequest)] },
    Course { trip: "compensated", asked: r#"{"sandbox": {"payment": "declined"}}"#, end: Failed,
        tasks: &[Book(FlightReserve), Book(HotelReserve), Fail(PaymentProcess, PaymentDeclined),
                 Undo(HotelCancel, PaymentDeclined), Undo(FlightCancel, PaymentDeclined)] },
    Course { trip: "unknown", asked: r#"{"sandbox": {"hotel": "timeout_after_effect"}}"#, end: Failed,
        tasks: &[Book(FlightReserve), Fail(HotelReserve, SupplierTimeout),
                 Undo(HotelCancel, SupplierTimeout), Undo(FlightCancel, SupplierTimeout)] },
    Course { trip: "cancelled", asked: "{}", end: Cancelled,
        tasks: &[Book(FlightReserve), Book(HotelReserve), Book(PaymentProcess),
                 Cancel(PaymentRefund), Cancel(HotelCancel), Cancel(FlightCancel)] },
    Course { trip: "tombstone", asked: "{}", end: Failed,
        tasks: &[Undo(FlightCancel, SupplierTimeout), Fail(FlightReserve, TripClosed)] },
];

/// How much later each round of tasks runs than the one before.
const PACE: Duration = Duration::from_millis(700);
/// How often a task is tried that fails for a while.
const TRIES: usize = 5;

/// Books a trip of each end, all at once, so that their records lie interleaved in the stream. One
/// is left in flight. The trips' ids tell their ends.
pub async fn book_every_end(bed: &Bed) -> Vec<TripId> {
    let rounds = COURSES.iter().map(|course| course.tasks.len()).max().unwrap_or_default();
    for round in 0..rounds {
        for course in COURSES {
            if let Some(task) = course.tasks.get(round) {
                course.run(bed, *task).await;
            }
        }
        bed.clock.advance(PACE);
    }
    for course in COURSES {
        course.assert_ended(bed).await;
    }
    COURSES.iter().map(Course::id).collect()
}

impl Course {
    fn id(&self) -> TripId {
        TripId::parse(self.trip).unwrap()
    }

    async fn run(&self, bed: &Bed, task: Task) {
        let (operation, added) = match task {
            Book(operation) | Fail(operation, _) => (operation, json!({})),
            Undo(operation, error) => (operation, caught(error)),
            Cancel(operation) => (operation, json!({"reason": "cancellation"})),
        };
        let expected = if let Fail(_, code) = task { Some(code) } else { None };
        let payload = self.payload(added);
        let mut failed = step(bed, operation, &payload).await;
        // On a busy machine anything may time out; the state machine tries again, too.
        for _ in 1..TRIES {
            if failed != expected && failed.is_some_and(ErrorCode::is_transient) {
                failed = step(bed, operation, &payload).await;
            }
        }
        assert_eq!(failed, expected, "{}, {operation}", self.trip);
    }

    fn payload(&self, added: Value) -> Value {
        let mut task = Booking::new(self.trip).task("alice", &format!("{}@1", self.trip));
        let asked: Value = serde_json::from_str(self.asked).unwrap();
        for more in [asked, added] {
            task["input"].as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        }
        task
    }

    async fn assert_ended(&self, bed: &Bed) {
        let end = bed.trip(&self.id()).await.map(|trip| trip.state().status);
        assert_eq!(end, Some(self.end), "{}", self.trip);
    }
}

async fn step(bed: &Bed, operation: Operation, payload: &Value) -> Option<ErrorCode> {
    bed.step(operation, payload.clone()).await.err().map(|error| error.code)
}

/// What a state machine adds when it has caught an error.
fn caught(error: ErrorCode) -> Value {
    json!({"error_info": {"Error": error.name(), "Cause": "{}"}})
}
