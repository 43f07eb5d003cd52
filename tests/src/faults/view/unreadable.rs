//! Rows that this release cannot read stand among the others, wherever a page begins or ends.

use aws_sdk_dynamodb::types::AttributeValue::S;
use bed::{Bed, Request};
use domain::TripStatus::{self, Confirmed, Failed};
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use store::view::SearchRow;
use testing::seeded;

use super::life::{Life, states};
use super::paging::rows::{fill, in_order, row};
use super::spoilt::{self, Spoil};
use crate::faults::schedules;

const ROWS: usize = 12;
const SCHEDULES: usize = 8;
const LIMITS: [usize; 5] = [1, 2, 5, ROWS, 100];

/// A row, and what is done to it.
type Row = (SearchRow, Option<Spoil>);

/// A customer's rows of one month, each with how it is spoilt.
struct Month {
    customer: String,
    month: String,
    rows: Vec<Row>,
}

impl Month {
    fn draw(number: usize, random: &mut StdRng) -> Self {
        let (customer, month) = (format!("customer-{number}"), format!("2026-{:02}", number + 1));
        let rows = (0..ROWS).map(|n| {
            let status = if random.random() { Confirmed } else { Failed };
            let departure = format!("{month}-{:02}T10:00", random.random_range(1..=4));
            let row = row(&format!("trip-{number}-{n}"), &customer, status, &departure);
            (row, spoilt_by(number, random))
        });
        Self { rows: rows.collect(), customer, month }
    }

    async fn write(&self, bed: &Bed) {
        let rows: Vec<_> = self.rows.iter().map(|(row, _)| row.clone()).collect();
        fill(bed, &rows).await;
        for (row, spoil) in &self.rows {
            match spoil {
                Some(spoil) => spoilt::row(bed, &row.trip_id, *spoil).await,
                // What a later release adds is no reason not to read the rest.
                None => {
                    let seat = Some(S("12A".to_owned()));
                    spoilt::set(bed, &row.trip_id, "SET #a = :v", "seat", seat).await;
                }
            }
        }
    }

    /// Each search of the month, and which of the rows it looks at.
    fn searches(&self) -> Vec<(Request, Vec<&Row>)> {
        let search = || {
            let range = format!("from={0}-01&to={0}-28", self.month);
            Request::get("/trips").with_all(&range)
        };
        let of = |status: TripStatus| move |row: &&(SearchRow, _)| row.0.status == status;
        let all = || self.rows.iter();
        vec![
            (search().by(&self.customer), all().collect()),
            (
                search().by(&self.customer).with("status", "FAILED"),
                all().filter(of(Failed)).collect(),
            ),
            (search().by_operator().with("status", "CONFIRMED,FAILED"), all().collect()),
            (
                search().by_operator().with("status", "CONFIRMED"),
                all().filter(of(Confirmed)).collect(),
            ),
        ]
    }
}

/// All rows of the first month, and of each later one some.
fn spoilt_by(number: usize, random: &mut StdRng) -> Option<Spoil> {
    let is_spoilt = number == 0 || random.random_bool(0.4);
    is_spoilt.then(|| *Spoil::ALL.choose(random).unwrap())
}

/// The pages of a search to the end: the trips that they show, and how many they leave out.
async fn read(bed: &Bed, search: &Request, limit: usize) -> (Vec<String>, u64) {
    let (mut trips, mut left_out, mut after) = (Vec::new(), 0, None::<String>);
    for _ in 0..=ROWS / limit {
        let page = match &after {
            Some(cursor) => bed.ask(&search.clone().with("cursor", cursor)).await,
            None => bed.ask(search).await,
        };
        let (shown, unreadable) = (page.trips(), page.body()["unreadable"].clone());
        assert_ne!(unreadable, 0, "none is told by silence");
        let unreadable = unreadable.as_u64().unwrap_or(0);
        assert_eq!(page.body()["count"], shown.len());
        assert!(shown.len() as u64 + unreadable <= limit as u64, "{}", page.text);
        trips.extend(shown);
        left_out += unreadable;
        after = page.next_cursor();
        if after.is_none() {
            return (trips, left_out);
        }
    }
    panic!("{search:?} by {limit} does not come to its end")
}

/// Rows of a later release, with an unknown status or damaged, anywhere among others: at the end of
/// a page, alone on it, and all of them. Every page of every search comes, tells how many it leaves
/// out, and leads to the next; put together they show each readable row once, in order, and count
/// each other one once.
///
/// Breaks when `Entry::of` in `store/src/view/bucket.rs` fails for such a row, or when
/// `SearchBody::of` in `query-api/src/search.rs` takes the cursor from the rows that it shows.
#[tokio::test]
async fn fault_67_no_page_fails_for_an_unreadable_row_and_every_cursor_gets_past_it() {
    let (bed, mut random) = (Bed::new().await, seeded());
    for number in 0..SCHEDULES {
        let month = Month::draw(number, &mut random);
        month.write(&bed).await;
        for (search, looked_at) in month.searches() {
            let (good, bad): (Vec<_>, Vec<_>) =
                looked_at.into_iter().partition(|(_, spoil)| spoil.is_none());
            let good = good.into_iter().map(|(row, _)| row);
            for (order, limit) in ["asc", "desc"].into_iter().flat_map(|o| LIMITS.map(|l| (o, l))) {
                let asked = search.clone().with("order", order).with("limit", &limit.to_string());
                let expected = in_order(good.clone(), order == "desc");
                let found = read(&bed, &asked, limit).await;
                assert_eq!(found, (expected, bad.len() as u64), "{asked:?}");
            }
        }
    }
    schedules(67, SCHEDULES);
}

/// A row that cannot be read is not an end of its trip: reading by id shows it, and its next change
/// repairs the row.
#[tokio::test]
async fn fault_67_the_trip_is_there_by_id_and_its_next_change_repairs_the_row() {
    let (bed, mut life) = (Bed::new().await, Life::new("trip-0"));
    life.go_on(&bed, 1).await;
    bed.project(&states(&bed, 1).await).await.unwrap();
    spoilt::row(&bed, &life.trip_id, Spoil::SchemaVersion).await;
    let search = Request::get("/trips").by("alice").with_all("from=2026-03-01&to=2026-03-31");
    let page = bed.ask(&search).await;
    assert_eq!((page.trips().len(), page.body()["unreadable"].as_u64()), (0, Some(1)));
    assert_eq!(bed.ask(&Request::get("/trips/trip-0").by("alice")).await.status, 200);

    life.go_on(&bed, 1).await;
    bed.project(&states(&bed, 2).await).await.unwrap();
    let page = bed.ask(&search).await;
    assert_eq!((page.trips(), page.body().get("unreadable")), (vec!["trip-0".to_owned()], None));
}
