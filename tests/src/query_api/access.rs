//! Who sees what: every route, asked by nobody, the owner, another customer and an operator.

use domain::TripStatus;

use super::trips::confirmed;
use super::world::{As, World};

const OWNER: As = As::Customer("1");
const OTHER: As = As::Customer("2");
const EVERYBODY: [As; 4] = [As::Nobody, OWNER, OTHER, As::Operator];

#[tokio::test]
async fn a_trip_is_there_for_its_owner_and_for_operators_only() {
    let world = World::new().await;
    world.commit(&confirmed("trip-1", "1"), vec![]).await;
    for path in ["/trips/trip-1", "/trips/trip-1/events"] {
        for (caller, status) in EVERYBODY.into_iter().zip([401, 200, 404, 200]) {
            assert_eq!(world.get(caller, path, "").await.status, status, "{caller:?} {path}");
        }
    }
}

#[tokio::test]
async fn another_customers_trip_looks_like_one_that_does_not_exist() {
    let world = World::new().await;
    world.commit(&confirmed("trip-1", "1"), vec![]).await;
    for path in ["", "/events"] {
        let others = world.get(OTHER, &format!("/trips/trip-1{path}"), "").await;
        let unknown = world.get(OTHER, &format!("/trips/trip-2{path}"), "").await;
        assert_eq!(others.refusal(), (404, "TripNotFound".to_owned()));
        assert_eq!(others, unknown);
    }
    assert_eq!(world.get(As::Operator, "/trips/trip-2", "").await.status, 404);
}

#[tokio::test]
async fn a_customer_finds_their_own_trips_and_an_operator_anybodys() {
    let world = World::new().await;
    world.project(&[confirmed("trip-1", "1"), confirmed("trip-2", "2")]).await;
    for path in ["/trips", "/trips/search"] {
        for query in ["", "status=CONFIRMED"] {
            assert_eq!(world.get(As::Nobody, path, query).await.status, 401);
            assert_eq!(world.get(OWNER, path, query).await.trips(), ["trip-1"]);
            assert_eq!(world.get(OTHER, path, query).await.trips(), ["trip-2"]);
            assert!(world.get(As::Customer("3"), path, query).await.trips().is_empty());
        }
        let all = world.get(As::Operator, path, "status=CONFIRMED").await;
        assert_eq!(all.trips(), ["trip-1", "trip-2"]);
        let ones = world.get(As::Operator, path, "customer_id=1").await;
        assert_eq!(ones.trips(), ["trip-1"]);
    }
}

#[tokio::test]
async fn a_customer_cannot_ask_for_anothers_trips_nor_an_operator_for_all_at_once() {
    let world = World::new().await;
    world.project(&[confirmed("trip-1", "1")]).await;
    for (caller, query, field) in
        [(OTHER, "customer_id=1", "customer_id"), (As::Operator, "", "status")]
    {
        let answer = world.get(caller, "/trips", query).await;
        assert_eq!(answer.refusal(), (400, "InvalidQuery".to_owned()));
        assert_eq!(answer.body()["errors"][0]["field"], field);
    }
}

#[tokio::test]
async fn every_status_that_exists_can_be_asked_for() {
    let world = World::new().await;
    for status in TripStatus::ALL {
        let answer = world.get(As::Operator, "/trips", &format!("status={status}")).await;
        assert!(answer.trips().is_empty());
    }
}
