//! A second table takes the place of the view's, while trips are booked.

use std::num::{NonZeroU16, NonZeroU32};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use aws_sdk_dynamodb::types::AttributeValue::S;
use bed::{Bed, Booking, book_on, eventually};
use lambda_kit::clients::sdk_config;
use local::account::names;
use local::{Data, Options, System};
use operator::pass::{Checkpoint, How};
use operator::rebuild::Powers;
use operator::verify::Comparison;
use operator::{Access, Installation, Place, rebuild, verify};
use serde_json::json;
use store::Tables;
use store::view::SearchView;
use tempfile::TempDir;

/// Trips that are there before the second table is.
const BEFORE: usize = 24;
/// Trips that are booked while it is filled, at least.
const MEANWHILE: usize = 6;

const SLOW: How = How { segments: Some(TWO), rate: NonZeroU32::new(8) };
const FAST: How = How { segments: Some(TWO), rate: None };
const TWO: NonZeroU16 = NonZeroU16::MIN.saturating_add(1);

/// What an operator has in hand.
async fn installation(bed: &Bed) -> Installation {
    let config = sdk_config(&bed.config(), "dynamodb").await;
    let access = Access { url: None, config };
    Installation::at(Place::local(names(bed.tables.clone()), access.clone(), access))
}

/// The system, which knows after a restart how far it has read the stream.
async fn system(bed: &Bed, data: &TempDir, search: &str, shadow: Option<&str>) -> System {
    let shadow = shadow.map(str::to_owned);
    let tables = Tables { search: search.to_owned(), shadow, ..bed.tables.clone() };
    let data = Data::Dir(data.path().to_owned());
    System::start(Options { data, tables, ..bed.options() }).await.unwrap()
}

async fn idle(system: System) {
    system.idle().await.unwrap();
    system.stop().await;
}

/// Books trips, of every end, until it is told to stop.
async fn book(system: &System, from: &str, booked: &AtomicUsize, stop: &AtomicBool) {
    while !stop.load(Ordering::Relaxed) || booked.load(Ordering::Relaxed) < MEANWHILE {
        let number = booked.fetch_add(1, Ordering::Relaxed);
        let sandbox = if number % 3 == 2 { json!({"payment": "declined"}) } else { json!({}) };
        let booking = Booking::new(&format!("{from}-{number}")).with_sandbox(sandbox);
        book_on(system, &booking).await;
        system.idle().await.unwrap();
    }
}

/// Looks whether each row of the view is in its shadow, in this version or a later one, until it is
/// told to stop. A search that passes from the one to the other then misses nothing that it found.
async fn watch(live: &SearchView, shadow: &SearchView, stop: &AtomicBool) -> usize {
    let mut looks = 0;
    while !stop.load(Ordering::Relaxed) {
        let (seen, then) = (rows_of(live).await, rows_of(shadow).await);
        for (trip, version) in seen {
            let shown = then.get(&trip).copied();
            assert!(shown.is_some_and(|shown| shown >= version), "{trip}: {version}, {shown:?}");
        }
        looks += 1;
    }
    looks
}

