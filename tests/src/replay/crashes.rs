//! A consumer that dies at any of its calls, one after the other, leaves nothing that its next life
//! cannot finish.

use std::collections::BTreeSet;
use std::time::Duration;

use bed::reported;
use stream_replay::{Delivery, Mishap, Outcome};

use super::cast::Cast;
use super::lane::{Consumer, Lane};
use super::story::Story;

const DEATHS: [fn(usize) -> Mishap; 3] =
    [Mishap::DiesBefore, Mishap::DiesDuring, Mishap::DiesAfter];

/// The whole stream in one batch.
fn everything(story: &Story, mishap: Option<Mishap>) -> Delivery<'_> {
    let records = story.capture.records.iter().collect();
    Delivery { shard: "0".to_owned(), records, after: Duration::ZERO, mishap }
}

/// Dies as told, lives again, and is asked for nothing more. How many calls the first life made.
async fn die_and_live(lane: &mut Lane, cast: &Cast, consumer: Consumer, death: Mishap) -> usize {
    lane.reset(cast, true).await;
    let (outcome, calls) = lane.deliver(consumer, &everything(cast.story(), Some(death))).await;
    assert_eq!(outcome, Outcome::Died, "{death}");
    let (outcome, _) = lane.deliver(consumer, &everything(cast.story(), None)).await;
    let Outcome::Answered(answer) = outcome else { panic!("{death}, and once more") };
    assert_eq!(reported(&answer), [""; 0], "{death}");
    lane.settle().await;
    calls
}

/// Dies at each of its calls in turn until it has no more, in every way; `check` looks at what was
/// left. The number of each way's last call, and one.
async fn die_at_every_call(
    (lane, cast): (&mut Lane, &Cast),
    consumer: Consumer,
    check: impl AsyncFn(&Lane, Mishap),
) -> Vec<usize> {
    let mut ends = Vec::new();
    for death in DEATHS {
        let mut call = 1;
        while die_and_live(lane, cast, consumer, death(call)).await >= call {
            check(lane, death(call)).await;
            call += 1;
        }
        ends.push(call);
    }
    ends
}

#[tokio::test]
async fn a_projector_that_dies_at_any_call_finishes_when_the_batch_comes_again() {
    let (cast, mut lane) = (Cast::all(Story::told().await), Lane::new().await);
    let check = async |lane: &Lane, death: Mishap| {
        assert_eq!(lane.rows().await, cast.rows(), "{death}");
    };
    let ends = die_at_every_call((&mut lane, &cast), Consumer::Projector, check).await;
    let calls = cast.rows().len();
    assert_eq!(ends, [calls + 1; DEATHS.len()], "one call a trip, and it died at each");
}

#[tokio::test]
async fn a_dispatcher_that_dies_at_any_call_finishes_when_the_batch_comes_again() {
    let (cast, mut lane) = (Cast::all(Story::told().await), Lane::new().await);
    let check = async |lane: &Lane, death: Mishap| {
        assert_eq!(lane.pending(&cast).await, 0, "{death}");
        let published = lane.published().await;
        let ids: BTreeSet<_> = published.iter().map(|event| event["id"].as_str()).collect();
        assert_eq!(ids.len(), cast.events().len(), "{death}");
    };
    let ends = die_at_every_call((&mut lane, &cast), Consumer::Dispatcher, check).await;
    assert!(ends.iter().all(|end| *end > 3), "several calls to the bus, and one to mark: {ends:?}");
}
