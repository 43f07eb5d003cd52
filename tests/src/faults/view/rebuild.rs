//! The view is rebuilt while trips go on and their records are still on the way.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue::S;
use bed::{
    Bed, Booking, Fault, FaultProxy, Gate, Point, book_on, dynamodb_local, eventually, faults,
};
use domain::TripId;
use futures::{StreamExt, stream};
use lambda_kit::clients::sdk_config;
use projector::{Powers, Rebuild, Rebuilt};
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use serde_json::Value;
use store::view::{SearchRow, SearchView};

use super::life::{COMMITS, Life, states};
use super::projector::Projector;
use crate::faults::bus::support::seeded;

const TRIPS: usize = 3;
const SCHEDULES: usize = 12;

type Rows = BTreeMap<TripId, SearchRow>;

pub(super) async fn rebuild_all(bed: &Bed, powers: Powers) -> Rebuilt {
    Rebuild::new(bed.trips(), bed.view(), powers).all(|_| ()).await.unwrap()
}

/// A rebuild has read the trips as they were begun, and is slow to write them. The system confirms
/// them meanwhile and shows that. The rebuild's rows come too late, and write nothing.
#[tokio::test(flavor = "multi_thread")]
async fn fault_43_a_rebuild_that_is_slower_than_the_system_takes_no_row_back() {
    let bed = Bed::new().await;
    let mut begun = Vec::new();
    for number in 0..TRIPS {
        let mut life = Life::new(&format!("begun-{number}"));
        life.go_on(&bed, 1).await;
        begun.push(life);
    }
    // The rebuild writes by way of this proxy, and the system by way of another.
    let (slow, gate) = (FaultProxy::before(dynamodb_local().await.url()).await, Gate::default());
    slow.inject(faults::times(TRIPS, "PutItem", Fault::Hold(Point::Before, gate.clone())));
    let view = through(&bed, &slow).await;
    let rebuild = Rebuild::new(bed.trips(), view, Powers::default());
    let system = bed.system().await;
    let go_on = async {
        gate.reached().await;
        book_on(&system, &Booking::new("new")).await;
        for life in &mut begun {
            life.go_on(&bed, 2).await;
        }
        eventually("the live view", async || {
            let rows = bed.rows().await;
            let went_on = rows.len() == TRIPS + 1 && rows.values().all(|row| row.version >= 3);
            (went_on && rows == bed.fold().await).then_some(())
        })
        .await;
        gate.open();
    };
    let (rebuilt, ()) = tokio::join!(rebuild.of(bed.trips().all_trips(), |_| ()), go_on);
    let rebuilt = rebuilt.unwrap();
    assert_eq!((rebuilt.read, rebuilt.written, rebuilt.unchanged), (TRIPS, 0, TRIPS));
    system.idle().await.unwrap();
    assert_eq!(bed.rows().await, bed.fold().await);
    system.stop().await;
}

/// Trips go on commit by commit. At random moments a rebuild reads one, and writes it at a later
/// random moment; the stream brings every record twice, late and in any order. No row ever goes
/// back, and the view ends as the fold of the trips.
#[tokio::test]
async fn fault_43_rebuilds_and_late_records_in_any_order_come_to_the_fold_of_the_trips() {
    let bed = Bed::new().await;
    let (snapshots, records) = written_and_read(&bed).await;
    let (fold, projector) = (bed.fold().await, Projector::on(&bed).await);
    for (number, mut random) in seeded(43, SCHEDULES).enumerate() {
        let mut acts = schedule(&snapshots, &records, &mut random);
        acts.shuffle(&mut random);
        clear(&bed, &fold).await;
        let mut earlier = Rows::new();
        for act in &acts {
            act.run(&bed, &projector).await;
            let now = bed.rows().await;
            assert_newer(&earlier, &now, number);
            earlier = now;
        }
        assert_eq!(earlier, fold, "schedule {number}");
    }
}

/// What may happen to the view.
enum Act {
    /// A rebuild writes what it has read.
    Rebuild(Vec<SearchRow>),
    /// The projector gets a batch.
    Deliver(Vec<Value>),
}

impl Act {
    async fn run(&self, bed: &Bed, projector: &Projector) {
        match self {
            Self::Rebuild(rows) => {
                let trips = stream::iter(rows.clone()).map(Ok);
                let rebuild = Rebuild::new(bed.trips(), bed.view(), Powers::default());
                let rebuilt = rebuild.of(trips, |_| ()).await.unwrap();
                assert_eq!(rebuilt.read, rows.len());
            }
            Self::Deliver(batch) => projector.take(batch).await,
        }
    }
}

/// Lets the trips live, their commits interleaved, and scans them after each commit. The scans, and
/// the stream.
async fn written_and_read(bed: &Bed) -> (Vec<Vec<SearchRow>>, Vec<Value>) {
    let mut lives: Vec<_> = (0..TRIPS).map(|number| Life::new(&format!("trip-{number}"))).collect();
    let mut snapshots = Vec::new();
    while lives.iter().any(|life| !life.is_over()) {
        for life in &mut lives {
            life.go_on(bed, 1).await;
            snapshots.push(bed.fold().await.into_values().collect());
        }
    }
    (snapshots, states(bed, TRIPS * COMMITS).await)
}

/// Two rebuilds, each from a scan of any moment and cut anywhere, and every record twice in batches
/// of any size.
fn schedule(snapshots: &[Vec<SearchRow>], records: &[Value], random: &mut StdRng) -> Vec<Act> {
    let mut acts = Vec::new();
    for _ in 0..2 {
        let mut scan = snapshots[random.random_range(0..snapshots.len())].clone();
        let later = scan.split_off(random.random_range(0..=scan.len()));
        acts.extend([Act::Rebuild(scan), Act::Rebuild(later)]);
    }
    let mut records = [records, records].concat();
    records.shuffle(random);
    while !records.is_empty() {
        let batch = records.split_off(records.len().saturating_sub(random.random_range(1..=9)));
        acts.push(Act::Deliver(batch));
    }
    acts
}

fn assert_newer(earlier: &Rows, now: &Rows, schedule: usize) {
    for (trip, row) in earlier {
        assert!(now[trip].version >= row.version, "{trip} went back in schedule {schedule}");
    }
}

/// The view, behind a proxy.
async fn through(bed: &Bed, proxy: &FaultProxy) -> SearchView {
    let config = bed.config_with(&[("AWS_ENDPOINT_URL_DYNAMODB", proxy.url())]);
    let client = store::client(&sdk_config(&config, "dynamodb").await);
    SearchView::new(client, &bed.tables.search)
}

/// Empties the view.
async fn clear(bed: &Bed, rows: &Rows) {
    for trip in rows.keys() {
        let delete = bed.client.delete_item().table_name(&bed.tables.search);
        delete.key("trip_id", S(trip.to_string())).send().await.unwrap();
    }
}
