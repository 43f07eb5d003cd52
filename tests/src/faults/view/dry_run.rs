//! A rebuild that is tried before it is done.

use aws_sdk_dynamodb::types::AttributeValue::{N, S};
use bed::Bed;
use projector::{Powers, Rebuilt};

use super::life::{COMMITS, Life, states};
use super::rebuild::rebuild_all;
use super::seen::view;

/// The view has lost rows, holds old ones and cannot be told everything: one trip cannot be read. A
/// dry run says what a rebuild would do and writes nothing; the rebuild does that, reports the
/// trip, and a second one finds nothing to do.
///
/// Breaks when `settle` in `projector/src/rebuild.rs` writes in a dry run, or ends at what it
/// cannot read.
#[tokio::test]
async fn fault_43_a_dry_run_tells_what_the_rebuild_then_does() {
    let bed = Bed::new().await;
    let mut old = Life::new("old");
    old.go_on(&bed, 1).await;
    bed.project(&states(&bed, 1).await).await.unwrap();
    old.go_on(&bed, 1).await;
    Life::new("lost").go_on(&bed, 1).await;
    let current = Life::whole(&bed, 1).await;
    bed.project(&states(&bed, 3 + COMMITS).await[3..]).await.unwrap();
    spoil(&bed).await;

    let before = view(&bed).await;
    let told = rebuild_all(&bed, Powers { dry_run: true, ..Powers::default() }).await;
    assert_eq!((told.read, told.written, told.unchanged, told.unreadable.len()), (4, 2, 1, 1));
    assert_eq!(view(&bed).await, before);

    assert_eq!(rebuild_all(&bed, Powers::default()).await, told);
    let versions = [("lost", 1), ("old", 2), (current[0].trip_id.as_str(), COMMITS as u64)];
    let shown = bed.rows().await.into_values().map(|row| (row.trip_id.to_string(), row.version));
    assert_eq!(
        shown.collect::<Vec<_>>(),
        versions.map(|(trip, version)| (trip.to_owned(), version))
    );
    let again = rebuild_all(&bed, Powers::default()).await;
    assert_eq!(again, Rebuilt { written: 0, unchanged: 3, ..told });
}

/// A trip's root item in a form that this release does not know.
async fn spoil(bed: &Bed) {
    let put = bed.client.put_item().table_name(&bed.tables.trips);
    let put = put.item("PK", S("TRIP#spoilt".to_owned())).item("SK", S("METADATA".to_owned()));
    let put = put.item("entity_type", S("Trip".to_owned()));
    put.item("schema_version", N("9".to_owned())).send().await.unwrap();
}
