//! Rows that no change of a trip repairs: what tells of them, and what mends them.

use aws_sdk_dynamodb::types::AttributeValue::{N, S};
use bed::{Bed, Point, eventually, faults};
use domain::TripId;
use futures::{StreamExt, TryStreamExt};
use lambda_kit::clients::sdk_config;
use operator::drift::{Said, compare};
use projector::{Damage, Powers, Rebuild, Rebuilt};
use serde_json::{Value, json};
use store::view::{SearchRow, SearchView};
use store::{StoreError, TripStore};

use super::life::{Life, states};
use super::rebuild::rebuild_all;
use super::seen::view;
use super::spoilt::{self, Spoil};

const PLAIN: Powers = Powers { force: false, remove_orphans: false, dry_run: false };
const FORCE: Powers = Powers { force: true, ..PLAIN };
const ALL: Powers = Powers { remove_orphans: true, ..FORCE };

/// What `trip verify` finds: of each trip the first difference, and the command that mends it.
async fn verified(bed: &Bed) -> Vec<(String, String, String)> {
    let said = |read: Result<SearchRow, StoreError>| match read {
        Ok(row) => Ok(Said::Ok(row)),
        Err(StoreError::Unreadable(item)) => Ok(Said::Err(item)),
        Err(error) => Err(error),
    };
    let trips = bed.trips().all_trips().map(said).try_collect::<Vec<_>>().await.unwrap();
    let rows = bed.view().all_rows().map(said).try_collect::<Vec<_>>().await.unwrap();
    let mut found = compare(trips, rows).unwrap();
    found.dedup_by(|later, earlier| later.trip_id == earlier.trip_id);
    let told = |found: &Value| {
        let text = |name: &str| found[name].as_str().unwrap().to_owned();
        (text("trip_id"), text("difference"), text("mend"))
    };
    json!(found).as_array().unwrap().iter().map(told).collect()
}

fn id(text: &str) -> TripId {
    TripId::parse(text).unwrap()
}

/// One trip for each kind of damage, and one that is well. All are confirmed and shown before.
async fn damaged(bed: &Bed) {
    let names = ["ahead", "gone", "late", "later-trip", "new", "well", "wrong"];
    for name in names {
        Life::new(name).go_on(bed, 2).await;
    }
    bed.project(&states(bed, 2 * names.len()).await).await.unwrap();
    let shown = bed.rows().await;
    let view = bed.view();
    let ahead = SearchRow { version: 99, ..shown[&id("ahead")].clone() };
    view.put_newer(&ahead).await.unwrap();
    let key = |trip: &str| S(trip.to_owned());
    let delete = bed.client.delete_item().table_name(&bed.tables.search);
    delete.key("trip_id", key("gone")).send().await.unwrap();
    spoilt::set(bed, &id("late"), "SET #a = :v", "version", Some(N("1".to_owned()))).await;
    spoilt::set_item(bed, &id("later-trip"), "METADATA", "schema_version", N("2".to_owned())).await;
    spoilt::row(bed, &id("new"), Spoil::SchemaVersion).await;
    let hotel = Some(S("Another Hotel".to_owned()));
    spoilt::set(bed, &id("wrong"), "SET #a = :v", "hotel_name", hotel).await;
    let orphan = SearchRow { trip_id: id("orphan"), ..shown[&id("well")].clone() };
    view.put_newer(&orphan).await.unwrap();
}

fn left(rebuilt: &Rebuilt) -> Vec<(&str, &Damage)> {
    let mut left: Vec<_> =
        rebuilt.left.iter().map(|left| (left.trip_id.as_str(), &left.damage)).collect();
    left.sort_by_key(|(trip, _)| *trip);
    left
}

/// A row that is missing, late, wrong at the right version, ahead of its trip, of a later release,
/// or without a trip; and a trip of a later release. `verify` names each with what mends it. A
/// plain rebuild mends what the projector would have, and names the rest; `--force` mends all but
/// the orphan, which `--remove-orphans` removes. The row of the trip that cannot be read is never
/// touched.
///
/// Breaks when `Gap::of` in `projector/src/rebuild/gap.rs` takes a row's version for its content.
#[tokio::test]
async fn fault_69_verify_names_each_damage_and_the_command_it_names_mends_it() {
    let bed = Bed::new().await;
    damaged(&bed).await;
    let spoken_for = bed.view().look(&id("later-trip")).await.unwrap().unwrap().row.unwrap();
    let force = |trip: &str| format!("trip rebuild --trip {trip} --force");
    let expected = [
        ("ahead", "ahead_version", force("ahead")),
        ("gone", "missing_row", "trip rebuild --trip gone".to_owned()),
        ("late", "stale_version", "trip rebuild --trip late".to_owned()),
        ("new", "unreadable_row", force("new")),
        ("orphan", "extra_row", "trip rebuild --trip orphan --remove-orphans".to_owned()),
        ("wrong", "field", force("wrong")),
    ];
    let named = verified(&bed).await;
    let (trip, others): (Vec<_>, Vec<_>) =
        named.into_iter().partition(|(_, difference, _)| difference == "unreadable_trip");
    let told = others.iter().map(|(trip, what, mend)| (trip.as_str(), what.as_str(), mend.clone()));
    assert_eq!(told.collect::<Vec<_>>(), expected);
    assert_eq!(trip.len(), 1);
    assert!(trip[0].0 == "later-trip" && trip[0].2.contains("get-item"), "{trip:?}");

    let plain = rebuild_all(&bed, PLAIN).await;
    assert_eq!((plain.read, plain.written, plain.unchanged, plain.removed), (7, 2, 1, 0));
    assert_eq!((plain.unreadable.len(), plain.is_whole()), (1, false));
    let [ahead, new, orphan, wrong] = left(&plain)[..] else { panic!("{plain:?}") };
    assert_eq!((ahead, orphan), (("ahead", &Damage::Ahead), ("orphan", &Damage::Orphan)));
    assert_eq!(wrong, ("wrong", &Damage::Wrong));
    assert!(matches!(new, ("new", Damage::Unreadable(_))), "{new:?}");

    let before = view(&bed).await;
    let told = rebuild_all(&bed, Powers { dry_run: true, ..ALL }).await;
    assert_eq!(view(&bed).await, before, "a dry run writes nothing");
    let forced = rebuild_all(&bed, FORCE).await;
    assert_eq!((forced.written, forced.unchanged, left(&forced).len()), (3, 3, 1));
    let removed = rebuild_all(&bed, ALL).await;
    assert_eq!((removed.written, removed.removed, removed.left.len()), (0, 1, 0));
    assert_eq!((told.written, told.removed), (forced.written, removed.removed));

    let left_over = verified(&bed).await;
    assert_eq!(left_over, trip, "all that no rebuild can mend");
    let untouched = bed.view().look(&id("later-trip")).await.unwrap().unwrap().row.unwrap();
    assert_eq!(untouched, spoken_for);
    assert!(!removed.is_whole(), "a trip that cannot be read is not rebuilt");
}