async fn rows_of(view: &SearchView) -> std::collections::BTreeMap<String, u64> {
    use futures::TryStreamExt;
    let rows: Vec<_> = view.all_rows().try_collect().await.unwrap();
    rows.into_iter().map(|row| (row.trip_id.to_string(), row.version)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_table_is_filled_and_takes_over_while_trips_are_booked() {
    let (bed, data) = (Bed::new().await, TempDir::new().unwrap());
    let (old, new) = (bed.tables.search.clone(), format!("{}-2", bed.tables.search));
    let first = system(&bed, &data, &old, None).await;
    for number in 0..BEFORE {
        book_on(&first, &Booking::new(&format!("before-{number}"))).await;
        first.idle().await.unwrap();
    }
    idle(first).await;

    // The second table is written too, which does not bring it what was before.
    let both = system(&bed, &data, &old, Some(&new)).await;
    let at = installation(&bed).await;
    let (live, shadow) = (bed.view(), at.view_in(Some(&new)).await.unwrap());
    book_on(&both, &Booking::new("after-0")).await;
    both.idle().await.unwrap();
    assert_eq!(rows_of(&shadow).await.into_keys().collect::<Vec<_>>(), ["after-0"]);
    let missing = verify::all(&at, &shadow, FAST, None, &|_| Ok(())).await.unwrap();
    assert_eq!((missing.trips, missing.differences.len()), (BEFORE + 1, BEFORE));
    let mend = format!("trip rebuild --trip before-0 --table {new}");
    assert_eq!(missing.differences[0].mend, mend);

    // It is filled while trips are booked.
    let (booked, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let fill = async {
        let report = rebuild::all(&at, &shadow, Powers::default(), SLOW, None, &|_| Ok(()));
        let report = report.await.unwrap();
        stop.store(true, Ordering::Relaxed);
        report
    };
    let (filled, ()) = tokio::join!(fill, book(&both, "meanwhile", &booked, &stop));
    assert!(filled.is_whole() && filled.written >= BEFORE, "{filled:?}");

    // From then on it lacks no row that somebody has seen in the other, at any moment.
    let (booked, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let live_bookings = async {
        book(&both, "later", &booked, &AtomicBool::new(true)).await;
        stop.store(true, Ordering::Relaxed);
    };
    let (looks, ()) = tokio::join!(watch(&live, &shadow, &stop), live_bookings);
    assert!(looks > 1, "{looks}");
    let clean = verify::all(&at, &shadow, FAST, None, &|_| Ok(())).await.unwrap();
    assert_eq!(clean.differences, []);
    assert_eq!((clean.trips, clean.rows), (rows_of(&live).await.len(), clean.trips));
    idle(both).await;

    // It answers, and the other is written still: the way back is open.
    let changed = system(&bed, &data, &new, Some(&old)).await;
    book_on(&changed, &Booking::new("changed-0")).await;
    idle(changed).await;
    assert_eq!(rows_of(&shadow).await, rows_of(&live).await);
    assert!(rows_of(&live).await.contains_key("changed-0"));

    // In the end it is alone.
    let alone = system(&bed, &data, &new, None).await;
    book_on(&alone, &Booking::new("alone-0")).await;
    alone.idle().await.unwrap();
    let found = searched(&alone).await;
    assert!(found.contains("\"alone-0\"") && found.contains("\"before-0\""), "{found}");
    alone.stop().await;
    assert!(!rows_of(&live).await.contains_key("alone-0"));
    assert_eq!(verify::all(&at, &shadow, FAST, None, &|_| Ok(())).await.unwrap().differences, []);
}

/// What the API finds of the customer's trips.
async fn searched(system: &System) -> String {
    let search = reqwest::Client::new().get(format!("{}/trips?limit=100", system.urls().api));
    search.bearer_auth("dev-customer-1").send().await.unwrap().text().await.unwrap()
}

#[tokio::test]
async fn a_table_that_is_not_there_is_not_found() {
    let bed = Bed::new().await;
    let missing = installation(&bed).await.view_in(Some("NoSuchTable")).await.unwrap_err();
    assert!(missing.is::<operator::NotFound>(), "{missing}");
}

/// A comparison that is cut off after any page goes on there: it reads what is left and nothing
/// twice, and finds what one without a break finds.
#[tokio::test]
async fn a_comparison_that_was_cut_off_goes_on_where_it_was() {
    let bed = Bed::new().await;
    for number in 0..6 {
        bed.open(&format!("trip-{number}")).await;
    }
    for row in bed.fold().await.values() {
        bed.view().put_newer(row).await.unwrap();
    }
    // A row under such a key is not read again, by which it might turn out to be late.
    let stray = bed.client.put_item().table_name(&bed.tables.search);
    stray.item("trip_id", S("of no trip".to_owned())).send().await.unwrap();
    let at = installation(&bed).await;
    let whole = compare(&at, None, usize::MAX).await.unwrap();
    assert_eq!((whole.trips, whole.rows, whole.differences.len()), (6, 7, 1));
    for pages in 0..4 {
        let Err(written) = compare(&at, None, pages).await else { panic!("it was not cut off") };
        let from = serde_json::from_str(&written).unwrap();
        let before = bed.database.calls_of("Scan").len();
        assert_eq!(compare(&at, Some(from), usize::MAX).await.as_ref(), Ok(&whole));
        // Two segments of two tables; the page after which it was cut off is read already.
        assert_eq!(bed.database.calls_of("Scan").len() - before, 3 - pages, "after {pages}");
    }
    let other = Checkpoint::<Comparison>::default();
    let refused = verify::all(&at, &at.view, FAST, Some(other), &|_| Ok(())).await.unwrap_err();
    assert!(refused.is::<operator::Refusal>(), "{refused}");
}

/// The comparison; or, if it is cut off after `pages`, its checkpoint as it was written then.
async fn compare(
    at: &Installation,
    from: Option<Checkpoint<Comparison>>,
    pages: usize,
) -> Result<Comparison, String> {
    let (told, written) = (AtomicUsize::new(0), std::sync::Mutex::new(String::new()));
    let told = |checkpoint: &_| {
        *written.lock().unwrap() = serde_json::to_string(checkpoint).unwrap();
        anyhow::ensure!(told.fetch_add(1, Ordering::Relaxed) < pages, "cut off");
        Ok(())
    };
    let compared = verify::all(at, &at.view, FAST, from, &told).await;
    compared.map_err(|_| written.into_inner().unwrap())
}

#[tokio::test]
async fn a_view_that_is_behind_is_told_by_how_much() {
    let bed = Bed::new().await;
    let at = installation(&bed).await;
    let trip = bed.book("trip-1").await;
    let behind = operator::lag::of(&at, vec![trip.clone()]).await.unwrap();
    assert_eq!((behind.trips, behind.behind), (1, 1));
    let records = eventually("the trip's records", async || {
        let records = bed.capture(1).await.trips();
        (!records.is_empty()).then_some(records)
    })
    .await;
    bed.project(&records).await.unwrap();
    let after = operator::lag::of(&at, vec![trip.clone()]).await.unwrap();
    assert_eq!((after.trips, after.behind, after.seconds), (1, 0, None));
}
