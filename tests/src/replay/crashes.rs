//! A consumer that dies at any of its calls, one after the other, leaves nothing that its next life
//! cannot finish.

use std::collections::BTreeSet;
use std::time::Duration;

use bed::reported;
use bed::schedule::{Delivery, Mishap, Outcome};

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

#[tokio::test]
async fn a_projector_that_dies_at_any_call_finishes_when_the_batch_comes_again() {
    let (cast, mut lane) = (Cast::all(Story::told().await), Lane::new().await);
    for death in DEATHS {
        let mut call = 1;
        while die_and_live(&mut lane, &cast, Consumer::Projector, death(call)).await >= call {
            assert_eq!(lane.rows().await, cast.rows(), "{}", death(call));
            call += 1;
        }
        assert_eq!(call, cast.rows().len() + 1, "one call a trip, and it died at each");
    }
}

#[tokio::test]
async fn a_dispatcher_that_dies_at_any_call_finishes_when_the_batch_comes_again() {
    let (cast, mut lane) = (Cast::all(Story::told().await), Lane::new().await);
    for death in DEATHS {
        let mut call = 1;
        while die_and_live(&mut lane, &cast, Consumer::Dispatcher, death(call)).await >= call {
            assert_eq!(lane.pending(&cast).await, 0, "{}", death(call));
            let published = lane.published().await;
            let ids: BTreeSet<_> = published.iter().map(|event| event["id"].as_str()).collect();
            assert_eq!(ids.len(), cast.events().len(), "{}", death(call));
            call += 1;
        }
        assert!(call > 3, "several calls to the bus, and one to mark");
    }
}