/// Each row by itself, by the options that `verify` names for it.
#[tokio::test]
async fn fault_69_one_trip_is_mended_by_itself() {
    let bed = Bed::new().await;
    damaged(&bed).await;
    let run = async |trip: &str, powers| {
        let rebuild = Rebuild::new(bed.trips(), bed.view(), powers);
        rebuild.one(&id(trip)).await.unwrap()
    };
    for trip in ["ahead", "new", "wrong"] {
        assert!(!run(trip, PLAIN).await.unwrap().is_whole(), "{trip}");
        let forced = run(trip, FORCE).await.unwrap();
        assert!(forced.written == 1 && forced.is_whole(), "{trip}: {forced:?}");
        assert_eq!(run(trip, PLAIN).await.unwrap().unchanged, 1, "{trip}");
    }
    assert_eq!(run("orphan", FORCE).await.unwrap().left.len(), 1);
    assert_eq!(run("orphan", ALL).await.unwrap().removed, 1);
    assert_eq!(run("orphan", ALL).await, None);
    assert!(!run("later-trip", ALL).await.unwrap().is_whole());
    assert_eq!(run("nobody", ALL).await, None);
}

/// A row that is ahead of its trip is replaced while its trip goes on. The projector passed over
/// the trip's change on account of what stood there; so the rebuild looks again, and the row ends
/// at the newest.
///
/// Breaks when `settle` in `projector/src/rebuild.rs` does not look again after such a write.
#[tokio::test]
async fn fault_69_a_trip_that_goes_on_while_its_row_is_mended_is_shown_as_it_is() {
    let (bed, mut life) = (Bed::new().await, Life::new("trip-0"));
    life.go_on(&bed, 1).await;
    bed.project(&states(&bed, 1).await).await.unwrap();
    let row = bed.rows().await.into_values().next().unwrap();
    bed.view().put_newer(&SearchRow { version: 99, ..row }).await.unwrap();

    let client = store::client(&sdk_config(&bed.config(), "dynamodb").await);
    let trips = TripStore::new(client.clone(), &bed.tables.trips);
    let rebuild = Rebuild::new(trips, SearchView::new(client, &bed.tables.search), FORCE);
    let (trip, put) = (id("trip-0"), bed.database.hold("PutItem", Point::Before));
    let go_on = async {
        put.reached().await;
        life.go_on(&bed, 1).await;
        let seen = states(&bed, 2).await;
        bed.project(&seen).await.unwrap();
        assert_eq!(bed.rows().await.into_values().next().unwrap().version, 99);
        put.open();
    };
    let (rebuilt, ()) = tokio::join!(rebuild.one(&trip), go_on);
    assert!(rebuilt.unwrap().unwrap().is_whole());
    assert_eq!(bed.rows().await, bed.fold().await);
}

/// A call that fails ends a rebuild on either side, and what was written stays written.
#[tokio::test]
async fn fault_69_a_failed_call_ends_a_rebuild_and_the_next_one_goes_on() {
    let bed = Bed::new().await;
    for trip in ["a", "b", "c"] {
        Life::new(trip).go_on(&bed, 1).await;
    }
    let client = store::client(&sdk_config(&bed.config(), "dynamodb").await);
    let trips = TripStore::new(client.clone(), &bed.tables.trips);
    let rebuild = Rebuild::new(trips, SearchView::new(client, &bed.tables.search), PLAIN);
    for call in ["Scan", "GetItem", "PutItem"] {
        bed.database.inject(faults::always(call, bed::answers::throttled()));
        let ended = rebuild.all(|_| ()).await;
        assert!(matches!(ended, Err(StoreError::Throttled { .. })), "{call}: {ended:?}");
        bed.database.heal();
    }
    assert!(rebuild.all(|_| ()).await.unwrap().is_whole());
    eventually("the view", async || (bed.rows().await == bed.fold().await).then_some(())).await;
}
