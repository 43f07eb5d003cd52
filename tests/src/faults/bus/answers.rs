//! `PutEvents` succeeds as a call and fails in part.

use std::collections::{HashMap, VecDeque};

use bed::{Bed, reported};
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rstest::rstest;
use serde_json::Value;

use super::support::{
    Way, assert_all_dispatched, booked, ids_of, key_of, number_of, of_trip, parked_reason,
    published, seeded,
};
use super::wire;

/// The entry errors that EventBridge's reference calls retryable.
const RETRYABLE: [&str; 2] = ["ThrottlingException", "InternalFailure"];

/// How often an event is sent before its record is given back.
const ATTEMPTS: usize = 5;

/// What the bus answers for an event, attempt by attempt; then it takes it.
type Script = HashMap<String, VecDeque<&'static str>>;

/// About a third of the events fail once or twice, each time for any of the retryable reasons.
fn failing(random: &mut StdRng, ids: &[String]) -> Script {
    let mut script = Script::new();
    for id in ids {
        let times = *[0, 0, 0, 0, 1, 2].choose(random).unwrap();
        let answers = (0..times).map(|_| RETRYABLE[random.random_range(0..RETRYABLE.len())]);
        script.insert(id.clone(), answers.collect());
    }
    script
}

/// Lets the bus follow the script.
fn follow(bed: &Bed, mut script: Script) {
    bed.bus.refuse(move |entry| {
        let detail: Value = serde_json::from_str(entry.detail.as_deref()?).ok()?;
        script.get_mut(detail["id"].as_str()?)?.pop_front()
    });
}

/// The attempts that a script asks for: of ten events at a time, each without what was taken
/// before.
fn expected_attempts(ids: &[String], script: &Script) -> Vec<Vec<String>> {
    let open = |call: &[String], attempt: usize| -> Vec<String> {
        call.iter().filter(|id| script[*id].len() >= attempt).cloned().collect()
    };
    let of_call = |call| (0..ATTEMPTS).map(move |attempt| open(call, attempt));
    ids.chunks(10).flat_map(of_call).filter(|sent| !sent.is_empty()).collect()
}

fn sorted(mut ids: Vec<String>) -> Vec<String> {
    ids.sort();
    ids
}

/// Some entries of a call fail for now. Only those are sent again, in their order, until all are
/// taken.
#[tokio::test]
async fn fault_31_only_the_entries_that_failed_for_now_are_sent_again() {
    let (bed, records) = booked(3).await;
    let ids = ids_of(&records);
    for mut random in seeded(31, 12) {
        let script = failing(&mut random, &ids);
        let expected = expected_attempts(&ids, &script);
        let (calls, taken) = (wire::calls(&bed).len(), published(&bed).await.len());
        follow(&bed, script);
        assert_eq!(reported(&bed.dispatch(&records).await.unwrap()), [""; 0]);

        let sent: Vec<_> = wire::calls(&bed)[calls..].iter().map(wire::ids).collect();
        assert_eq!(sent, expected);
        let taken = published(&bed).await.split_off(taken);
        assert_eq!(sorted(taken), sorted(ids.clone()), "each event is taken once");
        assert_all_dispatched(&bed).await;
    }
}

/// A whole call stays throttled for longer than an invocation tries, and so does the next. Its
/// first record is reported, nothing after the two is sent, and nothing of what was published comes
/// again.
#[tokio::test]
async fn fault_31_entries_that_all_keep_failing_are_reported_and_hold_what_comes_after() {
    let (bed, records) = booked(8).await;
    let ids = ids_of(&records);
    let failing = ids[10..].iter().map(|id| (id.clone(), vec![RETRYABLE[0]; ATTEMPTS].into()));
    follow(&bed, failing.collect());
    assert_eq!(reported(&bed.dispatch(&records).await.unwrap()), [number_of(&records[10])]);
    assert_eq!(published(&bed).await, ids[..10]);
    assert_eq!(wire::calls(&bed).len(), 1 + 2 * ATTEMPTS);
    bed.bus.accept_all();
    assert_eq!(reported(&bed.dispatch(&records[10..]).await.unwrap()), [""; 0]);
    assert_eq!(sorted(published(&bed).await), sorted(ids));
    assert_all_dispatched(&bed).await;
}

/// Each reason for which EventBridge refuses an entry for good: it is sent once and parked with
/// that reason, and the others are published in order.
#[rstest]
#[tokio::test]
async fn fault_32_an_entry_that_is_refused_for_good_is_parked_and_the_others_go_on(
    #[values(Way::Stream, Way::Sweeper)] way: Way,
) {
    let (bed, records) = booked(7).await;
    let permanent = [
        "NotAuthorizedForSourceException",
        "NotAuthorizedForDetailTypeException",
        "InvalidArgument",
        "MalformedDetail",
        "InvalidAccountIdException",
        "AccessDeniedException",
        "RedactionFailure",
    ];
    // In each trip another event is refused, for another reason.
    let refused: Vec<_> = (0..permanent.len()).map(|trip| trip * 4 + trip % 4).collect();
    let ids = ids_of(&records);
    let codes = refused.iter().zip(permanent);
    follow(&bed, codes.clone().map(|(at, code)| (ids[*at].clone(), [code].into())).collect());
    way.take(&bed, &records).await;

    let sent: Vec<_> = wire::calls(&bed).iter().flat_map(wire::ids).collect();
    assert_eq!(sorted(sent), sorted(ids), "each entry is sent once");
    for (at, code) in codes {
        let key = key_of(&records[*at]);
        let mut rest = ids_of(&of_trip(&records, &key.trip_id));
        rest.retain(|id| *id != key.event_id.to_string());
        let envelopes = bed.bus.published_of(&key.trip_id).await;
        let published: Vec<_> =
            envelopes.iter().map(|event| event["id"].as_str().unwrap()).collect();
        assert_eq!(published, rest, "{code}");
        let reason = parked_reason(&bed, &key).await;
        assert_eq!(reason, Some(format!("{code}: refused by the test")));
    }
    assert_eq!(bed.outbox().open_counts().await.unwrap().pending_events, 0);
}
