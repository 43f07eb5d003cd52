//! Somebody asks for another customer's trip.

use bed::{Bed, Booking, Request};
use domain::TripStatus;
use reqwest::Method;
use saga::Operation::{FlightReserve, HotelReserve, PaymentProcess};

use super::live::Live;
use super::steps::settled;

const THEIRS: &str = "trip-1";
const UNKNOWN: &str = "trip-2";

/// A bed on which alice has a confirmed trip, which stands in the view as well.
async fn alices() -> Bed {
    let bed = Bed::new().await;
    for operation in [FlightReserve, HotelReserve, PaymentProcess] {
        let task = Booking::new(THEIRS).task("alice", "saga-1");
        settled(&bed, operation, &task).await.unwrap();
    }
    let fold = bed.fold().await;
    let row = fold.values().next().unwrap();
    assert_eq!(row.status, TripStatus::Confirmed);
    bed.view().put_newer(row).await.unwrap();
    bed
}

/// Each route that names a trip answers for another customer's as for one that does not exist: the
/// same status, headers and bytes, after the same reads. The trip stays as it was.
#[tokio::test]
async fn fault_56_another_customers_trip_is_answered_like_an_unknown_one() {
    let bed = alices().await;
    let before = bed.fold().await;
    let routes: [fn(&str) -> Request; 3] = [
        |id| Request::get(&format!("/trips/{id}")),
        |id| Request::get(&format!("/trips/{id}/events")),
        Request::cancel,
    ];
    for route in routes {
        let ask = async |id: &str| {
            let before = bed.database.calls().len();
            let reply = bed.ask(&route(id).by("bob")).await;
            let calls = &bed.database.calls()[before..];
            (reply, calls.iter().map(|call| call.operation.clone()).collect::<Vec<_>>())
        };
        let ((theirs, reads), (unknown, same_reads)) = (ask(THEIRS).await, ask(UNKNOWN).await);
        assert_eq!(theirs.refusal(), (404, "TripNotFound".to_owned()));
        assert_eq!(theirs.text.replace(THEIRS, UNKNOWN), unknown.text);
        assert_eq!((theirs.headers, reads), (unknown.headers, same_reads));
    }
    assert_eq!(bed.fold().await, before);
}

/// No search shows another customer's trips, and naming the customer is refused whether there is
/// such a customer or not.
#[tokio::test]
async fn fault_56_another_customers_trips_are_in_no_search() {
    let bed = alices().await;
    let mine = Request::get("/trips").by("bob");
    for search in [mine.clone(), mine.clone().with("status", "CONFIRMED")] {
        assert_eq!(bed.ask(&search).await.trips(), [""; 0]);
    }
    let named = async |customer: &str| bed.ask(&mine.clone().with("customer_id", customer)).await;
    let (theirs, nobodys) = (named("alice").await, named("nobody").await);
    assert_eq!(theirs.refusal(), (400, "InvalidQuery".to_owned()));
    assert_eq!(theirs, nobodys);
    assert_eq!(bed.ask(&mine.by("alice")).await.trips(), [THEIRS]);
}

/// The same through the gateway of a running system, byte for byte.
#[tokio::test]
async fn fault_56_the_gateway_tells_a_strangers_trip_from_none_by_no_byte() {
    let bed = alices().await;
    let live = Live::on(&bed).await;
    for (method, path) in
        [(Method::GET, ""), (Method::GET, "/events"), (Method::POST, "/cancellation")]
    {
        let ask =
            async |id: &str| live.ask("bob", method.clone(), &format!("/trips/{id}{path}")).await;
        let (mut theirs, unknown) = (ask(THEIRS).await, ask(UNKNOWN).await);
        assert_eq!(theirs.refusal(), (404, "TripNotFound".to_owned()), "{path}");
        theirs.text = theirs.text.replace(THEIRS, UNKNOWN);
        assert_eq!(theirs, unknown, "{path}");
    }
    for path in ["", "/events"] {
        let own = live.ask("alice", Method::GET, &format!("/trips/{THEIRS}{path}")).await;
        assert_eq!(own.status, 200, "it is there for its owner: {path}");
    }
}
