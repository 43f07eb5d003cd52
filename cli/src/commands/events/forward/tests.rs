//! The forwarder with targets that fail in every way.

mod receiver;

use std::sync::Arc;
use std::time::Duration;

use event_delivery::{DeadLetter, Failure, Next};
use futures::StreamExt;
use rstest::rstest;
use serde_json::{Value, json};
use tempfile::TempDir;
use testing::FixedClock;
use tokio::net::TcpSocket;
use tokio::time::timeout;

use super::*;
use crate::client::ClientError;
use crate::palette::Palette;
use receiver::Receiver;
use receiver::Reply::{self, Answer, Break, Hang, RetryAfter};

/// The time limit for anything.
const DEADLINE: Duration = Duration::from_secs(60);

/// Five attempts without a long wait.
const QUICK: RetryPolicy = RetryPolicy {
    retries: 4,
    age: Duration::MAX,
    first: Duration::from_millis(1),
    longest: Duration::from_millis(4),
    longest_asked: Duration::from_millis(9),
    jitter: false,
};

/// A forwarder that begins behind position 0, and what it says.
struct Forwarder {
    courier: Courier,
    stop: CancellationToken,
    tally: Tally,
    said: Vec<Value>,
    directory: TempDir,
}

impl Forwarder {
    fn to(url: &str, policy: RetryPolicy) -> Self {
        Self::patient(url, policy, DEADLINE)
    }

    /// A forwarder that waits this long for an answer.
    fn patient(url: &str, policy: RetryPolicy, patience: Duration) -> Self {
        let directory = TempDir::new().unwrap();
        let clock = Arc::new(FixedClock::at_noon());
        let sender = Sender::new(patience, clock.clone()).unwrap();
        let to = Destination::http(url.parse().unwrap());
        let dead_letters = DeadLetterFile::at(directory.path().join("dead.jsonl"));
        Self {
            courier: Courier { sender, to, policy, dead_letters, clock },
            stop: CancellationToken::new(),
            tally: Tally::new(Beginning::After(0)),
            said: Vec::new(),
            directory,
        }
    }

    /// Forwards the lines. `on` hears everything that is said.
    async fn run(&mut self, mut lines: Lines, mut on: impl FnMut(&Value)) -> anyhow::Result<()> {
        let Self { courier, stop, tally, said, .. } = self;
        let tell = |report: &Report<'_>| {
            said.push(serde_json::to_value(report).unwrap());
            on(&said[said.len() - 1]);
            Ok(())
        };
        let forwarding = forward(&mut lines, courier, stop, tally, tell);
        timeout(DEADLINE, forwarding).await.expect("an end in time")
    }

    /// How each event ended, with its attempts.
    fn ends(&self) -> Vec<(i64, &str, u64)> {
        let ends = self.said.iter().filter(|said| said["outcome"] != "retried");
        ends.map(|end| {
            let outcome = end["outcome"].as_str().unwrap();
            (end["position"].as_i64().unwrap(), outcome, end["attempts"].as_u64().unwrap())
        })
        .collect()
    }

    fn dead_letters(&self) -> Vec<DeadLetter> {
        let file = DeadLetterFile::at(self.directory.path().join("dead.jsonl"));
        file.read().unwrap().letters
    }
}

