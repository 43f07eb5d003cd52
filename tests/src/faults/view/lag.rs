//! The view, or an index of it, is behind the trips: what a search says meanwhile, and what reading
//! by id says.

use bed::{Bed, Point, Request, reported};
use domain::Clock;
use serde_json::{Value, json};

use super::life::{BOOKED, Life, states};

fn search() -> Request {
    Request::get("/trips").by("alice").with_all("from=2026-03-01&to=2026-03-31")
}

/// What a search or a reading shows of a trip: in which state, which version, and of when.
fn said(trip: &Value) -> [Value; 3] {
    ["status", "version", "updated_at"].map(|field| trip[field].clone())
}

async fn found(bed: &Bed) -> [Value; 3] {
    said(&bed.ask(&search()).await.body()["trips"][0])
}

async fn read(bed: &Bed, life: &Life) -> [Value; 3] {
    let answer = bed.ask(&Request::get(&format!("/trips/{}", life.trip_id)).by("alice")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    said(&answer.body())
}

/// What the trip says of itself now, right after a commit.
async fn truth(bed: &Bed, life: &Life) -> [Value; 3] {
    let trip = said(&json!(bed.fold().await[&life.trip_id]));
    assert_eq!(trip[2], json!(bed.clock.now()), "it says of when it is");
    trip
}

/// The projector has not seen the trip's latest records. A search shows an older version, and says
/// which one and of when; reading by id shows the trip as it is, also while no search finds it at
/// all.
///
/// Breaks when `visible` in `query-api/src/trip.rs` reads the view in place of the trip.
#[tokio::test]
async fn fault_41_while_the_view_lags_a_row_says_its_version_and_reading_by_id_is_strong() {
    let (bed, mut life) = (Bed::new().await, Life::new("trip-0"));
    life.go_on(&bed, 1).await;
    let first = truth(&bed, &life).await;
    assert_eq!(bed.ask(&search()).await.trips(), [""; 0]);
    assert_eq!(read(&bed, &life).await, first);

    let seen = states(&bed, 1).await;
    assert_eq!(reported(&bed.project(&seen).await.unwrap()), [""; 0]);
    life.go_on(&bed, BOOKED - 1).await;
    let latest = truth(&bed, &life).await;
    assert_ne!(latest, first);
    assert_eq!((found(&bed).await, read(&bed, &life).await), (first, latest.clone()));

    let seen = states(&bed, BOOKED).await;
    assert_eq!(reported(&bed.project(&seen).await.unwrap()), [""; 0]);
    assert_eq!((found(&bed).await, read(&bed, &life).await), (latest.clone(), latest));
}

/// The view is up to date and its index is not: the index's answer is older than the row. The
/// search shows the version that the index holds, under that version and its time, and never a
/// mixture.
///
/// Breaks when `index_key` in `store/src/view/row.rs` or the indexes' projection leaves `version`
/// or `updated_at` out.
#[tokio::test]
async fn fault_41_while_an_index_lags_a_search_shows_one_whole_older_version() {
    let (bed, mut life) = (Bed::new().await, Life::new("trip-0"));
    life.go_on(&bed, 1).await;
    bed.project(&states(&bed, 1).await).await.unwrap();
    let first = truth(&bed, &life).await;
    life.go_on(&bed, BOOKED - 1).await;
    let all = states(&bed, BOOKED).await;
    let index = bed.database.hold("Query", Point::After);
    let go_on = async {
        index.reached().await;
        bed.project(&all).await.unwrap();
        let latest = read(&bed, &life).await;
        index.open();
        latest
    };
    let (lagging, latest) = tokio::join!(found(&bed), go_on);
    assert_eq!((&lagging, &latest[0]), (&first, &json!("CONFIRMED")));
    assert_eq!(found(&bed).await, latest, "the index has caught up");
}
