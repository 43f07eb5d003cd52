//! Pages over HTTP: put together they are the whole answer, whatever is asked and whatever is
//! written meanwhile.

use std::cell::Cell;
use std::collections::BTreeSet;

use domain::{TripState, TripStatus};
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::{IndexedMutRandom, IndexedRandom};
use testing::seeded;

use super::searched::{Question, trips};
use super::trips::asked_for;
use super::world::{As, World};

const MINUTES: [&str; 6] = [
    "2025-11-01T00:00",
    "2025-12-06T12:00",
    "2026-01-01T00:00",
    "2026-01-12T12:00",
    "2026-02-14T23:59",
    "2026-03-31T23:59",
];

fn question(random: &mut StdRng) -> Question {
    let wanted = random.random_range(0..=4);
    let statuses: Vec<_> = TripStatus::ALL.choose_multiple(random, wanted).copied().collect();
    let named = statuses.is_empty() || random.random_bool(0.3);
    let mut ends = [MINUTES.choose(random).unwrap(), MINUTES.choose(random).unwrap()];
    ends.sort();
    Question {
        customer: named.then(|| *["1", "2", "3"].choose(random).unwrap()),
        statuses,
        from: ends[0],
        to: ends[1],
        descending: random.random(),
        limit: *[1, 2, 3, 5, 8, 13, 30, 100].choose(random).unwrap(),
    }
}

#[tokio::test]
async fn the_pages_of_any_search_are_the_whole_answer_without_gap_or_repeat() {
    let (world, trips, mut random) = (World::new().await, trips(), seeded());
    world.project(&trips).await;
    let mut several = 0;
    for _ in 0..60 {
        let question = question(&mut random);
        let pages = world.pages(As::Operator, &question.parameters()).await;
        assert_eq!(pages.concat(), question.whole_answer(&trips), "{question:?}");
        let (last, full) = pages.split_last().unwrap();
        assert!(full.iter().all(|page| page.len() == question.limit), "{question:?}");
        assert!(!last.is_empty() || full.is_empty(), "no page is read in vain: {question:?}");
        several += usize::from(!full.is_empty());
    }
    assert!(several >= 10, "many searches must have several pages: {several}");
}

#[tokio::test]
async fn the_limit_may_change_from_page_to_page_and_both_paths_share_cursors() {
    let (world, trips) = (World::new().await, trips());
    world.project(&trips).await;
    let search = "status=CONFIRMED&from=2025-11-01&to=2026-03-31";
    let whole = world.get(As::Operator, "/trips", &format!("{search}&limit=100")).await;
    let first = world.get(As::Operator, "/trips", &format!("{search}&limit=4")).await;
    let rest = format!("{search}&limit=90&cursor={}", first.next_cursor().unwrap());
    let rest = world.get(As::Operator, "/trips/search", &rest).await;
    assert_eq!([first.trips(), rest.trips()].concat(), whole.trips());
}

/// Trips that are booked and that move from status to status while pages are read.
struct Writer {
    random: StdRng,
    moving: Vec<TripState>,
}

impl Writer {
    async fn write(&mut self, world: &World, n: usize) {
        let departure = departure(&mut self.random);
        let booked = asked_for(&format!("new-{n}"), "1", TripStatus::Pending, &departure);
        world.project(&[booked]).await;
        let trip = self.moving.choose_mut(&mut self.random).unwrap();
        trip.status = *TripStatus::ALL.choose(&mut self.random).unwrap();
        trip.version += 1;
        let trip = trip.clone();
        world.project(&[trip]).await;
    }
}

fn departure(random: &mut StdRng) -> String {
    let month = ["2025-12", "2026-01", "2026-02"].choose(random).unwrap();
    format!("{month}-{:02}T{:02}:00:00", random.random_range(1..=28), random.random_range(0..24))
}

#[tokio::test]
async fn a_trip_that_stands_still_is_found_once_while_others_are_booked_and_move() {
    let (world, mut random) = (World::new().await, seeded());
    let still = |n| {
        let status = TripStatus::ALL[n % TripStatus::ALL.len()];
        asked_for(&format!("still-{n}"), "1", status, &departure(&mut random))
    };
    let still: Vec<_> = (0..60).map(still).collect();
    let moving =
        |n| asked_for(&format!("moving-{n}"), "1", TripStatus::Pending, &departure(&mut random));
    let moving: Vec<_> = (0..20).map(moving).collect();
    world.project(&[still.clone(), moving.clone()].concat()).await;

    let (done, mut writer) = (Cell::new(false), Writer { random: random.clone(), moving });
    let write = async {
        for n in 0..150 {
            writer.write(&world, n).await;
        }
        done.set(true);
    };
    let read = async {
        let mut searches = 0;
        while !done.get() || searches == 0 {
            let question = everything(random.random(), random.random_range(2..12));
            let found = world.pages(As::Operator, &question.parameters()).await.concat();
            assert_eq!(
                found.len(),
                found.iter().collect::<BTreeSet<_>>().len(),
                "a repeat: {found:?}"
            );
            let stood_still: Vec<_> = found.iter().filter(|id| id.starts_with("still-")).collect();
            assert_eq!(stood_still, question.whole_answer(&still), "{question:?}");
            searches += 1;
        }
    };
    tokio::join!(write, read);
}

fn everything(descending: bool, limit: usize) -> Question {
    Question {
        customer: None,
        statuses: TripStatus::ALL.to_vec(),
        from: "2025-12-01T00:00",
        to: "2026-02-28T23:59",
        descending,
        limit,
    }
}