/// The envelope of the event at a position, with a number that no double can hold.
fn envelope(position: i64) -> String {
    format!(r#"{{"detail-type":"n.v1","source":"s","detail":{{"n":{position},"x":1.10e400}}}}"#)
}

fn line(position: i64) -> String {
    let (event, at) = (envelope(position), "2026-03-01T01:00:00.000Z");
    format!(
        r#"{{"position":{position},"received_at":"{at}","bus":"b","rules":[],"event":{event}}}"#
    )
}

fn lines(positions: impl IntoIterator<Item = i64>) -> Lines {
    let lines: Vec<_> = positions.into_iter().map(|position| Ok(line(position))).collect();
    futures::stream::iter(lines).boxed()
}

#[rstest]
#[case::taken(&[Answer(200)], 1, None)]
#[case::taken_without_content(&[Answer(204)], 1, None)]
#[case::failed_once(&[Answer(500)], 2, None)]
#[case::failed_in_turn(&[Answer(502), Answer(503), Answer(504), Answer(599)], 5, None)]
#[case::throttled(&[Answer(429), Answer(429)], 3, None)]
#[case::asked_to_wait(&[RetryAfter(503, "7200"), RetryAfter(429, "soon")], 3, None)]
#[case::broken_off(&[Break, Break], 3, None)]
#[case::failed_for_good(&[Answer(500); 9], 5, Some("500 Internal Server Error"))]
#[case::throttled_for_good(&[Answer(429); 9], 5, Some("429 Too Many Requests"))]
#[case::told_differently_at_last(&[Answer(503), Answer(400)], 2, Some("400 Bad Request"))]
#[case::refused(&[Answer(400)], 1, Some("400 Bad Request"))]
#[case::not_allowed(&[Answer(401)], 1, Some("401 Unauthorized"))]
#[case::not_found(&[Answer(404)], 1, Some("404 Not Found"))]
#[case::too_slow_for_the_target(&[Answer(408)], 1, Some("408 Request Timeout"))]
#[case::moved(&[Answer(307)], 1, Some("307 Temporary Redirect"))]
#[tokio::test]
async fn each_event_is_settled_in_order(
    #[case] replies: &[Reply],
    #[case] attempts: u64,
    #[case] error: Option<&str>,
) {
    let receiver = Receiver::serve([(2, replies.to_vec())]).await;
    let mut forwarder = Forwarder::to(&receiver.url, QUICK);
    forwarder.run(lines(1..=3), |_| {}).await.unwrap();

    let outcome = if error.is_some() { "dead" } else { "delivered" };
    let settled = [(1, "delivered", 1), (2, outcome, attempts), (3, "delivered", 1)];
    assert_eq!(forwarder.ends(), settled);
    let sent = [vec![1], vec![2; attempts as usize], vec![3]].concat();
    let sent: Vec<_> = sent.into_iter().map(envelope).collect();
    assert_eq!(receiver.bodies(), sent, "byte by byte");
    let letters = forwarder.dead_letters();
    let told: Vec<_> = letters.iter().map(|letter| letter.error.as_str()).collect();
    assert_eq!(told, error.into_iter().collect::<Vec<_>>());
    for letter in &letters {
        assert_eq!((letter.position, u64::from(letter.attempts)), (2, attempts));
        assert_eq!(letter.request().body, envelope(2), "byte by byte");
        assert_eq!(letter.target.url.as_str(), receiver.url);
    }
    assert_eq!(forwarder.tally.next, Beginning::After(3));
}

#[tokio::test]
async fn a_wait_is_as_long_as_the_target_asks_within_the_limit() {
    let replies = vec![RetryAfter(503, "7200"), RetryAfter(429, "0"), Answer(500)];
    let receiver = Receiver::serve([(1, replies)]).await;
    let mut forwarder = Forwarder::to(&receiver.url, QUICK);
    forwarder.run(lines([1]), |_| {}).await.unwrap();
    let waits: Vec<_> = forwarder.said.iter().map(|said| said["wait_ms"].as_u64()).collect();
    assert_eq!(waits, [Some(9), Some(2), Some(4), None]);
    assert_eq!(
        forwarder.said[0],
        json!({"position": 1, "outcome": "retried", "attempts": 1,
               "error": "503 Service Unavailable", "wait_ms": 9})
    );
}

#[tokio::test]
async fn a_target_that_does_not_answer_in_time_is_asked_again() {
    let receiver = Receiver::serve([(1, vec![Hang])]).await;
    // As often as a busy machine needs.
    let policy = RetryPolicy { retries: 1000, ..QUICK };
    let mut forwarder = Forwarder::patient(&receiver.url, policy, Duration::from_millis(100));
    forwarder.run(lines([1]), |_| {}).await.unwrap();
    assert_eq!(forwarder.said[0]["error"], "operation timed out");
    assert_eq!(
        forwarder.tally.text(Palette::PLAIN),
        "1 event delivered, 0 dead; go on with --after 1"
    );
}

#[tokio::test]
async fn a_target_that_never_answers_gets_no_more_than_its_attempts() {
    let receiver = Receiver::serve([(1, vec![Hang; 9])]).await;
    let policy = RetryPolicy { retries: 1, ..QUICK };
    let mut forwarder = Forwarder::patient(&receiver.url, policy, Duration::from_millis(20));
    forwarder.run(lines([1]), |_| {}).await.unwrap();
    assert_eq!(forwarder.ends(), [(1, "dead", 2)]);
    let told = forwarder.tally.text(Palette::PLAIN);
    assert_eq!(told, "0 events delivered, 1 dead; go on with --after 1");
    assert_eq!(forwarder.dead_letters()[0].error, "operation timed out");
}

#[tokio::test]
async fn a_target_that_is_away_for_a_while_misses_nothing() {
    // Nobody else gets the port, and nobody listens on it yet.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let receiver = Receiver::at(socket.local_addr().unwrap());
    let mut forwarder = Forwarder::to(&receiver.url, QUICK);
    let mut away = Some(socket);
    let back = |said: &Value| {
        if said["attempts"] == 3
            && let Some(socket) = away.take()
        {
            receiver.listen(socket.listen(8).unwrap());
        }
    };
    forwarder.run(lines(1..=2), back).await.unwrap();
    assert!(
        forwarder.said[0]["error"].as_str().unwrap().contains("refused"),
        "{:?}",
        forwarder.said
    );
    assert_eq!(forwarder.ends(), [(1, "delivered", 4), (2, "delivered", 1)]);
    assert_eq!(receiver.bodies(), [envelope(1), envelope(2)]);
}

#[tokio::test]
async fn told_to_stop_it_waits_no_longer_and_goes_on_there_the_next_time() {
    let receiver = Receiver::serve([(2, vec![Answer(503)])]).await;
    let policy = RetryPolicy { first: DEADLINE * 10, longest: DEADLINE * 10, ..QUICK };
    let mut forwarder = Forwarder::to(&receiver.url, policy);
    let stop = forwarder.stop.clone();
    let on = |said: &Value| {
        if said["outcome"] == "retried" {
            stop.cancel();
        }
    };
    forwarder.run(lines(1..=3), on).await.unwrap();
    assert_eq!(forwarder.ends(), [(1, "delivered", 1)]);
    let Beginning::After(next) = forwarder.tally.next else { panic!("{:?}", forwarder.tally) };

    let mut again = Forwarder::to(&receiver.url, QUICK);
    again.run(lines(next + 1..=3), |_| {}).await.unwrap();
    assert_eq!(again.ends(), [(2, "delivered", 1), (3, "delivered", 1)]);
    assert_eq!(receiver.bodies(), [1, 2, 2, 3].map(envelope));
}

#[tokio::test]
async fn what_is_settled_stays_settled_when_the_archive_or_the_file_fails() {
    let receiver = Receiver::serve([(2, vec![Answer(400)])]).await;
    let broken = ClientError::Broken { url: "u".to_owned(), cause: "gone".to_owned() };
    let cut = lines([1]).chain(futures::stream::iter([Err(broken)])).boxed();
    let mut forwarder = Forwarder::to(&receiver.url, QUICK);
    let error = forwarder.run(cut, |_| {}).await.unwrap_err();
    assert!(error.downcast_ref::<ClientError>().is_some(), "{error:#}");
    assert_eq!(forwarder.tally.next, Beginning::After(1));

    forwarder.courier.dead_letters = DeadLetterFile::at("/no/such/directory/dead.jsonl");
    let error = forwarder.run(lines([2, 3]), |_| {}).await.unwrap_err();
    assert!(
        error.to_string().starts_with("cannot write the dead letter at position 2"),
        "{error:#}"
    );
    assert_eq!(forwarder.tally.next, Beginning::After(1), "the event is neither here nor there");
}

#[test]
fn the_waits_add_up_to_what_the_help_says() {
    let failure = Failure { error: String::new(), again: Some(Duration::ZERO), away: true };
    let wait = |attempts| match POLICY.next(&failure, attempts, Duration::ZERO) {
        Next::Again(wait) => Some(wait),
        Next::Dead(_) => None,
    };
    let waits: Vec<_> = (1..).map_while(wait).collect();
    let first: Vec<_> = waits[..6].iter().map(Duration::as_millis).collect();
    assert_eq!((waits.len(), first), (19, vec![500, 1000, 2000, 4000, 8000, 10_000]));
    let total: Duration = waits.iter().sum();
    assert_eq!(total, Duration::from_millis(155_500), "two and a half minutes");
}

#[test]
fn a_person_reads_one_line_for_each_thing() {
    let line = line(7);
    let text = |progress| Report::new(7, progress, &line).text(Palette::PLAIN);
    let error = "503 Service Unavailable";
    assert_eq!(
        text(Progress::Delivered { attempts: 1, status: 200 }),
        "delivered       7  2026-03-01T01:00:00.000Z  n.v1                 s"
    );
    assert_eq!(
        text(Progress::Retried { attempts: 1, error, wait_ms: 500 }),
        "retried         7  503 Service Unavailable; attempt 2 in 0.5 s"
    );
    assert_eq!(
        text(Progress::Dead { attempts: 20, error }),
        "dead            7  2026-03-01T01:00:00.000Z  n.v1                 s  \
         after 20 attempts: 503 Service Unavailable"
    );
}

#[test]
fn who_saw_no_event_goes_on_where_it_began() {
    let tally = Tally::new(Beginning::Since("2026-03-01T01:00:00Z".parse().unwrap()));
    let text = tally.text(Palette::PLAIN);
    assert_eq!(text, "0 events delivered, 0 dead; go on with --since 2026-03-01T01:00:00.000Z");
    let json = json!({
        "outcome": "stopped", "delivered": 0, "dead": 0, "since": "2026-03-01T01:00:00.000Z",
    });
    assert_eq!(serde_json::to_value(&tally).unwrap(), json);
}
